import fs from 'node:fs';
import { Client } from 'pg';
import { Receiver } from '../medium/outgoing-webhooks/receiver.js';
import { Api } from '../support/api.js';
import { type RunningCampaign, startCampaign, untilStatus } from '../support/campaign.js';
import { numberOf } from '../support/contacts-csv.js';
import { eventually } from '../support/eventually.js';
import { freePort, type Product, startProduct } from '../support/product.js';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.js';

const METRICS_TOKEN = 'token-of-the-scraper';
const WEBHOOKS = '/api/v2/outbound/webhooks';
const CONTACTS = 20;

interface Sent {
  id: string;
  disposition: string;
  code: number;
  has_status: boolean;
}

// A known campaign, and what an operator sees of it: figures of each process, and the trace of each message.
describe('what a campaign leaves for operators', () => {
  let collector: TraceCollector;
  let receiver: Receiver;
  let webhookPath: string;
  let product: Product;
  let campaign: RunningCampaign;
  let workerPort: number;
  let sent: Sent[];

  beforeAll(async () => {
    collector = await TraceCollector.start();
    receiver = await Receiver.start();
    workerPort = await freePort();
    product = await startProduct({
      workers: 1,
      env: { METRICS_TOKEN, WEBHOOK_TARGETS: 'any', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      workerEnv: { METRICS_PORT: String(workerPort) },
      simulator: { timeScale: 0.01 },
    });
    const api = await Api.login(product);
    const { id } = await api.post<{ id: string }>(WEBHOOKS, { name: 'Shop', url: receiver.url });
    webhookPath = `${WEBHOOKS}/${id}`;
    campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute: 60_000 });
    await untilStatus(campaign, 'complete');
    sent = await eventually('a word of WhatsApp on each message', async () => {
      const rows = await read();
      return rows.length > 0 && rows.every(({ has_status: hasStatus }) => hasStatus) && rows;
    });
  });
  afterAll(async () => {
    await product?.stop();
    await collector?.close();
    await receiver?.close();
  });

  async function ask<T extends object>(sql: string): Promise<T[]> {
    const client = new Client(product.databaseUrl);
    await client.connect();
    const { rows } = await client.query<T>(sql);
    await client.end();
    return rows;
  }

  const read = (): Promise<Sent[]> =>
    ask<Sent>(
      `SELECT id, disposition, coalesce(provider_error_code, 0) AS code,
              coalesce(published_at, delivered_at, read_at, failed_at) IS NOT NULL AS has_status
         FROM campaign_messages WHERE calling_at IS NOT NULL`,
    );

  const scrape = async (base: string, token = METRICS_TOKEN): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${base}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, text: await answer.text() };
  };

  /** Sum over the series of a figure that have these labels. */
  const sumOf = (text: string, name: string, labels = ''): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

  it('counts in the figures of the installation', async () => {
    const { text } = await scrape(product.baseUrl);
    const fates = new Map<string, number>();
    for (const { disposition, code } of sent) {
      const labels = `disposition="${disposition}",provider_code="${code}"`;
      fates.set(labels, (fates.get(labels) ?? 0) + 1);
    }
    for (const [labels, count] of fates) expect(sumOf(text, 'depesche_messages{', labels)).toBe(count);
    expect(sumOf(text, 'depesche_import_rows{', 'result="added"')).toBe(CONTACTS);
    expect(sumOf(text, 'depesche_webhook_lag_seconds')).toBeLessThan(30);
  });

  it('tells which integrations are held back', async () => {
    const held = `INSERT INTO integration_gates (integration_id, outages, held_until)
                  VALUES (gen_random_uuid(), 2, now() + interval '100 seconds') RETURNING integration_id AS id`;
    const [{ id }] = (await ask<{ id: string }>(held)) as [{ id: string }];
    const { text } = await scrape(product.baseUrl);
    expect(sumOf(text, 'depesche_integration_outages{', id)).toBe(2);
    expect(sumOf(text, 'depesche_integration_held_seconds{', id)).toBeGreaterThan(60);
  });

  it('counts in the figures of the worker that sent it, which has a port of its own', async () => {
    const base = `http://127.0.0.1:${workerPort}`;
    expect((await scrape(base, 'wrong-token')).status).toBe(401);
    expect((await fetch(`${base}/other`)).status).toBe(404);
    const { status, text } = await scrape(base);
    expect(status).toBe(200);
    const calls = 'depesche_provider_call_seconds_count';
    const accepted = sent.filter(({ disposition }) => disposition === 'OUTBOUND-MESSAGE-SENT').length;
    expect(accepted).toBeGreaterThan(0);
    expect(sumOf(text, calls, 'outcome="accepted"')).toBe(accepted);
    for (const code of new Set(sent.map((message) => message.code).filter((one) => one > 0))) {
      const refused = sent.filter((one) => one.code === code && one.disposition !== 'OUTBOUND-MESSAGE-SENT');
      expect(sumOf(text, calls, `code="${code}"`)).toBe(refused.length);
    }
    // A call that came too late for its slot is begun once more.
    expect(sumOf(text, 'depesche_slot_delay_seconds_count')).toBeGreaterThanOrEqual(sent.length);
    expect(sumOf(text, 'depesche_webhook_apply_lag_seconds_count')).toBeGreaterThan(0);
    expect(sumOf(text, 'depesche_job_seconds_count', 'queue="dispatch-tick",result="done"')).toBeGreaterThan(
      0,
    );
    expect(sumOf(text, 'depesche_pool_connections{')).toBeGreaterThan(0);
    expect(text).not.toContain('depesche_messages{');
  });

  it('is told to the webhook of an integrator, every status of every message', async () => {
    const statuses = { Published: 'published_at', DeliverySuccess: 'delivered_at', Read: 'read_at' };
    const moments = Object.entries(statuses).map(
      ([status, column]) =>
        `SELECT id || ' ${status}' AS event FROM campaign_messages WHERE ${column} IS NOT NULL`,
    );
    const expected = `SELECT id || ' Outcome' AS event FROM campaign_messages WHERE calling_at IS NOT NULL
                      UNION ALL ${moments.join(' UNION ALL ')}`;
    await eventually('all events', async () => {
      const [events, told] = [await ask<{ event: string }>(expected), receiver.events];
      const wanted = events.map(({ event }) => event).sort();
      const got = new Set(
        told
          .filter(({ status }) => status !== 'DeliveryFailed')
          .map(({ conversationId, status }) => `${String(conversationId)} ${String(status)}`),
      );
      return wanted.length >= CONTACTS && wanted.join() === [...got].sort().join();
    });
    await eventually('the log of all deliveries', async () => {
      const path = `${webhookPath}/deliveries`;
      const { entities } = await campaign.api.get<{ entities: { state: string }[] }>(path);
      return entities.length > 0 && entities.every(({ state }) => state === 'delivered');
    });
    expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(receiver.events.length);
  });

  it('is on the dashboard, which shows nothing that no process tells', async () => {
    const scrapes = [await scrape(product.baseUrl), await scrape(`http://127.0.0.1:${workerPort}`)];
    const told = new Set(scrapes.flatMap(({ text }) => text.match(/(?<=^# HELP )\w+|^\w+/gmu)));
    const shown = fs.readFileSync('config/grafana/depesche.json', 'utf8').match(/\b(depesche|nodejs)_\w+/gu)!;
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter((name) => !told.has(name.replace(/_(bucket|count)$/u, '')))).toEqual([]);
  });

  it('is one trace for each message, from the claim to the last webhook, and spans of requests and jobs', async () => {
    const told = sent.find(({ disposition }) => disposition === 'OUTBOUND-MESSAGE-SENT')!;
    const traceId = told.id.replaceAll('-', '');
    const spans = await eventually('the trace', () => {
      const found = collector.spans.filter((span) => span.traceId === traceId);
      return Promise.resolve(found.some(({ name }) => name.startsWith('webhook ')) && found);
    });
    const named = (name: string): CollectedSpan => spans.find((span) => span.name === name)!;
    const root = named('message');
    expect(root.parentSpanId ?? '').toBe('');
    expect(root.attributes).toMatchObject({
      'depesche.message_id': told.id,
      'depesche.campaign_id': campaign.campaignId,
      'depesche.disposition': 'OUTBOUND-MESSAGE-SENT',
    });
    for (const span of spans.filter((one) => one !== root)) expect(span.parentSpanId).toBe(root.spanId);
    expect(named('call WhatsApp').attributes['whatsapp.outcome']).toBe('accepted');
    const order = [
      named('claim'),
      named('call WhatsApp'),
      spans.find(({ name }) => name.startsWith('webhook '))!,
    ];
    const starts = order.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano));
    expect([...starts].sort((a, b) => (a < b ? -1 : 1))).toEqual(starts);
    expect(root.role).toBe('worker');

    const kinds = await eventually('spans of requests and jobs', () => {
      const names = new Set(collector.spans.map(({ name, role }) => `${role}: ${name}`));
      const wanted = ['api: POST /webhooks/whatsapp', 'worker: process dispatch-tick'];
      return Promise.resolve(wanted.every((name) => names.has(name)) && names);
    });
    expect([...kinds].filter((name) => name.includes(campaign.campaignId))).toEqual([]);
    for (let contact = 0; contact < CONTACTS; contact += 1) {
      expect(collector.text).not.toContain(numberOf(contact).replace(/\D/gu, ''));
    }
    expect(collector.text).not.toContain(product.clientSecret);
    expect(collector.text).not.toContain(product.simulator.accessToken);
  });
});
