import { randomUUID } from 'node:crypto';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';
import { MessageFixtures } from './message-fixtures.js';

const METRICS_TOKEN = 'token-of-the-scraper';
const QUERY = '/api/v2/analytics/conversations/details/query';
const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const NOVEMBER = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';

let app: TestApp;
let messages: MessageFixtures;
let south: string;
let northCampaign: string;
let southCampaign: string;
let northMessage: string;
let southMessage: string;

beforeAll(async () => {
  app = await startTestApp({ env: { METRICS_TOKEN } });
  messages = new MessageFixtures(app.db);
  south = await app.createDivision('South');
  northCampaign = await messages.addCampaign({ name: 'North', divisionId: app.homeDivisionId });
  southCampaign = await messages.addCampaign({ name: 'South', divisionId: south });
  const north = { campaignId: northCampaign, divisionId: app.homeDivisionId };
  [northMessage, southMessage] = (await messages.add(
    north,
    { campaignId: southCampaign, divisionId: south },
    { ...north, disposition: 'OUTBOUND-MESSAGE-FAILED', failedAt: '2026-11-10T10:00:01Z' },
  )) as [string, string];
});
afterAll(() => app.close());

describe('conversation details over HTTP', () => {
  const analyst = (...divisions: string[]): Promise<Client> =>
    app.as(['analytics:conversationDetail:view'], divisions);

  it('answers what happened in the divisions of the caller', async () => {
    const answer = await (await analyst(south)).post(QUERY).send({ interval: NOVEMBER }).expect(200);
    expect(answer.body.totalHits).toBe(1);
    expect(answer.body.conversations[0]).toMatchObject({
      conversationId: southMessage,
      participants: [{ sessions: [{ outboundCampaignId: southCampaign, deliveryStatus: 'Queued' }] }],
    });
    expect((await app.admin.post(QUERY).send({ interval: NOVEMBER }).expect(200)).body.totalHits).toBe(3);
  });

  it('opens to either permission and to nobody else', async () => {
    const agent = await app.as(['analytics:agentConversationDetail:view']);
    await agent.post(QUERY).send({ interval: NOVEMBER }).expect(200);
    const stranger = await app.as(['outbound:whatsAppCampaign:view']);
    await stranger.post(QUERY).send({ interval: NOVEMBER }).expect(403);
    await stranger.get(`/api/v2/analytics/conversations/details?id=${northMessage}`).expect(403);
    await app.anonymous.post(QUERY).send({ interval: NOVEMBER }).expect(401);
  });

  it('answers one error with all that is wrong', async () => {
    const query = {
      interval: 'x',
      segmentFilters: [{ type: 'and', predicates: [{ dimension: 'agentRank', value: '1' }] }],
    };
    const { body } = await app.admin.post(QUERY).send(query).expect(400);
    expect(body.details.map((detail: { fieldName: string }) => detail.fieldName)).toEqual([
      'interval',
      'segmentFilters.0.predicates.0.dimension',
    ]);
    await app.admin.post(QUERY).expect(400);
  });

  it('refuses more predicates than it can search by', async () => {
    const predicates = Array.from({ length: 1001 }, () => ({ dimension: 'purpose', operator: 'exists' }));
    const query = { interval: NOVEMBER, conversationFilters: [{ type: 'or', predicates }] };
    const { body } = await app.admin.post(QUERY).send(query).expect(400);
    expect(body.messageParams).toEqual({ given: '1001', max: '1000' });
  });

  it('finds conversations by id, a foreign one like one that does not exist', async () => {
    const client = await analyst(app.homeDivisionId);
    const one = await client.get(`/api/v2/analytics/conversations/${northMessage}/details`).expect(200);
    expect(one.body.conversationId).toBe(northMessage);
    for (const id of [southMessage, randomUUID(), 'nonsense']) {
      await client.get(`/api/v2/analytics/conversations/${id}/details`).expect(404);
    }
    const several = `/api/v2/analytics/conversations/details?id=${southMessage},${northMessage}`;
    expect((await client.get(several).expect(200)).body.conversations).toHaveLength(1);
    expect((await client.get('/api/v2/analytics/conversations/details').expect(200)).body).toEqual({
      conversations: [],
    });
  });
});

