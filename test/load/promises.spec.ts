import pg from 'pg';
import { RUN_AUDIT } from '../support/audit.js';
import { Api } from '../support/api.js';
import { contactsCsv, numberOf } from '../support/contacts-csv.js';
import { eventually } from '../support/eventually.js';
import { crash, type Product, startProduct, stop } from '../support/product.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const LISTS = '/api/v2/outbound/contactlists';
/** What acts within so many milliseconds, whatever the process that has to hear of it. */
const ACTS_MS = 2_000;
/** How far apart the numbers of two lists are. */
const LIST_APART = 100_000_000;

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

interface Row {
  to: string;
  acceptedAt: number;
  template: string;
  sequence: number;
}

let product: Product;
let api: Api;
let integrationId: string;
let templateId: string;
let lists = 0;

beforeAll(async () => {
  // The provider answers slowly, so that calls are in the air at any moment.
  product = await startProduct({ workers: 2, simulator: { suffixProfiles: false } });
  await product.simulator.control('POST', '/faults', { action: 'accept_then_delay', every: 1, delayMs: 300 });
  api = await Api.login(product);
  integrationId = await api.activateIntegration(product.simulator.accessToken);
  templateId = await api.createTemplate();
});
afterAll(() => product?.stop());

interface Running {
  id: string;
  listId: string;
  firstNumber: number;
}

async function aCampaign(contacts: number, messagesPerMinute: number, more: object = {}): Promise<Running> {
  lists += 1;
  const firstNumber = 4_915_100_000_000 + lists * LIST_APART;
  const listId = await api.importContacts(`List ${lists}`, contactsCsv(contacts, firstNumber));
  const { id } = await api.post<{ id: string }>(CAMPAIGNS, {
    name: `Campaign ${lists}`,
    campaignStatus: 'on',
    contactList: { id: listId },
    messagesPerMinute,
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: integrationId },
      contentTemplate: { id: templateId },
    },
    ...more,
  });
  return { id, listId, firstNumber };
}

/** What the provider accepted of a campaign, in order. */
async function ledgerOf({ firstNumber }: Running): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const after = rows.at(-1)?.sequence ?? 0;
    const page = await product.simulator.control('GET', `/ledger?limit=1000&after=${after}`);
    const next = page.rows as unknown as Row[];
    if (next.length === 0) break;
    rows.push(...next);
  }
  return rows.filter(({ to }) => Number(to) >= firstNumber && Number(to) < firstNumber + LIST_APART);
}

const atLeast = (campaign: Running, count: number) =>
  eventually(`${count} messages`, async () => (await ledgerOf(campaign)).length >= count, 30_000);
const untilPast = (moment: number) =>
  eventually('the time', () => Promise.resolve(Date.now() > moment), 60_000);
const untilOff = ({ id }: Running, status = 'off') =>
  eventually(status, async () => (await api.get(`${CAMPAIGNS}/${id}`)).campaignStatus === status, 60_000);

async function query<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  const { rows } = await client.query<T>(sql, params);
  await client.end();
  return rows;
}

async function change({ id }: Running, changes: object): Promise<void> {
  const current = await api.get(`${CAMPAIGNS}/${id}`);
  await api.put(`${CAMPAIGNS}/${id}`, { ...current, ...changes });
}

/** How many messages of a campaign ended how; those that have not ended count by their state. */
async function endingsOf({ id }: Running): Promise<Record<string, number>> {
  const rows = await query<{ ending: string; count: number }>(
    `SELECT coalesce(m.disposition, m.state) AS ending, count(*)::int AS count
       FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1 GROUP BY 1`,
    [id],
  );
  return Object.fromEntries(rows.map(({ ending, count }) => [ending, count]));
}

const tell = (line: string) => process.stdout.write(`${line}\n`);

it('[F6] sends nothing two seconds after the answer to a stop, and settles what was in the air', async () => {
  const campaign = await aCampaign(1_000, 12_000);
  await atLeast(campaign, 200);
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  const answeredAt = Date.now();
  await untilOff(campaign);
  await untilPast(answeredAt + ACTS_MS + 1_500);
  const rows = await ledgerOf(campaign);
  tell(
    `the last message was accepted ${rows.at(-1)!.acceptedAt - answeredAt} ms after the answer to the stop`,
  );
  expect(rows.at(-1)!.acceptedAt).toBeLessThanOrEqual(answeredAt + ACTS_MS);
  expect(rows.length).toBeLessThan(1_000);
  expect(await endingsOf(campaign)).toEqual({
    'OUTBOUND-MESSAGE-SENT': rows.length,
    queued: 1_000 - rows.length,
  });
});

