import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import fc from 'fast-check';
import { type DivisionScope, EVERYWHERE } from '../../../src/modules/access/index.js';
import { ConversationQueryDto } from '../../../src/modules/reporting/conversations/conversation-query.dto.js';
import type { ConversationView } from '../../../src/modules/reporting/conversations/conversation.dto.js';
import { ConversationsRepository } from '../../../src/modules/reporting/conversations/conversations.repository.js';
import { ConversationsService } from '../../../src/modules/reporting/conversations/conversations.service.js';
import type { Filter, Predicate } from '../../../src/modules/reporting/conversations/filter-sql.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { openTestDatabase } from '../../support/database.js';
import { CAMPAIGN, DIVISION, type MessageFixture, MessageFixtures } from './message-fixtures.js';

const NOVEMBER = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';
const OTHER_DIVISION = '22222222-0000-4000-8000-000000000002';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let messages: MessageFixtures;
let conversations: ConversationsService;

beforeAll(async () => {
  database = await openTestDatabase();
  messages = new MessageFixtures(database.db);
  const logger = new Logger({ logLevel: 'error', logFormat: 'json', processRole: 'all' });
  conversations = new ConversationsService(new ConversationsRepository(new UnitOfWork(database.db, logger)));
});
beforeEach(() => messages.clear());
afterAll(() => database.close());

const query = (fields: object = {}, scope: DivisionScope = EVERYWHERE) =>
  conversations.query(scope, plainToInstance(ConversationQueryDto, { interval: NOVEMBER, ...fields }));
const filteredBy = (...predicates: Predicate[]) => query({ segmentFilters: [{ type: 'and', predicates }] });
const idsOf = ({ conversations: found }: { conversations: ConversationView[] }) =>
  found.map(({ conversationId }) => conversationId);
const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();