describe('aggregates and jobs over HTTP', () => {
  const AGGREGATES = '/api/v2/analytics/conversations/aggregates';
  const JOBS = '/api/v2/analytics/conversations/details/jobs';

  it('sum what is in the divisions of the caller, and refuse all that is wrong at once', async () => {
    const client = await app.as(['analytics:conversationAggregate:view'], [south]);
    const query = { interval: NOVEMBER, metrics: ['nOutbound'], groupBy: ['divisionId'] };
    const { body } = await client.post(`${AGGREGATES}/query`).send(query).expect(200);
    expect(body.results).toMatchObject([
      { group: { divisionId: south }, data: [{ metrics: [{ stats: { count: 1 } }] }] },
    ]);
    const wrong = { interval: 'x', metrics: ['tAcd'], groupBy: ['x'], granularity: 'P2M', timeZone: 'Mars' };
    const refusal = await client.post(`${AGGREGATES}/query`).send(wrong).expect(400);
    expect(refusal.body.details).toHaveLength(5);
    await (await analystOf()).post(`${AGGREGATES}/query`).send(query).expect(403);
  });

  it('hands out details by cursor, each message once, with the rights of who asks', async () => {
    const client = await analystOf();
    const submitted = await client.post(JOBS).send({ interval: NOVEMBER, order: 'desc' }).expect(202);
    const job = `${JOBS}/${submitted.body.jobId}`;
    expect((await client.get(job).expect(200)).body).toMatchObject({ state: 'FULFILLED' });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await client.get(`${job}/results?pageSize=1&cursor=${cursor}`).expect(200);
      ids.push(...body.conversations.map((one: { conversationId: string }) => one.conversationId));
      cursor = body.cursor ?? '';
    } while (cursor !== '');
    const asked = await client.post(QUERY).send({ interval: NOVEMBER, order: 'desc' }).expect(200);
    expect(ids).toEqual(
      asked.body.conversations.map((one: { conversationId: string }) => one.conversationId),
    );
    expect(ids).toHaveLength(3);

    await client.get(`${job}/results?cursor=nonsense`).expect(400);
    const elsewhere = await app.as(['analytics:conversationDetail:view'], [south]);
    expect((await elsewhere.get(`${job}/results`).expect(200)).body.conversations).toHaveLength(1);
    await client.delete(job).expect(204);
    await client.get(`${job}/results`).expect(404);
  });

  it('holds a details job to its limit, and hands out aggregates page by page', async () => {
    const client = await app.as([
      'analytics:conversationDetail:view',
      'analytics:conversationAggregate:view',
    ]);
    const limited = await client.post(JOBS).send({ interval: NOVEMBER, limit: 2 }).expect(202);
    const results = await client.get(`${JOBS}/${limited.body.jobId}/results`).expect(200);
    expect(results.body.conversations).toHaveLength(2);
    expect(results.body.cursor).toBeUndefined();
    const query = {
      interval: NOVEMBER,
      metrics: ['nOutbound'],
      groupBy: ['outboundCampaignId'],
      pageSize: 1,
    };
    const { body } = await client.post(`${AGGREGATES}/jobs`).send(query).expect(202);
    expect((await client.get(`${AGGREGATES}/jobs/${body.jobId}`).expect(200)).body.state).toBe('FULFILLED');
    const first = await client.get(`${AGGREGATES}/jobs/${body.jobId}/results`).expect(200);
    const url = `${AGGREGATES}/jobs/${body.jobId}/results?cursor=${first.body.cursor}`;
    const second = await client.get(url).expect(200);
    expect([first.body.results.length, second.body.results.length, second.body.cursor]).toEqual([
      1,
      1,
      undefined,
    ]);
    await client.get(`${JOBS}/${body.jobId}`).expect(404);
  });

  it('says up to when everything is in the results', async () => {
    const { body } = await (await analystOf()).get(`${JOBS}/availability`).expect(200);
    expect(Date.parse(body.dataAvailabilityDate)).toBeGreaterThan(0);
  });

  const analystOf = (): Promise<Client> => app.as(['analytics:conversationDetail:view']);
});

describe('the delivery report over HTTP', () => {
  it('tells the funnel, the failures by reason, who answered and opted out, and how it went over time', async () => {
    const campaignId = await messages.addCampaign({ name: 'Report', divisionId: south });
    const of = { campaignId, divisionId: south };
    const startedAt = '2026-11-12T10:03:00.000Z';
    await messages.add(
      {
        ...of,
        startedAt,
        sentAt: startedAt,
        deliveredAt: startedAt,
        readAt: startedAt,
        address: '4915559990001',
      },
      { ...of, startedAt, sentAt: startedAt, deliveredAt: startedAt, address: '4915559990002' },
      { ...of, startedAt: '2026-11-12T10:20:00.000Z', failedAt: startedAt, errorCode: 131026 },
      { ...of, startedAt, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' },
    );
    await app.db.query(
      `INSERT INTO opt_out_signals (signal_key, match_key, whatsapp_id, scope, direction, source, signalled_at)
       VALUES ('inbound:x', '4915559990001', '4915559990001', 'all', 'stop', 'keyword', $1)`,
      ['2026-11-12T11:00:00Z'],
    );
    // One answers twice; the other one wrote before, writes long afterwards, and answers another message.
    await app.db.query(
      `INSERT INTO replies (message_id, whatsapp_id, context_wamid, said_at) VALUES
         ('a', '4915559990001', NULL, '2026-11-12T10:05:00Z'), ('b', '4915559990001', NULL, '2026-11-13T10:00:00Z'),
         ('c', '4915559990002', NULL, '2026-11-12T10:02:58Z'), ('d', '4915559990002', NULL, '2026-11-29T10:00:00Z'),
         ('e', '4915559990002', 'wamid.other', '2026-11-13T10:00:00Z')`,
    );
    const report = `${CAMPAIGNS}/${campaignId}/deliveryreport`;
    const { body } = await app.admin.get(report).expect(200);
    expect(body.funnel).toEqual({
      queued: 4,
      sent: 3,
      delivered: 2,
      read: 1,
      replied: 1,
      failed: 1,
      ambiguous: 1,
      skipped: 0,
      optedOut: 1,
    });
    expect(body.failures).toEqual([{ errorCode: 131026, reason: expect.any(String), count: 1 }]);
    expect(body.overTime).toEqual([
      {
        interval: '2026-11-12T10:00:00.000Z/2026-11-12T10:15:00.000Z',
        attempted: 3,
        delivered: 2,
        read: 1,
        replied: 1,
        failed: 0,
        optedOut: 1,
      },
      {
        interval: '2026-11-12T10:15:00.000Z/2026-11-12T10:30:00.000Z',
        attempted: 1,
        delivered: 0,
        read: 0,
        replied: 0,
        failed: 1,
        optedOut: 0,
      },
    ]);
    const csv = await app.admin.get(`${report}/csv`).expect(200);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text.split('\r\n')).toEqual(
      expect.arrayContaining([
        'measure,detail,messages',
        'delivered,,2',
        'replied,,1',
        'optedOut over time,2026-11-12T10:00:00.000Z/2026-11-12T10:15:00.000Z,1',
      ]),
    );
    const elsewhere = await app.as(['outbound:whatsAppCampaign:view'], [app.homeDivisionId]);
    await elsewhere.get(report).expect(404);
  });
});

