import fc from 'fast-check';
import {
  COLUMN_TYPES,
  type FilterCriteria,
  type FilterPredicate,
  JUNCTIONS,
  OPERATORS,
} from '../../../src/modules/contact-lists/filters/contact-filter.js';
import { eventually } from '../../support/eventually.js';
import { matches } from '../contact-lists/filter-reference.js';
import { RunWorld } from './run-world.js';

const LISTS = '/api/v2/outbound/contactlists';
const FILTERS = '/api/v2/outbound/contactlistfilters';
const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

let world: RunWorld;
let nextHundred = 491512400000;

beforeAll(async () => {
  world = await RunWorld.start();
});
afterAll(() => world?.close());

interface Found {
  entities: { id: string }[];
  total: number;
}

const idsOf = (contacts: readonly { id: string }[]): string[] => contacts.map(({ id }) => id).sort();
const post = async <T>(path: string, body: object): Promise<T> =>
  (await world.app.admin.post(path).send(body).expect(200)).body as T;
const search = (list: string, body: object): Promise<Found> =>
  post(`${LISTS}/${list}/contacts/search`, { pageSize: 100, ...body });

/** The ids in the newest export of the list, once there is one. */
async function exportedIds(list: string): Promise<string[]> {
  const { uri } = await eventually('the export', async () => {
    const { status, body } = await world.app.admin.get(`${LISTS}/${list}/export`);
    return status === 200 && (body as { uri: string });
  });
  const { headers } = await world.app.admin.get(new URL(uri).pathname).expect(302);
  const link = new URL(headers.location!);
  const { text } = await world.app.anonymous.get(link.pathname + link.search).expect(200);
  const [, ...lines] = text.trim().split(/\r?\n/u);
  return lines.map((line) => line.split(',')[0]!).sort();
}

/** What the bulk job has done, once it has ended. */
function ended(list: string, { id }: { id: string }): Promise<{ completedRecords: number; state: string }> {
  return eventually('the end of the job', async () => {
    const { body } = await world.app.admin.get(`${LISTS}/${list}/contacts/bulk/jobs/${id}`).expect(200);
    return body.state !== 'InProgress' && (body as { completedRecords: number; state: string });
  });
}

describe('a filter', () => {
  const day = 86_400_000;
  const amounts = ['', '9', '9.50', '10', '100', '-3', 'n/a', '0009'];
  const notes = ['', 'gold', 'GOLD plus', 'silver', '%', 'Ärger'];
  const zones = [-9, -2, 2, 9].map((days) => new Date(Date.now() + days * day).toISOString());
  const rows = Array.from({ length: 24 }, (_, at) => ({
    amount: amounts[at % amounts.length]!,
    note: notes[(at * 5) % notes.length]!,
    zone: zones[Math.floor(at / 3) % zones.length]!,
  }));

  const predicate: fc.Arbitrary<FilterPredicate> = fc
    .record({
      operator: fc.constantFrom(...OPERATORS),
      columnType: fc.constantFrom(...COLUMN_TYPES),
      inverted: fc.boolean(),
      numbers: fc.tuple(fc.constantFrom('-5', '9', '9.5'), fc.constantFrom('10', '50', '100')),
      texts: fc.tuple(fc.constantFrom('g', 'GOLD', 'a'), fc.constantFrom('plus', 'silver', 'ärger')),
      days: fc.integer({ min: -5, max: 5 }),
      column: fc.constantFrom('amount', 'note'),
      inclusive: fc.boolean(),
    })
    .map(({ operator, columnType, inverted, numbers, texts, days, column, inclusive }) => {
      const isMoment = operator === 'BEFORE' || operator === 'AFTER';
      const [min, max] = columnType === 'numeric' ? numbers : texts;
      const range = { min, max, minInclusive: inclusive, maxInclusive: !inclusive, inSet: [min, max] };
      const place = isMoment ? 'zone' : columnType === 'numeric' ? 'amount' : column;
      return {
        column: place,
        columnType,
        operator,
        inverted,
        range,
        value: isMoment ? `P${days}DT0H0M` : max,
      };
    });
  const junction = fc.constantFrom(...JUNCTIONS);
  const criteria: fc.Arbitrary<FilterCriteria> = fc
    .record({
      filterType: junction,
      clauses: fc.array(
        fc.record({ filterType: junction, predicates: fc.array(predicate, { minLength: 1, maxLength: 3 }) }),
        { minLength: 1, maxLength: 3 },
      ),
    })
    // One that selects nobody or everybody would tell little.
    .filter((any) => {
      const count = rows.filter((row) => matches(any, row, new Date())).length;
      return count >= 3 && count <= rows.length - 3;
    });

  async function compare(filter: FilterCriteria): Promise<void> {
    nextHundred += 1;
    const contacts = rows.map((row, at) => ({ wa: `${nextHundred}${at + 10}`, ...row }));
    const list = await world.aList(contacts);
    const passing = contacts.filter((cells) => matches(filter, cells, new Date())).map(({ wa }) => wa);
    const draft = { name: `Filter ${nextHundred}`, contactList: { id: list }, ...filter };
    const saved = await world.created(FILTERS, draft);

    const preview = await post<{ filteredContacts: number; preview: { id: string }[] }>(
      `${FILTERS}/preview`,
      draft,
    );
    expect(preview.filteredContacts).toBe(passing.length);
    expect(preview.preview.map(({ id }) => id)).toEqual(passing.slice(0, 10));
    for (const way of [{ criteria: filter }, { contactListFilterId: saved.id }]) {
      const found = await search(list, way);
      expect([found.total, idsOf(found.entities)]).toEqual([passing.length, passing]);
    }
    await post(`${LISTS}/${list}/export`, { contactListFilterId: saved.id });
    expect(await exportedIds(list)).toEqual(passing);

    const campaign = await world.aCampaign(list, { contactListFilters: [{ id: saved.id }] });
    const dry = await post<{ firstContacts: { contactId: string }[]; [count: string]: unknown }>(
      `${CAMPAIGNS}/${campaign}/dryrun`,
      {},
    );
    expect(dry).toMatchObject({
      wouldBeMessaged: passing.length,
      filteredOutContacts: contacts.length - passing.length,
    });
    expect(dry.firstContacts.map(({ contactId }) => contactId).sort()).toEqual(passing);

    const edit = { criteria: filter, contact: { data: { voucher: 'B-7' } }, generateDownloadURI: false };
    const edited = await ended(list, await post(`${LISTS}/${list}/contacts/bulk/update`, edit));
    expect(edited).toMatchObject({ state: 'Complete', completedRecords: passing.length });
    const { entities } = await search(list, {});
    const hasChanged = ({ data }: { id: string; data?: { voucher: string } }) => data!.voucher === 'B-7';
    expect(idsOf(entities.filter(hasChanged))).toEqual(passing);

    await world.switchOn(campaign);
    await world.untilStatus(campaign, 'complete');
    const sent = await world.sentTo(contacts.map(({ wa }) => wa));
    expect(sent.map(({ to }) => to).sort()).toEqual(passing);

    const remove = { contactListFilterId: saved.id, generateDownloadURI: false };
    await ended(list, await post(`${LISTS}/${list}/contacts/bulk/remove`, remove));
    const others = contacts.map(({ wa }) => wa).filter((wa) => !passing.includes(wa));
    expect(idsOf((await search(list, {})).entities)).toEqual(others);
  }

  it('means the same contacts in preview, search, export, dry run, bulk jobs and what is sent', async () => {
    await fc.assert(fc.asyncProperty(criteria, compare), { numRuns: 3, endOnFailure: true });
  });
});