describe('conversation details query', () => {
  it('answers an empty array and no hits when nothing matches', async () => {
    expect(await query()).toEqual({ conversations: [], totalHits: 0, aggregations: undefined });
  });

  it('finds what started in the interval; its end does not belong to it', async () => {
    const [, first, last] = await messages.add(
      { startedAt: '2026-10-31T23:59:59.999Z' },
      { startedAt: '2026-11-01T00:00:00.000Z' },
      { startedAt: '2026-11-30T23:59:59.999Z' },
      { startedAt: '2026-12-01T00:00:00.000Z' },
    );
    expect(idsOf(await query())).toEqual([first, last]);
  });

  it('finds only messages that a call to the provider has begun for', async () => {
    await messages.add({});
    await database.db.query(
      `UPDATE campaign_messages SET calling_at = NULL, disposition = 'ININ-OUTBOUND-DNC-SKIPPED'`,
    );
    await messages.projector.catchUp();
    expect((await query()).totalHits).toBe(0);
  });

  it('keeps to the divisions of the caller', async () => {
    const [mine] = await messages.add({ divisionId: DIVISION }, { divisionId: OTHER_DIVISION });
    expect(idsOf(await query({}, { kind: 'divisions', ids: [DIVISION] }))).toEqual([mine]);
    expect((await query({}, { kind: 'divisions', ids: [] })).totalHits).toBe(0);
    expect((await query()).totalHits).toBe(2);
  });

  it('pages in time order, without gaps or repeats among equal times, and past the end is empty', async () => {
    const ids = await messages.add(
      ...Array.from({ length: 7 }, (_, i) => ({ startedAt: at(10 + (i >> 2)) })),
    );
    const page = async (pageNumber: number, order = 'asc') =>
      query({ order, paging: { pageSize: 3, pageNumber } });
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.map((one) => one.conversations.length)).toEqual([3, 3, 1, 0]);
    expect(pages.map((one) => one.totalHits)).toEqual([7, 7, 7, 7]);
    const ascending = pages.flatMap(idsOf);
    expect(new Set(ascending)).toEqual(new Set(ids));
    expect(new Set(ascending.slice(0, 4))).toEqual(new Set(ids.slice(0, 4)));
    const descending = [await page(1, 'desc'), await page(2, 'desc'), await page(3, 'desc')].flatMap(idsOf);
    expect(descending).toEqual([...ascending].reverse());
  });

  it('gives 25 without paging and at most 100', async () => {
    await messages.add(...Array.from({ length: 103 }, () => ({})));
    expect((await query()).conversations).toHaveLength(25);
    const large = await query({ paging: { pageSize: 5000 } });
    expect([large.conversations.length, large.totalHits]).toEqual([100, 103]);
  });

  it('orders by the end, unfinished ones last', async () => {
    const [unfinished, late, early] = await messages.add(
      { settledAt: null },
      { settledAt: at(10, 12) },
      { settledAt: at(10, 11) },
    );
    expect(idsOf(await query({ orderBy: 'conversationEnd' }))).toEqual([early, late, unfinished]);
  });

  it('finds the failed deliveries of one campaign', async () => {
    const failed: MessageFixture = { failedAt: at(11), errorCode: 131026, errorText: 'Undeliverable' };
    const [wanted] = await messages.add(failed, {}, { ...failed, campaignId: randomUUID() });
    const found = await filteredBy(
      { dimension: 'outboundCampaignId', value: CAMPAIGN },
      { dimension: 'deliveryStatus', operator: 'matches', value: 'DeliveryFailed' },
    );
    expect(idsOf(found)).toEqual([wanted]);
  });

  it('finds a recipient however the number is written', async () => {
    const [wanted] = await messages.add({ address: '4915550012345' }, {});
    for (const value of ['+49 1555 0012345', '004915550012345', '4915550012345']) {
      expect(idsOf(await filteredBy({ dimension: 'addressTo', value }))).toEqual([wanted]);
    }
  });

  it('matches nothing for values that a column cannot hold', async () => {
    await messages.add({});
    for (const predicate of [
      { dimension: 'conversationId', value: 'abc' },
      { dimension: 'errorCode', value: '99999999999999999999' },
      { dimension: 'outboundContactId', value: 'contact\u0000' },
      { dimension: 'addressTo', value: "' OR 1=1 --" },
      { dimension: 'wrapUpCode', value: "x'; DROP TABLE campaign_messages; --" },
    ] satisfies Predicate[]) {
      expect((await filteredBy(predicate)).totalHits).toBe(0);
    }
  });

  it('counts the most frequent values of dimensions over all hits, not over the page', async () => {
    await messages.add(
      { readAt: at(11) },
      { readAt: at(11) },
      { failedAt: at(11), errorCode: 131026 },
      { startedAt: '2026-01-01T00:00:00Z', readAt: at(11) },
    );
    const { aggregations } = await query({
      paging: { pageSize: 1 },
      aggregations: [
        { type: 'termFrequency', dimension: 'deliveryStatus' },
        { type: 'termFrequency', dimension: 'errorCode', size: 5 },
        { type: 'termFrequency', dimension: 'messageType' },
        { type: 'termFrequency', dimension: 'deliveryStatus', size: 1 },
      ],
    });
    const read = { value: 'Read', count: 2 };
    expect(aggregations).toEqual([
      {
        type: 'termFrequency',
        dimension: 'deliveryStatus',
        count: 3,
        results: [read, { value: 'DeliveryFailed', count: 1 }],
      },
      { type: 'termFrequency', dimension: 'errorCode', count: 1, results: [{ value: '131026', count: 1 }] },
      {
        type: 'termFrequency',
        dimension: 'messageType',
        count: 3,
        results: [{ value: 'whatsapp', count: 3 }],
      },
      { type: 'termFrequency', dimension: 'deliveryStatus', count: 3, results: [read] },
    ]);
  });

  it('shows the dates and codes of a message', async () => {
    await messages.add({
      settledAt: '2026-11-10T10:00:01.000Z',
      sentAt: '2026-11-10T10:00:02.000Z',
      failedAt: '2026-11-10T10:00:03.000Z',
      errorCode: 131026,
      errorText: 'Message undeliverable',
    });
    const [conversation] = (await query()).conversations;
    const [session] = conversation!.participants[0]!.sessions;
    expect(session).toMatchObject({
      deliveryStatus: 'DeliveryFailed',
      deliveryStatusChangeDate: '2026-11-10T10:00:03.000Z',
      extendedDeliveryStatus: 'Message undeliverable',
      segments: [
        { wrapUpCode: 'OUTBOUND-MESSAGE-SENT', errorCode: '131026', segmentEnd: '2026-11-10T10:00:01.000Z' },
      ],
    });
  });
});

