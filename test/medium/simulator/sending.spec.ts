import { autumnOffer, HIGH, orderUpdate, Stage, STANDARD, TOKEN, type Client } from './simulator-harness.js';
import { DEFAULT_SEED } from '../../../src/simulator/index.js';

const TO = '+4915112345600';

describe('sending', () => {
  let stage: Stage;
  let client: Client;
  beforeEach(async () => {
    stage = new Stage();
    client = await stage.start();
    await client.register(STANDARD);
    await client.register(HIGH);
  });
  afterEach(() => stage.stop());

  it('accepts a template and enters it into the ledger', async () => {
    const answer = await client.send(STANDARD, orderUpdate(TO, { biz_opaque_callback_data: 'v1:c:r:1' }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: TO, wa_id: '4915112345600' }],
      messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/=]+$/), message_status: 'accepted' }],
    });
    expect(answer.headers.get('facebook-api-version')).toBe('v26.0');
    expect(answer.headers.get('x-fb-trace-id')).toBeTruthy();
    const ledger = await client.get('/__sim/ledger?callback=v1:c');
    expect(ledger.body.rows).toMatchObject([
      {
        wamid: answer.body.messages[0].id,
        to: '4915112345600',
        callbackData: 'v1:c:r:1',
        template: 'order_update',
      },
    ]);
  });

  it.each([
    ['no JSON', '{', 400, 100],
    ['no product', orderUpdate(TO, { messaging_product: undefined }), 400, 100],
    ['unknown key', orderUpdate(TO, { category: 'x' }), 400, 100],
    ['no recipient', orderUpdate(TO, { to: undefined }), 400, 131008],
    ['bad recipient', orderUpdate('+49 foo'), 400, 131009],
    ['long callback data', orderUpdate(TO, { biz_opaque_callback_data: 'x'.repeat(513) }), 400, 131009],
    ['to itself', orderUpdate('+49 1579 2300001'), 400, 131021],
    ['free text', { messaging_product: 'whatsapp', to: TO, type: 'text', text: { body: 'Hi' } }, 400, 131047],
    ['unknown type', orderUpdate(TO, { type: 'fax' }), 400, 131051],
    ['no template', orderUpdate(TO, { template: undefined }), 400, 131008],
    [
      'other language',
      orderUpdate(TO, { template: { name: 'order_update', language: { code: 'de' } } }),
      404,
      132001,
    ],
    [
      'rejected',
      orderUpdate(TO, { template: { name: 'lucky_winner', language: { code: 'en_US' } } }),
      404,
      132001,
    ],
    [
      'paused',
      orderUpdate(TO, { template: { name: 'flash_sale', language: { code: 'en_US' } } }),
      400,
      132015,
    ],
    [
      'no values',
      orderUpdate(TO, { template: { name: 'order_update', language: { code: 'en_US' } } }),
      400,
      132000,
    ],
  ])('refuses a message: %s', async (_name, message, status, code) => {
    const answer = await client.send(STANDARD, message);
    expect({ status: answer.status, code: answer.body.error.code }).toEqual({ status, code });
    expect(answer.body.error).toEqual({
      message: expect.stringContaining(`(#${code})`),
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
      fbtrace_id: answer.headers.get('x-fb-trace-id'),
    });
    const summary = await client.get('/__sim/ledger/summary');
    expect(summary.body).toMatchObject({ accepted: 0, rejections: { [code]: 1 } });
  });

  it('checks in the order token, number, registration, fault, throughput, body', async () => {
    await client.post('/__sim/config', { numbers: { [STANDARD]: { isRegistered: false } } });
    const code = async (headers: Record<string, string>, id = STANDARD) =>
      (await client.call('POST', `/v26.0/${id}/messages`, '{', headers)).body.error;
    expect(await code({ authorization: 'Bearer wrong' })).toMatchObject({ code: 190 });
    expect(await code({}, '123')).toMatchObject({
      code: 100,
      error_subcode: 33,
      type: 'GraphMethodException',
    });
    await client.post('/__sim/faults', { action: 'error', code: 131016, times: 1 });
    expect(await code({})).toMatchObject({ code: 133010 });
    await client.register(STANDARD);
    expect(await code({})).toMatchObject({ code: 131016, is_transient: true });
    await client.post('/__sim/config', { throughputBurstSeconds: 0 });
    const codes = (await Promise.all(Array.from({ length: 20 }, () => code({})))).map((error) => error.code);
    expect(new Set(codes)).toEqual(new Set([100, 130429]));
  });

  it('knows expired tokens and missing permissions', async () => {
    await client.post('/__sim/config', { tokens: { [TOKEN]: { expiresAt: 1 } } });
    const expired = await client.send(STANDARD, orderUpdate(TO));
    expect(expired).toMatchObject({ status: 401, body: { error: { code: 190, error_subcode: 463 } } });
    await client.post('/__sim/config', { tokens: { [TOKEN]: { expiresAt: 0, scopes: [] } } });
    expect(await client.send(STANDARD, orderUpdate(TO))).toMatchObject({
      status: 403,
      body: { error: { code: 200 } },
    });
  });

  it('limits the throughput of a number by its level', async () => {
    const burst = async (id: string) => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) => client.send(id, orderUpdate(`+4915200${10_000 + index}`))),
      );
      return answers.filter(({ status }) => status === 200).length;
    };
    await client.post('/__sim/config', { numbers: { [STANDARD]: { isOnBizApp: true } } });
    const coexistence = await burst(STANDARD);
    expect(coexistence).toBeGreaterThanOrEqual(20);
    expect(coexistence).toBeLessThan(150);
    const summary = await client.get('/__sim/ledger/summary');
    expect(summary.body.rejections).toEqual({ 130429: 200 - coexistence });
    await client.post('/__sim/config', { pairRateEnabled: false });
    expect(await burst(HIGH)).toBe(200);
  });

  it('limits the pair', async () => {
    await client.post('/__sim/config', { pairBurst: 2 });
    const codes = [];
    for (let count = 0; count < 3; count += 1) {
      codes.push((await client.send(STANDARD, orderUpdate(TO))).body.error?.code);
    }
    expect(codes).toEqual([undefined, undefined, 131056]);
    expect((await client.send(HIGH, orderUpdate(TO))).status).toBe(200);
  });

  it('routes by category', async () => {
    expect((await client.send(STANDARD, autumnOffer(TO), 'marketing_messages')).status).toBe(200);
    const utility = await client.send(STANDARD, orderUpdate(TO), 'marketing_messages');
    expect(utility.body.error.code).toBe(134100);
    expect((await client.send(STANDARD, autumnOffer(TO))).status).toBe(200);
    await client.post('/__sim/config', {
      wabas: { [DEFAULT_SEED.wabas[0]!.id]: { marketingDisabledOnCloudApi: true } },
    });
    expect((await client.send(STANDARD, autumnOffer(TO))).body.error.code).toBe(131063);
  });

  it('injects faults before acceptance', async () => {
    await client.post('/__sim/faults', {
      faults: [
        { action: 'error', status: 500, code: 131000, times: 1, retryAfterSeconds: 3 },
        { action: 'html', times: 1 },
        { action: 'drop', to: TO, times: 1 },
      ],
    });
    const error = await client.send(STANDARD, orderUpdate(TO));
    expect(error).toMatchObject({ status: 500, body: { error: { code: 131000 } } });
    expect(error.headers.get('retry-after')).toBe('3');
    expect(await client.send(STANDARD, orderUpdate(TO))).toMatchObject({
      status: 502,
      body: expect.stringContaining('<html>'),
    });
    await expect(client.send(STANDARD, orderUpdate(TO))).rejects.toThrow();
    expect((await client.get('/__sim/ledger/summary')).body.accepted).toBe(0);
    expect((await client.send(STANDARD, orderUpdate(TO))).status).toBe(200);
  });

  it('injects faults after acceptance, which the ledger knows', async () => {
    await client.post('/__sim/faults', {
      faults: [
        { action: 'accept_then_drop', times: 1 },
        { action: 'accept_then_html', times: 1 },
        { action: 'accept_then_error', code: 131000, times: 1 },
        { action: 'accept_then_delay', delayMs: 200, times: 1 },
      ],
    });
    await expect(client.send(STANDARD, orderUpdate(TO))).rejects.toThrow();
    expect((await client.send(STANDARD, orderUpdate(TO))).status).toBe(502);
    expect((await client.send(STANDARD, orderUpdate(TO))).status).toBe(500);
    const startedAt = Date.now();
    expect((await client.send(STANDARD, orderUpdate(TO))).status).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(190);
    expect((await client.get('/__sim/ledger/summary')).body).toMatchObject({
      accepted: 4,
      distinctRecipients: 1,
      duplicatesByRecipient: { keys: 1, extra: 3 },
      answers: { ok: 0, dropped: 1, html: 1, error: 1, delayed: 1 },
    });
  });
});
