import { randomUUID } from 'node:crypto';
import { DeliveryUpkeep } from '../../../src/modules/outgoing-webhooks/deliveries/delivery-upkeep.js';
import { WebhookClient } from '../../../src/modules/outgoing-webhooks/deliveries/webhook-client.js';
import { InteractionOutlets } from '../../../src/modules/reporting/index.js';
import { loadConfig } from '../../../src/platform/config/load-config.js';
import { ProcessMetrics } from '../../../src/platform/metrics/process-metrics.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { MessageFixtures } from '../reporting/message-fixtures.js';
import { Receiver } from './receiver.js';

const PATH = '/api/v2/outbound/webhooks';
const DAY_MS = 86_400_000;

interface Webhook {
  id: string;
  version: number;
  secret: string;
}

interface Delivery {
  id: string;
  state: string;
  attempts: number;
  log: { status?: number; error?: string }[];
}

let app: TestApp;
let messages: MessageFixtures;
let receiver: Receiver;
let webhook: Webhook;

beforeAll(async () => {
  app = await startTestApp({ role: 'all', env: { WEBHOOK_TARGETS: 'any' } });
  messages = new MessageFixtures(app.db, app.app.get(InteractionOutlets));
});
afterAll(() => app?.close());

beforeEach(async () => {
  receiver = await Receiver.start();
  webhook = await create({ url: receiver.url });
});
afterEach(async () => {
  await app.admin.delete(`${PATH}/${webhook.id}`).expect(204);
  await receiver.close();
});

async function create(fields: object): Promise<Webhook> {
  const { body } = await app.admin
    .post(PATH)
    .send({ name: `Shop ${randomUUID()}`, ...fields })
    .expect(200);
  return body as Webhook;
}

const campaign = (): Promise<string> =>
  messages.addCampaign({ name: randomUUID(), divisionId: app.homeDivisionId });

async function send(campaignId: string): Promise<string> {
  const [id] = await messages.add({ campaignId, divisionId: app.homeDivisionId });
  return id!;
}

async function change(messageId: string, assignments: string): Promise<void> {
  await app.db.query(`UPDATE campaign_messages SET ${assignments} WHERE id = $1`, [messageId]);
  await messages.projector.catchUp();
}

async function deliveries(): Promise<Delivery[]> {
  return (await app.admin.get(`${PATH}/${webhook.id}/deliveries`).expect(200)).body.entities as Delivery[];
}

/** What waits to be tried again is due now. */
const hurry = (): Promise<unknown> =>
  app.db.query(`UPDATE outgoing_webhook_deliveries SET due_at = now() WHERE state = 'pending'`);

const untilDelivered = (count: number): Promise<Delivery[]> =>
  eventually('the deliveries', async () => {
    const all = await deliveries();
    return all.filter(({ state }) => state === 'delivered').length === count && all;
  });

