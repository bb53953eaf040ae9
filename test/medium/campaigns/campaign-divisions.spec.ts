import { CampaignWorld, PATH } from './campaign-fixtures.js';

describe('moving campaigns to another division', () => {
  let world: CampaignWorld;
  let north: string;

  beforeAll(async () => {
    world = await CampaignWorld.start();
    north = await world.app.createDivision('North');
  });
  afterAll(() => world.close());

  const move = (type: string, ids: string[]) =>
    world.app.admin.post(`/api/v2/authorization/divisions/${north}/objects/${type}`).send(ids);

  it.each(['MESSAGINGCAMPAIGN', 'CAMPAIGN'])('works by the type %s', async (type) => {
    const { id } = await world.create();
    await move(type, [id]).expect(204);
    const { body } = await world.app.admin.get(`${PATH}/${id}`).expect(200);
    expect(body).toMatchObject({ division: { id: north, name: 'North' }, version: 2 });
  });

  it('is refused while one of them runs, and then none is moved', async () => {
    const idle = await world.create();
    const running = await world.create({ campaignStatus: 'on' });
    const answer = await move('CAMPAIGN', [idle.id, running.id]).expect(409);
    expect(answer.body).toMatchObject({ code: 'invalid.update.campaign.active', entityId: running.id });
    const { body } = await world.app.admin.get(`${PATH}/${idle.id}`).expect(200);
    expect(body.division.id).toBe(world.app.homeDivisionId);
  });
});
