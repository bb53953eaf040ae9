import { createHmac } from 'node:crypto';
import { WebhookInbox } from '../../../src/modules/dispatch/webhooks/webhook-inbox.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from '../../support/app.js';

const APP_SECRET = 'inbox-app-secret-0123456789';

describe('the webhook inbox', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { WHATSAPP_APP_SECRET: APP_SECRET } });
  });

  afterAll(() => app.close());

  const deliver = (body: string) =>
    app.anonymous
      .post('/webhooks/whatsapp')
      .set('content-type', 'application/json')
      .set('x-hub-signature-256', `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`)
      .send(body);

  const stored = async (): Promise<string[]> => {
    const rows = await app.db.query<{ body: Buffer }[]>(`SELECT body FROM webhook_events ORDER BY id`);
    return rows.map(({ body }) => body.toString('utf8'));
  };

  beforeEach(() => app.db.query(`TRUNCATE webhook_events`));

  it('has every event by the time it is acknowledged, each once and byte by byte', async () => {
    const bodies = Array.from({ length: 200 }, (_, n) =>
      JSON.stringify({ object: 'x', n, text: 'ä "\\ \n' }),
    );
    await Promise.all(
      bodies.map(async (body) => {
        await deliver(body).expect(200, 'EVENT_RECEIVED');
        expect(await stored()).toContain(body);
      }),
    );
    expect((await stored()).sort()).toEqual([...bodies].sort());
  });

  it('keeps a signed body that is no JSON, and asks who sends for nothing but the signature', async () => {
    const { headers } = await deliver('{"cut off').expect(200, 'EVENT_RECEIVED');
    expect(await stored()).toEqual(['{"cut off']);
    expect(headers).toHaveProperty('inin-correlation-id');
    await app.anonymous.post('/webhooks/whatsapp').set('content-type', 'application/json').expect(403);
  });

  it('shares commits among events that come together', async () => {
    const inbox = app.app.get(WebhookInbox);
    const [{ before }] = await app.db.query<[{ before: string }]>(`SELECT txid_current() AS before`);
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => inbox.store(Buffer.from(`{"n":${n}}`))));
    const [{ after }] = await app.db.query<[{ after: string }]>(`SELECT txid_current() AS after`);
    expect(await stored()).toHaveLength(1_000);
    expect(Number(after) - Number(before)).toBeLessThan(100);
  });

  it('stores large events as well, few at once', async () => {
    const inbox = app.app.get(WebhookInbox);
    const bodies = Array.from({ length: 5 }, (_, n) => Buffer.alloc(3_000_000, String(n)));
    await Promise.all([...bodies, Buffer.from('last')].map((body) => inbox.store(body)));
    const sizes = await app.db.query<{ size: number; first: string }[]>(
      `SELECT octet_length(body) AS size, convert_from(substring(body FROM 1 FOR 4), 'UTF8') AS first
         FROM webhook_events ORDER BY id`,
    );
    expect(sizes.map(({ size, first }) => `${first} ${size}`)).toEqual([
      ...bodies.map((_, n) => `${String(n).repeat(4)} 3000000`),
      'last 4',
    ]);
  });

  it('refuses what it could not store, so that the provider sends it again, and goes on afterwards', async () => {
    await app.db.query(`ALTER TABLE webhook_events ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
    const answers = await Promise.all(['{"a":1}', '{"a":2}'].map((body) => deliver(body)));
    for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(500);
    await app.db.query(`ALTER TABLE webhook_events DROP CONSTRAINT no_more`);
    await deliver('{"a":3}').expect(200);
    expect(await stored()).toEqual(['{"a":3}']);
  });

  it('takes no more into memory than it can hold while PostgreSQL is away', async () => {
    const inbox = app.app.get(WebhookInbox);
    const body = Buffer.alloc(3_000_000, 'x');
    const lock = app.db.createQueryRunner();
    await lock.startTransaction();
    await lock.query(`LOCK TABLE webhook_events`);
    const answers = Array.from({ length: 30 }, () =>
      inbox.store(body).then(
        () => 'stored',
        (error: unknown) => (error as { code?: string }).code,
      ),
    );
    await lock.commitTransaction();
    await lock.release();
    const told = await Promise.all(answers);
    expect(told.slice(0, 21)).toEqual(Array(21).fill('stored'));
    expect(told.slice(21)).toEqual(Array(9).fill('webhook.inbox.full'));
    await inbox.store(body);
    const [row] = await app.db.query<[{ events: number }]>(
      `SELECT count(*)::int AS events FROM webhook_events`,
    );
    expect(row.events).toBe(22);
  });

  it('gives out what people say alone and first, then no more than can be applied in a moment', async () => {
    const [inbox, uow] = [app.app.get(WebhookInbox), app.app.get(UnitOfWork)];
    const next = async () => {
      const { events, mayHaveMore } = await uow.run(() => inbox.lockWaiting(5));
      await inbox.markApplied(events.map(({ id }) => id));
      return [events.map(({ body }) => body.toString('utf8')[0]).join(''), mayHaveMore];
    };
    const event = (name: string, length = 10) => `${name}${'.'.repeat(length)}`;
    const events = [
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => event(name)),
      `S "messages":[`,
      event('g', 300_000),
      event('h', 300_000),
      event('i', 900_000),
      event('j'),
    ];
    for (const body of events)
      await app.db.query(`INSERT INTO webhook_events (body) VALUES ($1)`, [Buffer.from(body)]);
    expect(await next()).toEqual(['S', true]);
    expect(await next()).toEqual(['abcde', true]);
    expect(await next()).toEqual(['fgh', true]);
    expect(await next()).toEqual(['i', true]);
    expect(await next()).toEqual(['j', false]);
    expect(await next()).toEqual(['', false]);
  });
});