describe('an outgoing webhook', () => {
  it('is told every status of a message once, signed, though it fails at first', async () => {
    receiver.answers.push(500, 302);
    const campaignId = await campaign();
    const messageId = await send(campaignId);
    await eventually('the first attempt', async () => (await deliveries())[0]?.log.length === 1);
    await hurry();
    await eventually('the second attempt', async () => (await deliveries())[0]?.log.length === 2);
    await hurry();
    const [delivery] = await untilDelivered(1);
    expect(delivery).toMatchObject({ attempts: 3, events: 1, type: 'message.status' });
    expect(delivery!.log.map(({ status, error }) => [status, error])).toEqual([
      [500, 'answered 500'],
      [302, 'answered 302'],
      [200, undefined],
    ]);
    expect(receiver.received.map(({ id }) => id)).toEqual([delivery!.id, delivery!.id, delivery!.id]);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    for (const one of receiver.received) {
      expect(Receiver.isSigned(one, webhook.secret)).toBe(true);
      expect(Math.abs(one.timestamp - Date.now() / 1_000)).toBeLessThan(60);
    }
    expect(receiver.received[0]!.body).toMatchObject({
      type: 'message.status',
      data: {
        events: [
          {
            status: 'Outcome',
            conversationId: messageId,
            campaignId,
            divisionId: app.homeDivisionId,
            disposition: 'OUTBOUND-MESSAGE-SENT',
            address: expect.stringMatching(/^\+49/u),
          },
        ],
      },
    });
    const moments = `published_at = '2026-11-10T10:00:01Z', delivered_at = '2026-11-10T10:00:02Z'`;
    await change(messageId, `${moments}, read_at = '2026-11-10T10:00:03Z'`);
    await untilDelivered(2);
    expect(receiver.events.slice(3).map(({ status, occurredAt }) => [status, occurredAt])).toEqual([
      ['Published', '2026-11-10T10:00:01.000Z'],
      ['DeliverySuccess', '2026-11-10T10:00:02.000Z'],
      ['Read', '2026-11-10T10:00:03.000Z'],
    ]);
  });

  it('loses nothing when a process dies: before the commit, or with a delivery in its hands', async () => {
    const campaignId = await campaign();
    const died = new Error('died');
    const messageId = await send(campaignId);
    await untilDelivered(1);
    await app.db.query(`UPDATE campaign_messages SET delivered_at = now() WHERE id = $1`, [messageId]);
    const dying = messages.uow.run(async () => {
      await messages.projector.projectNext();
      throw died;
    });
    await expect(dying).rejects.toBe(died);
    await messages.projector.catchUp();
    await untilDelivered(2);
    expect(receiver.events.map(({ status }) => status)).toEqual(['Outcome', 'DeliverySuccess']);

    await app.db.query(
      `INSERT INTO outgoing_webhook_deliveries (webhook_id, type, events, body, attempts, due_at, expires_at)
       VALUES ($1, 'message.status', 0, '{"data":{}}', 1, now() + interval '1 minute', now() + interval '1 day')`,
      [webhook.id],
    );
    await hurry();
    const [abandoned] = await untilDelivered(3);
    expect(abandoned).toMatchObject({ attempts: 2, log: [{ status: 200 }] });
  });

  it('gets the statuses it asked for, of its division, while it is on', async () => {
    const south = await app.createDivision(`South ${randomUUID()}`);
    const other = await Receiver.start();
    const elsewhere = await create({ url: other.url, division: { id: south } });
    await app.admin
      .put(`${PATH}/${webhook.id}`)
      .send({ version: webhook.version, statuses: ['Read', 'DeliveryFailed'] })
      .expect(200);
    const campaignId = await campaign();
    const messageId = await send(campaignId);
    await change(messageId, `delivered_at = now(), read_at = now()`);
    await untilDelivered(1);
    expect(receiver.events.map(({ status }) => status)).toEqual(['Read']);
    expect(other.received).toEqual([]);

    await app.admin
      .put(`${PATH}/${webhook.id}`)
      .send({ version: webhook.version + 1, enabled: false })
      .expect(200);
    await change(await send(campaignId), `read_at = now()`);
    expect(await deliveries()).toHaveLength(1);
    await app.admin.delete(`${PATH}/${elsewhere.id}`).expect(204);
    await other.close();
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const { body: rotated } = await app.admin.post(`${PATH}/${webhook.id}/secret`).expect(200);
    expect(rotated.secret).not.toBe(webhook.secret);
    const test = await app.admin.post(`${PATH}/${webhook.id}/test`).expect(200);
    expect(test.body).toMatchObject({ state: 'delivered', type: 'webhook.test', attempts: 1 });
    const [delivered] = receiver.received;
    expect(delivered!.body.type).toBe('webhook.test');
    expect(Receiver.isSigned(delivered!, webhook.secret)).toBe(true);
    expect(Receiver.isSigned(delivered!, rotated.secret as string)).toBe(true);

    await app.db.query(`UPDATE outgoing_webhooks SET previous_secret_until = now() WHERE id = $1`, [
      webhook.id,
    ]);
    await app.admin.post(`${PATH}/${webhook.id}/test`).expect(200);
    expect(receiver.received[1]!.signatures).toHaveLength(1);
    expect(Receiver.isSigned(receiver.received[1]!, rotated.secret as string)).toBe(true);
    const { body: shown } = await app.admin.get(`${PATH}/${webhook.id}`).expect(200);
    expect(Object.keys(shown as object)).not.toContain('secret');
    const [stored] = await app.db.query<[{ secret: Buffer }]>(
      `SELECT secret FROM outgoing_webhooks WHERE id = $1`,
      [webhook.id],
    );
    expect(stored.secret.includes(Buffer.from(rotated.secret as string))).toBe(false);
  });

  it('fails a test once, and sends again what it is asked to', async () => {
    receiver.answers.push(503);
    const { body: test } = await app.admin.post(`${PATH}/${webhook.id}/test`).expect(200);
    expect(test).toMatchObject({ state: 'failed', log: [{ status: 503, error: 'answered 503' }] });
    const uri = `${PATH}/${webhook.id}/deliveries/${test.id}`;
    await app.admin.post(`${uri}/redeliver`).expect(202);
    await untilDelivered(1);
    const { body: again } = await app.admin.get(uri).expect(200);
    expect(again).toMatchObject({ state: 'delivered', attempts: 2, body: { type: 'webhook.test' } });
    const failed = await app.admin.get(`${PATH}/${webhook.id}/deliveries?state=failed`).expect(200);
    expect(failed.body.total).toBe(0);
    await app.admin.get(`${PATH}/${webhook.id}/deliveries?state=lost`).expect(400);
    await app.admin.get(`${PATH}/${webhook.id}/deliveries/${randomUUID()}`).expect(404);
  });

  it('says so when its secret can not be read any more', async () => {
    await app.db.query(`UPDATE outgoing_webhooks SET secret = 'nonsense' WHERE id = $1`, [webhook.id]);
    const { body: test } = await app.admin.post(`${PATH}/${webhook.id}/test`).expect(200);
    expect(test).toMatchObject({
      state: 'failed',
      log: [{ error: expect.stringContaining('make a new one') }],
    });
    expect(receiver.received).toEqual([]);
    await app.admin.post(`${PATH}/${webhook.id}/secret`).expect(200);
    const { body: again } = await app.admin.post(`${PATH}/${webhook.id}/test`).expect(200);
    expect(again.state).toBe('delivered');
  });

  it('is switched off, with an event, when it wants no more or took nothing for days', async () => {
    const campaignId = await campaign();
    receiver.answers.push(500);
    await send(campaignId);
    await eventually('a failure', async () => (await deliveries())[0]?.log.length === 1);
    const since = new Date(Date.now() - 3 * DAY_MS);
    await app.db.query(`UPDATE outgoing_webhooks SET failing_since = $2 WHERE id = $1`, [webhook.id, since]);
    receiver.answers.push(500);
    await hurry();
    const read = async () => (await app.admin.get(`${PATH}/${webhook.id}`).expect(200)).body;
    const off = await eventually('the end', async () => {
      const now = await read();
      return now.state === 'disabled' && now;
    });
    expect(off).toMatchObject({ enabled: false, failingSince: since.toISOString() });
    expect(off.disabledReason).toContain('answered 500');
    const { body: events } = await app.admin
      .get(`/api/v2/outbound/events?entityId=${webhook.id}`)
      .expect(200);
    expect(events.entities).toMatchObject([
      { eventMessage: { code: 'OUTGOING_WEBHOOK_DISABLED' }, level: 'ERROR' },
    ]);

    const on = await app.admin
      .put(`${PATH}/${webhook.id}`)
      .send({ version: off.version, enabled: true })
      .expect(200);
    expect(on.body).toMatchObject({ state: 'active', enabled: true });
    expect(on.body.failingSince).toBeUndefined();
    await hurry();
    await untilDelivered(1);
    receiver.answers.push(410);
    await send(campaignId);
    await eventually('the end', async () => (await read()).state === 'disabled');
  });

  it('forgets what is old and gives up what stood for too long', async () => {
    const insert = (state: string, age: string, expires: string): Promise<unknown> =>
      app.db.query(
        `INSERT INTO outgoing_webhook_deliveries (webhook_id, type, state, events, body, created_at, due_at,
           expires_at, finished_at)
         VALUES ($1, 'message.status', $2, 0, '{}', now() - $3::interval, now() - $3::interval,
           now() + $4::interval, CASE WHEN $2 <> 'pending' THEN now() END)`,
        [webhook.id, state, age, expires],
      );
    await app.admin
      .put(`${PATH}/${webhook.id}`)
      .send({ version: webhook.version, enabled: false })
      .expect(200);
    await insert('delivered', '8 days', '-5 days');
    await insert('delivered', '6 days', '-3 days');
    await insert('pending', '4 days', '-1 day');
    await app.app.get(DeliveryUpkeep).work();
    expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'delivered']);
  });
});

