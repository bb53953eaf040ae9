import { createHmac, randomBytes } from 'node:crypto';
import { WebhookApplier } from '../../../src/modules/dispatch/webhooks/webhook-applier.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const APP_SECRET = 'applier-app-secret-0123456789';
const METRICS_TOKEN = 'applier-metrics-token';
/** No index takes so long an id. */
const TOO_LONG = `wamid.${randomBytes(20_000).toString('hex')}`;

let app: TestApp;
let people = 4915112349900;

beforeAll(async () => {
  app = await startTestApp({ role: 'all', env: { WHATSAPP_APP_SECRET: APP_SECRET, METRICS_TOKEN } });
});
afterAll(() => app.close());
beforeEach(() => app.db.query(`TRUNCATE webhook_events, opt_out_signals, replies`));

const aPerson = (): string => String(++people);
const says = (from: string, body = 'STOP', id = `wamid.${from}`): object => ({
  from,
  id,
  timestamp: '1790000000',
  type: 'text',
  text: { body },
});
const bodyOf = (value: object): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      { id: 'w', changes: [{ field: 'messages', value: { metadata: { phone_number_id: 'p' }, ...value } }] },
    ],
  });

/** As WhatsApp sends them, all at once. */
async function deliver(...values: object[]): Promise<void> {
  const bodies = values.map((value) => {
    const body = bodyOf(value);
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
    return app.anonymous
      .post('/webhooks/whatsapp')
      .set('content-type', 'application/json')
      .set('x-hub-signature-256', signature)
      .send(body)
      .expect(200);
  });
  await Promise.all(bodies);
  await eventually('what was told', async () => {
    const [row] = await app.db.query<[{ waiting: number }]>(
      `SELECT count(*)::int AS waiting FROM webhook_events WHERE applied_at IS NULL`,
    );
    return row.waiting === 0;
  });
}

async function listed(numbers: string[]): Promise<string[]> {
  const rows = await app.db.query<{ key: string }[]>(
    `SELECT match_key AS key FROM dnc_entries WHERE match_key = ANY ($1) ORDER BY 1`,
    [numbers],
  );
  return rows.map(({ key }) => key);
}

const errors = (): Promise<{ error: string }[]> =>
  app.db.query(`SELECT error FROM webhook_events WHERE error IS NOT NULL ORDER BY id`);

it('a code beyond all measure and a NUL are no reason to miss a STOP', async () => {
  const all = Array.from({ length: 4 }, aPerson) as [string, string, string, string];
  const failed = {
    id: 'wamid.x',
    status: 'failed',
    timestamp: '1790000000',
    errors: [{ code: 3_000_000_000 }],
  };
  const forged = { id: 'wamid.y', status: 'sent', biz_opaque_callback_data: `depesche1:${'-'.repeat(36)}` };
  await deliver(
    { messages: [says(all[0])], statuses: [failed, forged] },
    { messages: [says(all[1]), says(all[2], 'STOP\u0000'), says(all[3], 'Stop \ud83d')] },
  );
  expect(await listed(all)).toEqual(all);
  expect(await errors()).toEqual([]);
});

describe('what can not be applied', () => {
  it('is left out alone, told of in log and metrics, and kept', async () => {
    const all = Array.from({ length: 9 }, aPerson);
    const [lost, ...good] = all as [string, ...string[]];
    const logger = app.app.get(Logger);
    const [warn, error] = [jest.spyOn(logger, 'warn'), jest.spyOn(logger, 'error')];
    await deliver(
      { messages: good.slice(0, 2).map((person) => says(person)) },
      { messages: [...good.slice(2, 5).map((person) => says(person)), says(lost, 'STOP', TOO_LONG)] },
      { messages: good.slice(5).map((person) => says(person)) },
    );
    expect(await listed(all)).toEqual(good);
    const [row] = await app.db.query<[{ replies: number }]>(`SELECT count(*)::int AS replies FROM replies`);
    expect(row.replies).toBe(good.length);
    expect(await errors()).toEqual([
      { error: expect.stringMatching(/^inbound: QueryFailedError: index row/u) },
    ]);
    const [{ id }] = await app.db.query<[{ id: string }]>(
      `SELECT id FROM webhook_events WHERE error IS NOT NULL`,
    );
    expect(error.mock.calls).toEqual([
      [
        { webhookEventId: id, item: 'inbound', reason: '54000' },
        expect.stringMatching(/could not be applied/u),
      ],
    ]);
    const said = JSON.stringify([warn.mock.calls, error.mock.calls]);
    for (const person of all) expect(said).not.toContain(person);
    const { text } = await app.anonymous
      .get('/metrics')
      .set('authorization', `Bearer ${METRICS_TOKEN}`)
      .expect(200);
    expect(text).toMatch(/^depesche_webhooks_refused 1$/mu);
  });

  it('is found among a thousand in few steps', async () => {
    const all = Array.from({ length: 1_000 }, aPerson);
    const apply = jest.spyOn(app.app.get<{ apply: () => unknown }>(WebhookApplier), 'apply');
    const messages = all.map((person, at) => says(person, 'STOP', at === 617 ? TOO_LONG : undefined));
    await deliver({ messages });
    expect(await listed(all)).toHaveLength(999);
    expect(apply.mock.calls.length).toBeLessThan(25);
  });
});