it('goes by a new rate and a new template within two seconds', async () => {
  const campaign = await aCampaign(800, 600);
  await atLeast(campaign, 5);
  await change(campaign, { messagesPerMinute: 6_000 });
  const fasterAt = Date.now();
  await untilPast(fasterAt + ACTS_MS + 2_000);
  await change(campaign, { messagesPerMinute: 600 });
  const slowerAt = Date.now();
  await untilPast(slowerAt + ACTS_MS + 2_000);
  const other = await api.createTemplate('autumn_offer');
  const { whatsAppConfig } = await api.get<{ whatsAppConfig: object }>(`${CAMPAIGNS}/${campaign.id}`);
  await change(campaign, { whatsAppConfig: { ...whatsAppConfig, contentTemplate: { id: other } } });
  const changedAt = Date.now();
  await untilPast(changedAt + ACTS_MS + 1_000);
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await untilOff(campaign);
  const rows = await ledgerOf(campaign);
  const between = (from: number, ms: number) =>
    rows.filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < from + ms).length;
  const [faster, slower] = [between(fasterAt + ACTS_MS, 2_000), between(slowerAt + ACTS_MS, 2_000)];
  const firstNew = rows.find(({ template }) => template === 'autumn_offer')!;
  tell(
    `in two seconds: ${faster} of 200 at the higher rate, ${slower} of 20 at the lower one; ` +
      `the first of the new template ${firstNew.acceptedAt - changedAt} ms after the answer`,
  );
  expect(faster).toBeGreaterThan(100);
  expect(slower).toBeLessThanOrEqual(22);
  expect(slower).toBeGreaterThan(5);
  const late = rows.filter(({ acceptedAt }) => acceptedAt > changedAt + ACTS_MS);
  expect(late.length).toBeGreaterThan(3);
  expect(late.filter(({ template }) => template !== 'autumn_offer')).toEqual([]);
});

it('messages contacts with priority next, and leaves those in their place that are not to be queued', async () => {
  const campaign = await aCampaign(300, 600);
  await atLeast(campaign, 10);
  const add = (at: number, parameters: string) =>
    api.post(`${LISTS}/${campaign.listId}/contacts?${parameters}`, [
      {
        id: `c${at}`,
        data: {
          id: `c${at}`,
          first_name: 'Ada',
          wa: `+${numberOf(at, campaign.firstNumber)}`,
          voucher: 'V',
          amount: '1',
        },
      },
    ]);
  // Somebody new, somebody who waits, somebody who waits and is to stay there, and somebody who has a message.
  await add(500, 'priority=true');
  await add(280, 'priority=true');
  await add(270, 'priority=true&doNotQueue=true');
  await add(0, 'priority=true');
  const addedAt = Date.now();
  await untilPast(addedAt + 3_000);
  const rows = await ledgerOf(campaign);
  const placeOf = (at: number) => rows.findIndex(({ to }) => to === numberOf(at, campaign.firstNumber));
  tell(`with priority at place ${placeOf(500)} and ${placeOf(280)} of ${rows.length} by then`);
  expect(placeOf(500)).toBeGreaterThan(0);
  expect(placeOf(280)).toBeGreaterThan(0);
  expect(placeOf(270)).toBe(-1);
  expect(rows.filter(({ to }) => to === numberOf(0, campaign.firstNumber))).toHaveLength(1);
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await untilOff(campaign);
});

it('wakes a campaign that always runs within a second of a new contact, by API and by import', async () => {
  const campaign = await aCampaign(3, 6_000, { alwaysRunning: true });
  await atLeast(campaign, 3);
  await eventually('sleep', async () => {
    const [run] = await query<{ asleep: boolean }>(
      `SELECT tick_due_at IS NULL AS asleep FROM campaign_runs WHERE campaign_id = $1`,
      [campaign.id],
    );
    return run!.asleep;
  });
  const contact = {
    id: 'new',
    first_name: 'Ada',
    wa: `+${numberOf(50, campaign.firstNumber)}`,
    voucher: 'V',
  };
  await api.post(`${LISTS}/${campaign.listId}/contacts`, [{ id: 'new', data: { ...contact, amount: '1' } }]);
  const addedAt = Date.now();
  await atLeast(campaign, 4);
  await api.uploadContacts(campaign.listId, contactsCsv(70, campaign.firstNumber));
  const [imported] = await query<{ at: Date }>(
    `SELECT finished_at AS at FROM import_runs WHERE target_id = $1 ORDER BY finished_at DESC LIMIT 1`,
    [campaign.listId],
  );
  await atLeast(campaign, 5);
  const rows = await ledgerOf(campaign);
  const [byApi, byImport] = [rows[3]!.acceptedAt - addedAt, rows[4]!.acceptedAt - imported!.at.getTime()];
  tell(`awake ${byApi} ms after the answer to the API and ${byImport} ms after the end of the import`);
  // A second on a machine that has nothing else to do.
  expect(byApi).toBeLessThan(3_000);
  expect(byImport).toBeLessThan(3_000);
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await untilOff(campaign);
});