describe('the definition of webhooks', () => {
  it('answers all that is wrong at once, and takes no name twice', async () => {
    const { body } = await app.admin
      .post(PATH)
      .send({ name: ' ', url: 'ftp://x', statuses: ['Seen'] })
      .expect(400);
    expect(body.details.map((detail: { fieldName: string }) => detail.fieldName)).toEqual([
      'name',
      'url',
      'statuses',
    ]);
    const { name } = (await app.admin.get(`${PATH}/${webhook.id}`)).body as { name: string };
    expect((await app.admin.post(PATH).send({ name, url: receiver.url }).expect(400)).body.code).toBe(
      'duplicate.name',
    );
    await app.admin.put(`${PATH}/${webhook.id}`).send({ version: 99 }).expect(409);
  });

  it('leaves a trail without secrets', async () => {
    await app.admin.post(`${PATH}/${webhook.id}/secret`).expect(200);
    const rows = await app.db.query<{ action: string; after: Record<string, unknown> }[]>(
      `SELECT action, after FROM audit_events WHERE entity_id = $1 ORDER BY action`,
      [webhook.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['Create', 'RotateSecret']);
    expect(JSON.stringify(rows)).not.toMatch(/whsec|secret":/u);
    expect(rows[0]!.after).toMatchObject({ url: receiver.url, state: 'active' });
  });
});

describe('where only public addresses are allowed', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]'])('nothing goes to %s', async (origin) => {
    const client = new WebhookClient(loadConfig({}), new ProcessMetrics(app.db));
    const attempt = await client.post(`${origin}:${receiver.port}/hook`, '{}', {});
    expect(attempt).toMatchObject({ ok: false, error: expect.stringMatching(/public/u) });
    expect(receiver.received).toEqual([]);
    await client.onModuleDestroy();
  });
});