describe('contacts and lists of a campaign that is sending', () => {
  it('stay while they are in use, whichever way they are to be deleted', async () => {
    const inUse = '491512499910';
    const idle = Array.from({ length: 6 }, (_, at) => `none-${at}`);
    await world.control('/faults', { action: 'delay', delayMs: 6_000, to: inUse, times: 1 });
    const list = await world.aList([inUse, ...idle].map((wa) => ({ wa })));
    const campaign = await world.aCampaign(list);
    await world.switchOn(campaign);
    await eventually('the call', async () => {
      const endings = await world.endings(campaign);
      return endings[inUse] === 'calling' && idle.every((id) => endings[id]?.startsWith('ININ'));
    });
    const remove = (path: string) => world.app.admin.delete(path);
    const left = async () => idsOf((await search(list, {})).entities);

    expect((await remove(`${LISTS}/${list}/contacts/${inUse}`).expect(400)).body.code).toBe('contact.in.use');
    await remove(`${LISTS}/${list}/contacts/${idle[0]}`).expect(200);
    await remove(`${LISTS}/${list}/contacts?contactIds=${inUse},${idle[1]}`).expect(204);
    expect(await left()).toEqual([inUse, ...idle.slice(2)]);
    const contactIds = [inUse, idle[2]!];
    const everybody = {
      clauses: [
        {
          predicates: [
            { column: 'wa', columnType: 'alphabetic', operator: 'IN', range: { inSet: contactIds } },
          ],
        },
      ],
    };
    const bulk = { criteria: everybody, generateDownloadURI: false };
    expect(await ended(list, await post(`${LISTS}/${list}/contacts/bulk/remove`, bulk))).toMatchObject({
      state: 'Complete',
    });
    expect(await left()).toEqual([inUse, ...idle.slice(3)]);
    expect((await remove(`${LISTS}/${list}`).expect(400)).body.code).toBe('contact.list.in.use');
    expect((await remove(`${LISTS}?id=${list}`).expect(409)).body.code).toBe('bulk.delete.conflict');
    expect((await world.app.admin.post(`${LISTS}/${list}/clear`)).status).toBeLessThan(300);
    await eventually('all but the contact in use are gone', async () => (await left()).length === 1);
    expect(await left()).toEqual([inUse]);
    expect((await world.endings(campaign))[inUse]).toBe('calling');
    await world.untilStatus(campaign, 'complete');
    expect(await world.sentTo([inUse])).toHaveLength(1);
    expect(await world.contact(list, inUse)).toMatchObject({
      latestWhatsAppEvaluations: { wa: { contactAddress: inUse, wrapupCodeId: 'OUTBOUND-MESSAGE-SENT' } },
    });
    await remove(`${LISTS}/${list}/contacts/${inUse}`).expect(200);
    // Once it has ended, the campaign still names its list.
    expect((await remove(`${LISTS}/${list}`).expect(400)).body.code).toBe('contact.list.in.use');
    await remove(`${CAMPAIGNS}/${campaign}`).expect(200);
    await remove(`${LISTS}/${list}`).expect(200);
    await world.app.admin.get(`${LISTS}/${list}/contacts/${inUse}`).expect(404);
  });
});
