import { randomUUID } from 'node:crypto';
import { CampaignLifecycle } from '../../../src/modules/campaigns/index.js';
import { RunsRepository } from '../../../src/modules/dispatch/runs/runs.repository.js';
import { CampaignWorld, PATH, type StoredCampaign } from './campaign-fixtures.js';

const FILTERS = '/api/v2/outbound/contactlistfilters';
const LISTS = '/api/v2/outbound/contactlists';

let world: CampaignWorld;
beforeAll(async () => {
  world = await CampaignWorld.start();
});
afterAll(() => world.close());

async function aFilter(contactListId: string, value = '100'): Promise<{ id: string; name: string }> {
  const predicate = { column: 'amount', columnType: 'numeric', operator: 'GREATER_THAN', value };
  const body = {
    name: `Filter ${randomUUID()}`,
    contactList: { id: contactListId },
    clauses: [{ predicates: [predicate] }],
  };
  const answer = await world.app.admin.post(FILTERS).send(body).expect(200);
  return answer.body as { id: string; name: string };
}

async function refusal(contactListFilters: { id: string }[], contactListId: string) {
  const body = { ...(await world.aBody({ contactListId })), contactListFilters };
  const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
  return (error as { details: { errorCode: string; fieldName: string }[] }).details;
}

const put = (campaign: StoredCampaign, changes: object) =>
  world.app.admin.put(`${PATH}/${campaign.id}`).send({ ...campaign, ...changes });

describe('a campaign with a contact list filter', () => {
  it('is saved with it, shows it, and loses it when an update leaves it out', async () => {
    const contactListId = await world.aContactList();
    const filter = await aFilter(contactListId);
    const contactListFilters = [{ id: filter.id }, { id: filter.id }];
    const campaign = await world.create({ contactListFilters }, { contactListId });
    const shown = [{ id: filter.id, name: filter.name, selfUri: `${FILTERS}/${filter.id}` }];
    expect(campaign.contactListFilters).toEqual(shown);
    const kept = (await put(campaign, { messagesPerMinute: 70 }).expect(200)).body as StoredCampaign;
    expect(kept.contactListFilters).toEqual(shown);
    const without = await put(kept, { contactListFilters: undefined }).expect(200);
    expect((without.body as StoredCampaign).contactListFilters).toEqual([]);
  });

  it('is refused filters that are unknown, of another list, or too many', async () => {
    const [list, other] = [await world.aContactList(), await world.aContactList()];
    const field = { fieldName: 'contactListFilters' };
    expect(await refusal([{ id: randomUUID() }], list)).toMatchObject([
      { errorCode: 'contact.list.filter.not.found', ...field },
    ]);
    const foreign = await aFilter(other);
    expect(await refusal([foreign], list)).toMatchObject([
      { errorCode: 'contact.list.filter.does.not.match.contact.list', ...field, entityId: foreign.id },
    ]);
    expect(await refusal([await aFilter(list), await aFilter(list)], list)).toMatchObject([
      { errorCode: 'more.than.one.contact.list.filter', ...field },
    ]);
    const campaign = await world.create({ contactListFilters: [foreign] }, { contactListId: other });
    const moved = await put(campaign, { contactList: { id: list } }).expect(400);
    expect(moved.body).toMatchObject({ code: 'contact.list.filter.does.not.match.contact.list' });
  });

  it('keeps it while it is on, and keeps the filter from being deleted', async () => {
    const contactListId = await world.aContactList();
    const filter = await aFilter(contactListId);
    const changes = { contactListFilters: [filter], campaignStatus: 'on' };
    const campaign = await world.create(changes, { contactListId });
    const frozen = await put(campaign, { contactListFilters: [] }).expect(409);
    expect(frozen.body).toMatchObject({
      code: 'invalid.update.campaign.active',
      details: [{ fieldName: 'contactListFilters' }],
    });
    const inUse = await world.app.admin.delete(`${FILTERS}/${filter.id}`).expect(400);
    expect(inUse.body).toMatchObject({ code: 'referential.integrity.error' });
    await world.app.admin.delete(`${LISTS}/${contactListId}`).expect(400);
    await world.app.admin.get(`${FILTERS}/${filter.id}`).expect(200);
  });

  it('queues just the contacts that match', async () => {
    const contactListId = await world.aContactList();
    const cells: [string, string][] = [
      ['poor', '99'],
      ['rich', '101'],
      ['unknown', ''],
      ['richest', '1000'],
    ];
    const contacts = cells.map(([id, amount], at) => ({ id, data: { wa: `49151123456${70 + at}`, amount } }));
    await world.app.admin.post(`${LISTS}/${contactListId}/contacts`).send(contacts).expect(200);
    const filter = await aFilter(contactListId);
    const contactSorts = [{ fieldName: 'amount', direction: 'DESC', numeric: true }];
    const changes = { contactListFilters: [filter], contactSorts };
    const { id } = await world.create(changes, { contactListId });
    await world.app.admin.post(`${PATH}/${id}/start`).expect(200);
    const [campaign] = await world.app.app.get(CampaignLifecycle, { strict: false }).find([id]);
    expect(campaign).toMatchObject({ status: 'on', contactListFilterId: filter.id });
    const run = await world.app.app.get(RunsRepository, { strict: false }).create(campaign!);
    const queued = await world.app.db.query<{ id: string }[]>(
      `SELECT contact_id AS id FROM campaign_messages WHERE run_id = $1 ORDER BY position`,
      [run.id],
    );
    expect(queued.map((row) => row.id)).toEqual(['richest', 'rich']);
    const progress = await world.app.admin.get(`${PATH}/${id}/progress`).expect(200);
    expect(progress.body).toMatchObject({ totalNumberOfContacts: 2 });
  });
});