it('[F20] goes on while nobody watches: without API, and while workers are stopped within ten seconds', async () => {
  const campaign = await aCampaign(600, 3_000);
  await atLeast(campaign, 30);
  await crash(product.api);
  const before = (await ledgerOf(campaign)).length;
  await atLeast(campaign, before + 60);
  expect(await query(RUN_AUDIT)).toEqual([]);
  await product.startApi();
  for (const worker of product.workers.splice(0)) {
    const startedAt = performance.now();
    await stop(worker);
    tell(`a worker stopped in ${Math.round(performance.now() - startedAt)} ms`);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(worker.exitCode).toBe(0);
    await product.startWorker();
    expect(await query(RUN_AUDIT)).toEqual([]);
  }
  await untilOff(campaign, 'complete');
  const people = (await ledgerOf(campaign)).map(({ to }) => to);
  expect([people.length, new Set(people).size]).toEqual([600, 600]);
  // They finished their calls: nothing is unknown.
  expect(await endingsOf(campaign)).toEqual({ 'OUTBOUND-MESSAGE-SENT': 600 });
});

it('keeps a STOP within a second while thousands of messages and webhooks wait', async () => {
  const campaign = await aCampaign(30_000, 12_000);
  await atLeast(campaign, 100);
  const client = new pg.Client({ connectionString: product.databaseUrl });
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
    await product.simulator.control('POST', '/inbound', { from: person, type: 'text', text: 'STOP' });
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
    expect(await query(RUN_AUDIT)).toEqual([]);
  }
  await client.end();
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await untilOff(campaign);
  // They come next when it goes on: the whole list, but for the last thousand, is passed over.
  await query(
    `UPDATE campaign_messages SET position = position - 100000
      WHERE address IS NULL AND contact_id = ANY ($1)`,
    [[29_000, 29_001, 29_002, 29_003, 29_004].map((at) => `c${at}`)],
  );
  await api.post(`${CAMPAIGNS}/${campaign.id}/start`);
  await eventually('those beside them', async () =>
    (await ledgerOf(campaign)).some(({ to }) => to === numberOf(29_004, campaign.firstNumber)),
  );
  await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await untilOff(campaign);
  expect((await ledgerOf(campaign)).filter(({ to }) => people.includes(to))).toEqual([]);
  expect((await endingsOf(campaign))['ININ-OUTBOUND-ON-DO-NOT-CALL-LIST']).toBe(people.length);
});

it('costs as little while many campaigns that always run are asleep as while one is', async () => {
  // What a campaign asleep costs it costs always; the least leaves out what only follows on the messages before.
  const transactionsPerSecond = async () => {
    const read = async () => (await query<{ many: number }>(TRANSACTIONS))[0]!.many;
    const readings: number[] = [];
    while (readings.length < 4) {
      const before = await read();
      await untilPast(Date.now() + 10_000);
      readings.push(((await read()) - before) / 10);
    }
    return Math.min(...readings);
  };
  // PostgreSQL's own transactions would be counted too.
  await query(`ALTER SYSTEM SET autovacuum = off`);
  await query(`SELECT pg_reload_conf()`);
  await query(`UPDATE webhook_events SET applied_at = now() WHERE applied_at IS NULL`);
  // No receipts, whose work would be counted.
  await product.simulator.control('POST', '/config', { emitterEnabled: false });
  await untilPast(Date.now() + 5_000);
  const asleep = async ({ id }: Running) =>
    eventually('sleep', async () => {
      const [run] = await query<{ asleep: boolean }>(
        `SELECT tick_due_at IS NULL AS asleep FROM campaign_runs WHERE campaign_id = $1`,
        [id],
      );
      return run?.asleep === true;
    });
  const idle = await transactionsPerSecond();
  const campaigns = [await aCampaign(2, 6_000, { alwaysRunning: true })];
  await asleep(campaigns[0]!);
  const one = await transactionsPerSecond();
  while (campaigns.length < 10) campaigns.push(await aCampaign(2, 6_000, { alwaysRunning: true }));
  for (const campaign of campaigns) await asleep(campaign);
  const ten = await transactionsPerSecond();
  tell(`transactions a second: ${idle} without a campaign, ${one} with one asleep, ${ten} with ten asleep`);
  expect(ten).toBeLessThan(one + 2);
  for (const campaign of campaigns) await api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  await query(`ALTER SYSTEM RESET autovacuum`);
  await query(`SELECT pg_reload_conf()`);
});

it('has one disposition for each contact of a complete run, and counts that add up', async () => {
  expect(await query(RUN_AUDIT)).toEqual([]);
});