describe('progress over HTTP', () => {
  const viewer = (...divisions: string[]): Promise<Client> =>
    app.as(['outbound:whatsAppCampaign:view'], divisions);

  it('tells how far a campaign is', async () => {
    const { body } = await app.admin.get(`${CAMPAIGNS}/${northCampaign}/progress`).expect(200);
    expect(body).toMatchObject({
      campaign: { id: northCampaign, name: 'North' },
      numberOfContactsCalled: 0,
      numberOfContactsMessaged: 2,
      totalNumberOfContacts: 2,
      percentage: 100,
      numberOfContactsSkipped: {},
    });
    expect(body.contactList.id).toEqual(expect.any(String));
  });

  it('tells zeros of a campaign that never ran', async () => {
    const id = await messages.addCampaign({ name: 'New', divisionId: south });
    const { body } = await app.admin.get(`${CAMPAIGNS}/${id}/progress`).expect(200);
    expect(body).toMatchObject({ totalNumberOfContacts: 0, percentage: 0 });
  });

  it('tells of several in the order of the ids and leaves out those out of reach', async () => {
    const ids = [southCampaign, randomUUID(), northCampaign];
    const all = await app.admin.post(`${CAMPAIGNS}/progress`).send(ids).expect(200);
    expect(all.body.map((one: { campaign: { id: string } }) => one.campaign.id)).toEqual([
      southCampaign,
      northCampaign,
    ]);
    const client = await viewer(south);
    const some = await client.post(`${CAMPAIGNS}/progress`).send(ids).expect(200);
    expect(some.body).toHaveLength(1);
    await client.get(`${CAMPAIGNS}/${northCampaign}/progress`).expect(404);
    await client.get(`${CAMPAIGNS}/${southCampaign}/progress`).expect(200);
    expect((await client.post(`${CAMPAIGNS}/progress`).send([]).expect(200)).body).toEqual([]);
  });

  it('refuses what is no list of ids, and callers without the permission', async () => {
    for (const body of [{ ids: [] }, ['nonsense'], [1], Array.from({ length: 101 }, () => randomUUID())]) {
      await app.admin.post(`${CAMPAIGNS}/progress`).send(body).expect(400);
    }
    const stranger = await app.as(['outbound:contactList:view']);
    await stranger.get(`${CAMPAIGNS}/${northCampaign}/progress`).expect(403);
    await stranger.post(`${CAMPAIGNS}/progress`).send([northCampaign]).expect(403);
  });
});

describe('metrics', () => {
  it('are closed without their token', async () => {
    await app.anonymous.get('/metrics').expect(401);
    await app.admin.get('/metrics').expect(401);
  });

  it('tell what became of the messages', async () => {
    const { text } = await app.withToken(METRICS_TOKEN).get('/metrics').expect(200);
    const fates = await app.db.query<{ disposition: string; code: number; count: string }[]>(
      `SELECT coalesce(disposition, 'none') AS disposition, coalesce(provider_error_code, 0) AS code, count(*)
         FROM campaign_messages GROUP BY 1, 2`,
    );
    expect(fates.length).toBeGreaterThan(1);
    for (const { disposition, code, count } of fates)
      expect(text).toContain(
        `depesche_messages{disposition="${disposition}",provider_code="${code}"} ${count}\n`,
      );
    expect(text).toContain('depesche_queue_jobs{queue="dispatch-tick",state="waiting"} 0');
    expect(text).toMatch(
      /^depesche_http_request_seconds_count\{method="GET",route="\/metrics",status="401"\} 2$/mu,
    );
    expect(text).not.toContain(METRICS_TOKEN);
  });
});