describe('conversations by id', () => {
  it('keeps the order of the ids and leaves out what is not there or out of reach', async () => {
    const [first, second, foreign] = await messages.add({}, {}, { divisionId: OTHER_DIVISION });
    const scope: DivisionScope = { kind: 'divisions', ids: [DIVISION] };
    const asked = [second!, randomUUID(), 'nonsense', foreign!, first!, second!];
    expect((await conversations.findByIds(scope, asked)).map((one) => one.conversationId)).toEqual([
      second,
      first,
    ]);
  });

  it('answers 404 alike for unknown, malformed and foreign ids', async () => {
    const [foreign] = await messages.add({ divisionId: OTHER_DIVISION });
    const scope: DivisionScope = { kind: 'divisions', ids: [DIVISION] };
    for (const id of [foreign!, randomUUID(), 'nonsense']) {
      await expect(conversations.get(scope, id)).rejects.toMatchObject({
        kind: 'not-found',
        code: 'not.found',
      });
    }
    expect((await conversations.get(EVERYWHERE, foreign!)).conversationId).toBe(foreign);
  });

  it('refuses more than 100 ids', async () => {
    const ids = Array.from({ length: 101 }, () => randomUUID());
    await expect(conversations.findByIds(EVERYWHERE, ids)).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('filters in the database', () => {
  const contacts = ['ada', 'bea', "c'h"];
  const statuses = [{}, { readAt: at(12) }, { failedAt: at(12), errorCode: 131026 }];
  const values: Record<string, string[]> = {
    outboundContactId: [...contacts, '%'],
    deliveryStatus: ['Queued', 'Read', 'DeliveryFailed', 'read'],
    errorCode: ['131026', '1', 'x'],
    messageType: ['whatsapp', 'sms'],
  };
  const predicate = fc.constantFrom(...Object.keys(values)).chain((dimension) =>
    fc.record({
      dimension: fc.constant(dimension),
      operator: fc.constantFrom('matches', 'exists', 'notExists', undefined),
      value: fc.constantFrom(...values[dimension]!),
    }),
  ) as fc.Arbitrary<Predicate>;
  const predicates = fc.array(predicate, { maxLength: 3 });
  const type = fc.constantFrom('and' as const, 'or' as const);
  const filter = fc.record({
    type,
    predicates,
    clauses: fc.array(fc.record({ type, predicates }), { maxLength: 2 }),
  });

  type Facts = Record<string, string | undefined>;
  const holds = ({ dimension, operator = 'matches', value }: Predicate, facts: Facts): boolean => {
    if (operator === 'exists') return facts[dimension!] !== undefined;
    if (operator === 'notExists') return facts[dimension!] === undefined;
    return facts[dimension!] === value;
  };
  const joined = (junction: 'and' | 'or', parts: boolean[]): boolean =>
    parts.length === 0 || (junction === 'and' ? parts.every(Boolean) : parts.some(Boolean));
  const passes = (filters: Filter[], facts: Facts): boolean =>
    filters.every((one) =>
      joined(one.type, [
        ...one.predicates!.map((inner) => holds(inner, facts)),
        ...one.clauses!.map((clause) =>
          joined(
            clause.type,
            clause.predicates.map((inner) => holds(inner, facts)),
          ),
        ),
      ]),
    );

  it('mean what they say, for any combination', async () => {
    const fixtures = contacts.flatMap((contactId) => statuses.map((status) => ({ contactId, ...status })));
    const ids = await messages.add(...fixtures);
    const facts = fixtures.map((one, i): Facts & { id: string } => ({
      id: ids[i]!,
      outboundContactId: one.contactId,
      deliveryStatus: 'readAt' in one ? 'Read' : 'failedAt' in one ? 'DeliveryFailed' : 'Queued',
      errorCode: 'errorCode' in one ? String(one.errorCode) : undefined,
      messageType: 'whatsapp',
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(filter, { maxLength: 3 }), async (filters) => {
        const found = await query({ conversationFilters: filters, paging: { pageSize: 100 } });
        const expected = facts.filter((one) => passes(filters, one)).map(({ id }) => id);
        expect(new Set(idsOf(found))).toEqual(new Set(expected));
        expect(found.totalHits).toBe(expected.length);
      }),
      { numRuns: 150 },
    );
  });
});
