import { parseTopic, TOPICS, topicNames } from '../../../src/modules/notifications/topics.js';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('topics', () => {
  it('are known by every name, whatever the case of the id', () => {
    for (const definition of TOPICS) {
      for (const name of topicNames(definition.kind, ID, 'u1')) {
        expect(parseTopic(name)).toMatchObject({ name, definition });
      }
    }
    const name = `v2.users.U1.outbound.contactlists.${ID.toUpperCase()}.export`;
    expect(parseTopic(name)).toMatchObject({
      name: `v2.users.U1.outbound.contactlists.${ID}.export`,
      objectId: ID,
      userId: 'U1',
    });
  });

  it.each([
    '',
    'v2.outbound.messagingcampaigns',
    `v2.outbound.messagingcampaigns.${ID}.progress.more`,
    `x.v2.outbound.messagingcampaigns.${ID}`,
    'v2.outbound.messagingcampaigns.1',
    `v2xoutbound.messagingcampaigns.${ID}`,
    `v2.users.a.b.outbound.dnclists.${ID}.export`,
  ])('are not %j', (name) => {
    expect(parseTopic(name)).toBeUndefined();
  });
});
