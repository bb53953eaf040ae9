import pg from 'pg';
import { RUN_AUDIT } from '../support/audit.js';
import { CampaignsAtWork } from '../support/campaigns-at-work.js';
import { numberOf } from '../support/contacts-csv.js';
import { eventually, untilPast } from '../support/eventually.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

/** So many webhooks with so many statuses each, of messages that nobody knows. */
const BACKLOG = `
  INSERT INTO webhook_events (body)
  SELECT convert_to(json_build_object('object', 'whatsapp_business_account', 'entry', json_build_array(
           json_build_object('id', 'w', 'changes', json_build_array(json_build_object('field', 'messages', 'value',
             json_build_object('statuses', (SELECT json_agg(json_build_object(
               'id', 'wamid.backlog.' || clock_timestamp() || n || '.' || k, 'status', 'delivered',
               'timestamp', '1790000000', 'recipient_id', (4917000000000 + n)::text))
                 FROM generate_series(1, $2::int) AS k)))))))::text, 'UTF8')
    FROM generate_series(1, $1::int) AS n`;

const WAITING = `
  SELECT (SELECT count(*)::int FROM webhook_events WHERE applied_at IS NULL) AS webhooks,
         (SELECT count(*)::int FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
           WHERE r.campaign_id = $1 AND m.state = 'queued') AS messages`;

const TRANSACTIONS = `
  SELECT (xact_commit + xact_rollback)::int AS many FROM pg_stat_database WHERE datname = current_database()`;

let work: CampaignsAtWork;

beforeAll(async () => {
  work = await CampaignsAtWork.start();
});
afterAll(() => work?.stop());

const tell = (line: string) => process.stdout.write(`${line}\n`);

it('keeps a STOP within a second while thousands of messages and webhooks wait', async () => {
  const campaign = await work.start(30_000, 12_000);
  await work.atLeast(campaign, 100);
  const client = new pg.Client({ connectionString: work.product.databaseUrl });
  await client.connect();
  const people = [29_001, 29_002, 29_003].map((at) => numberOf(at, campaign.firstNumber));
  const isListed = async (person: string) =>
    (await client.query(`SELECT FROM dnc_entries WHERE match_key = $1`, [person])).rowCount === 1;
  const backlogs: [number, number][] = [
    [20_000, 1],
    [2_000, 100],
    [400, 1_000],
  ];
  for (const [at, person] of people.entries()) {
    await client.query(BACKLOG, backlogs[at]);
    const saidAt = performance.now();
    await work.product.simulator.control('POST', '/inbound', { from: person, type: 'text', text: 'STOP' });
    await eventually('the opt-out', () => isListed(person), 10_000);
    const tookMs = performance.now() - saidAt;
    const { rows } = await client.query<{ webhooks: number; messages: number }>(WAITING, [campaign.id]);
    const { webhooks, messages } = rows[0]!;
    tell(
      `a STOP counted after ${Math.round(tookMs)} ms, with ${webhooks} webhooks and ${messages} messages waiting`,
    );
    expect(webhooks).toBeGreaterThan(Math.min(1_000, backlogs[at]![0] / 2));
    // A second on a machine that has nothing else to do.
    expect(tookMs).toBeLessThan(2_000);
    expect(await work.query(RUN_AUDIT)).toEqual([]);
  }
  await client.end();
  await work.stopAndWait(campaign);
  // They come next when it goes on: the whole list, but for the last thousand, is passed over.
  await work.query(
    `UPDATE campaign_messages SET position = position - 100000
      WHERE address IS NULL AND contact_id = ANY ($1)`,
    [[29_000, 29_001, 29_002, 29_003, 29_004].map((at) => `c${at}`)],
  );
  await work.api.post(`${CAMPAIGNS}/${campaign.id}/start`);
  await eventually('those beside them', async () =>
    (await work.acceptedOf(campaign)).some(({ to }) => to === numberOf(29_004, campaign.firstNumber)),
  );
  await work.stopAndWait(campaign);
  expect((await work.acceptedOf(campaign)).filter(({ to }) => people.includes(to))).toEqual([]);
  expect((await work.endingsOf(campaign))['ININ-OUTBOUND-ON-DO-NOT-CALL-LIST']).toBe(people.length);
});

it('costs as little while many campaigns that always run are asleep as while one is', async () => {
  // What a campaign asleep costs it costs always; the least leaves out what only follows on the messages before.
  const transactionsPerSecond = async () => {
    const read = async () => (await work.query<{ many: number }>(TRANSACTIONS))[0]!.many;
    const readings: number[] = [];
    while (readings.length < 4) {
      const before = await read();
      await untilPast(Date.now() + 10_000);
      readings.push(((await read()) - before) / 10);
    }
    return Math.min(...readings);
  };
  // PostgreSQL's own transactions would be counted too.
  await work.query(`ALTER SYSTEM SET autovacuum = off`);
  await work.query(`SELECT pg_reload_conf()`);
  await work.query(`UPDATE webhook_events SET applied_at = now() WHERE applied_at IS NULL`);
  // No receipts, whose work would be counted.
  await work.product.simulator.control('POST', '/config', { emitterEnabled: false });
  await untilPast(Date.now() + 5_000);
  const idle = await transactionsPerSecond();
  const campaigns = [await work.start(2, 6_000, { alwaysRunning: true })];
  await work.untilAsleep(campaigns[0]!);
  const one = await transactionsPerSecond();
  while (campaigns.length < 10) campaigns.push(await work.start(2, 6_000, { alwaysRunning: true }));
  for (const campaign of campaigns) await work.untilAsleep(campaign);
  const ten = await transactionsPerSecond();
  tell(`transactions a second: ${idle} without a campaign, ${one} with one asleep, ${ten} with ten asleep`);
  expect(ten).toBeLessThan(one + 2);
  for (const campaign of campaigns) await work.api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await work.query(`ALTER SYSTEM RESET autovacuum`);
  await work.query(`SELECT pg_reload_conf()`);
});

it('has one disposition for each contact of a complete run, and counts that add up', async () => {
  expect(await work.query(RUN_AUDIT)).toEqual([]);
});
