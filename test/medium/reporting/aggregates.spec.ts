import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { EVERYWHERE } from '../../../src/modules/access/index.js';
import type { AggregateQueryDto } from '../../../src/modules/reporting/aggregates/aggregate-query.dto.js';
import { AggregatesRepository } from '../../../src/modules/reporting/aggregates/aggregates.repository.js';
import { AggregatesService } from '../../../src/modules/reporting/aggregates/aggregates.service.js';
import { openTestDatabase } from '../../support/database.js';
import { CAMPAIGN, DIVISION, type MessageFixture, MessageFixtures } from './message-fixtures.js';

const NOVEMBER = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';
const OTHER = randomUUID();
const READ = { readAt: '2026-11-10T12:00:00Z' };
const LOST: MessageFixture = {
  failedAt: '2026-11-10T12:00:00Z',
  errorCode: 131026,
  errorText: 'Undeliverable',
};

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let messages: MessageFixtures;
let aggregates: AggregatesService;

beforeAll(async () => {
  database = await openTestDatabase();
  messages = new MessageFixtures(database.db);
  aggregates = new AggregatesService(new AggregatesRepository(messages.uow));
  await messages.add(
    { ...READ, startedAt: '2026-11-10T22:59:59.999Z' },
    { ...READ, startedAt: '2026-11-10T23:00:00.000Z' },
    { ...LOST, startedAt: '2026-11-11T00:07:00.000Z' },
    { startedAt: '2026-11-11T00:20:00.000Z', campaignId: OTHER },
    { startedAt: '2026-11-30T23:30:00.000Z', campaignId: OTHER, divisionId: OTHER },
  );
});
afterAll(() => database.close());

const query = async (fields: Partial<AggregateQueryDto>, scope = EVERYWHERE) => {
  const { results } = await aggregates.query(scope, {
    interval: NOVEMBER,
    metrics: ['nOutbound'],
    ...fields,
  });
  return results;
};
const counts = (results: Awaited<ReturnType<typeof query>>) =>
  results.map(({ group, data }) => [
    group,
    data.map(({ metrics }) => metrics.map(({ stats }) => stats.count)),
  ]);

describe('conversation aggregates', () => {
  it('sum all of the interval when nothing else is asked for', async () => {
    expect(
      await query({ metrics: ['nOutbound', 'nOutboundConnected', 'nError', 'nOutboundAbandoned'] }),
    ).toEqual([
      {
        group: {},
        data: [
          {
            interval: NOVEMBER,
            metrics: [
              { metric: 'nOutbound', stats: { count: 5 } },
              { metric: 'nOutboundConnected', stats: { count: 2 } },
              { metric: 'nError', stats: { count: 1 } },
              { metric: 'nOutboundAbandoned', stats: { count: 0 } },
            ],
          },
        ],
      },
    ]);
  });

  it('group by dimensions, leaving out a value that there is none of', async () => {
    expect(
      counts(await query({ groupBy: ['outboundCampaignId', 'errorCode', 'mediaType', 'queueId'] })),
    ).toEqual(
      expect.arrayContaining([
        [{ outboundCampaignId: CAMPAIGN, mediaType: 'message' }, [[2]]],
        [{ outboundCampaignId: CAMPAIGN, errorCode: '131026', mediaType: 'message' }, [[1]]],
        [{ outboundCampaignId: OTHER, mediaType: 'message' }, [[2]]],
      ]),
    );
  });

  it('begin days at midnight of the time zone, and cut the buckets at the ends of the interval', async () => {
    const [berlin] = await query({
      interval: '2026-11-10T22:00:00.000Z/2026-11-11T12:00:00.000Z',
      granularity: 'P1D',
      timeZone: 'Europe/Berlin',
    });
    expect(berlin!.data.map(({ interval, metrics }) => [interval, metrics[0]!.stats.count])).toEqual([
      ['2026-11-10T22:00:00.000Z/2026-11-10T23:00:00.000Z', 1],
      ['2026-11-10T23:00:00.000Z/2026-11-11T12:00:00.000Z', 3],
    ]);
    const [quarters] = await query({ granularity: 'PT15M' });
    expect(quarters!.data[2]).toMatchObject({
      interval: '2026-11-11T00:00:00.000Z/2026-11-11T00:15:00.000Z',
    });
    const [months] = await query({ granularity: 'P1M', timeZone: 'America/New_York' });
    expect(months!.data).toHaveLength(1);
  });

  it('keep to the filter and to the divisions of the caller', async () => {
    const predicates = [{ dimension: 'deliveryStatus' as const, value: 'Read' }];
    expect(counts(await query({ filter: { type: 'and', predicates } }))).toEqual([[{}, [[2]]]]);
    expect(counts(await query({}, { kind: 'divisions', ids: [DIVISION] }))).toEqual([[{}, [[4]]]]);
    expect(await query({}, { kind: 'divisions', ids: [] })).toEqual([]);
  });

  it('answer the largest or smallest groups alone', async () => {
    const groupBy = ['outboundCampaignId' as const];
    expect(counts(await query({ groupBy, queryType: 'topN', limit: 1 }))).toEqual([
      [{ outboundCampaignId: CAMPAIGN }, [[3]]],
    ]);
    expect(counts(await query({ groupBy, queryType: 'bottomN', limit: 1 }))).toEqual([
      [{ outboundCampaignId: OTHER }, [[2]]],
    ]);
  });

  it('count the same whether the quarters of an hour or the messages are counted', async () => {
    const moment = fc.integer({ min: 0, max: 30 * 24 * 60 }).map((m) => Date.UTC(2026, 10, 1) + m * 60_000);
    await fc.assert(
      fc.asyncProperty(moment, moment, async (one, other) => {
        fc.pre(one !== other);
        const interval = [Math.min(one, other), Math.max(one, other)]
          .map((at) => new Date(at).toISOString())
          .join('/');
        const some = await query({ interval, groupBy: ['deliveryStatus'] });
        // No count knows single messages, so this reads the messages.
        const all = await query({ interval, groupBy: ['deliveryStatus', 'conversationId'] });
        const sum = (results: typeof some) =>
          results.reduce((total, { data }) => total + data[0]!.metrics[0]!.stats.count, 0);
        expect(sum(some)).toBe(sum(all));
      }),
      { numRuns: 40 },
    );
  });
});
