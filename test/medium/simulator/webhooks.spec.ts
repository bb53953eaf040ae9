import {
  autumnOffer,
  CALM,
  eventually,
  orderUpdate,
  Stage,
  STANDARD,
  WABA,
  type Client,
} from './simulator-harness.js';

const CALLBACK = 'v1:c:r:1';

describe('webhooks', () => {
  let stage: Stage;
  let client: Client;
  beforeEach(async () => {
    stage = new Stage();
    client = await stage.start();
    await client.register(STANDARD);
  });
  afterEach(() => stage.stop());
  const subscribe = () => client.post(`/v26.0/${WABA}/subscribed_apps`);
  const send = (to: string) => client.send(STANDARD, orderUpdate(to, { biz_opaque_callback_data: CALLBACK }));
  const names = () => stage.receiver.statuses().map(({ status }) => status);

  it('tell the life of a message, signed over the escaped bytes', async () => {
    await subscribe();
    const sent = await send('+4915112345601');
    await eventually(() => names().includes('delivered'));
    const [value] = stage.receiver.values();
    expect(value).toEqual({
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '4915792300001', phone_number_id: STANDARD },
      contacts: [
        { profile: { name: expect.any(String) }, wa_id: '4915112345601', user_id: expect.any(String) },
      ],
      statuses: expect.any(Array),
    });
    expect(stage.receiver.statuses()[0]).toEqual({
      id: sent.body.messages[0].id,
      status: 'sent',
      timestamp: expect.stringMatching(/^\d{10}$/),
      recipient_id: '4915112345601',
      recipient_user_id: expect.stringMatching(/^DE\./),
      biz_opaque_callback_data: CALLBACK,
      pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
    });
    expect(stage.receiver.posts.every(({ isSigned }) => isSigned)).toBe(true);
  });

  it('sign names outside ASCII as lower-case escapes', async () => {
    await subscribe();
    await client.post('/__sim/inbound', { from: '+4915112345601', text: 'Größe さ', name: 'Zoë 🙂' });
    const [post] = await eventually(() => stage.receiver.posts.length > 0 && stage.receiver.posts);
    expect(post!.isSigned).toBe(true);
    expect(post!.raw.toString('latin1')).toContain('Zo\\u00eb \\ud83d\\ude42');
    expect(post!.raw.every((byte) => byte < 0x80)).toBe(true);
    expect(stage.receiver.values()[0]).toMatchObject({
      contacts: [{ profile: { name: 'Zoë 🙂' } }],
      messages: [{ from: '4915112345601', type: 'text', text: { body: 'Größe さ' } }],
    });
  });

  it('go nowhere without a subscribed app', async () => {
    await send('+4915112345601');
    const unsubscribed = async () => (await client.get('/__sim/webhooks')).body.totals.updates.unsubscribed;
    await eventually(async () => (await unsubscribed()) === 2);
    expect(stage.receiver.posts).toHaveLength(0);
    expect(stage.receiver.handshakes).toHaveLength(0);
  });

  it('wait for the handshake', async () => {
    stage.receiver.acceptsHandshake = false;
    await subscribe();
    await send('+4915112345601');
    await eventually(() => stage.receiver.handshakes.length >= 2);
    expect(stage.receiver.posts).toHaveLength(0);
    expect(stage.receiver.handshakes[0]!.get('hub.mode')).toBe('subscribe');
    expect(stage.receiver.handshakes[0]!.get('hub.verify_token')).toBe('simulator-verify-token');
    stage.receiver.acceptsHandshake = true;
    await eventually(() => names().includes('delivered'));
  });

  it('go to an override that passes the handshake at once', async () => {
    const url = stage.callbackUrl.replace('/hook', '/other');
    const override = { override_callback_uri: url, verify_token: 'mine' };
    stage.receiver.acceptsHandshake = false;
    const refused = await client.post(`/v26.0/${WABA}/subscribed_apps`, override);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 2200 } } });
    stage.receiver.acceptsHandshake = true;
    await client.post(`/v26.0/${WABA}/subscribed_apps`, override);
    expect(stage.receiver.handshakes.at(-1)!.get('hub.verify_token')).toBe('mine');
    const list = await client.get(`/v26.0/${WABA}/subscribed_apps`);
    expect(list.body.data[0].override_callback_uri).toBe(url);
    await send('+4915112345601');
    await eventually(() => names().includes('sent'));
    await client.call('DELETE', `/v26.0/${WABA}/subscribed_apps`);
    expect((await client.get(`/v26.0/${WABA}/subscribed_apps`)).body.data).toEqual([]);
  });

  it('are repeated with the same bytes until the answer is 200', async () => {
    await subscribe();
    stage.receiver.failures = [500, 503, 404];
    await client.post('/__sim/inbound', { from: '+4915112345601', text: 'Hi' });
    await eventually(() => stage.receiver.posts.length === 4);
    expect(new Set(stage.receiver.posts.map(({ raw }) => raw.toString())).size).toBe(1);
    const { body } = await client.get('/__sim/webhooks');
    expect(body.totals.answers).toEqual({ 200: 1, 404: 1, 500: 1, 503: 1 });
    expect(body.pending).toMatchObject({ batched: 0, queued: 0, awaitingRetry: 0 });
  });

  it('pile up during an outage and come in batches after it', async () => {
    await subscribe();
    await client.post('/__sim/config', { emitterEnabled: false });
    await Promise.all(Array.from({ length: 50 }, (_, index) => send(`+49151123450${10 + index}`)));
    await eventually(async () => (await client.get('/__sim/webhooks')).body.pending.batched === 100);
    expect(stage.receiver.posts).toHaveLength(0);
    await client.post('/__sim/config', { emitterEnabled: true });
    await eventually(() => names().length === 100);
    expect(stage.receiver.posts).toHaveLength(1);
  });

  it('come twice when every one is duplicated', async () => {
    await subscribe();
    await client.post('/__sim/config', { duplicateProbability: 1 });
    await send('+4915112345601');
    await eventually(() => names().length === 4);
    expect(names().sort()).toEqual(['delivered', 'delivered', 'sent', 'sent']);
    expect((await client.get('/__sim/ledger/summary')).body.statuses).toMatchObject({
      sent: 1,
      delivered: 1,
    });
  });

  it('come out of order when every one is reordered', async () => {
    await subscribe();
    await client.post('/__sim/config', { reorderProbability: 1, reorderMaxSkewMs: 50_000 });
    await Promise.all(Array.from({ length: 40 }, (_, index) => send(`+49151123450${10 + index}`)));
    await eventually(() => names().length === 80);
    const seen = new Map<string, string>();
    for (const { id, status } of stage.receiver.statuses()) if (!seen.has(id)) seen.set(id, status);
    expect([...seen.values()]).toContain('delivered');
    expect([...seen.values()]).toContain('sent');
  });

  it('arrive before the answer of the send when early', async () => {
    await subscribe();
    await eventually(async () => (await client.get('/__sim/webhooks')).body.targets[0]?.isVerified);
    await client.post('/__sim/config', { earlyProbability: 1 });
    const answer = await send('+4915112345601');
    expect(stage.receiver.statuses()).toMatchObject([{ id: answer.body.messages[0].id, status: 'sent' }]);
  });

  it('are lost when dropped', async () => {
    await subscribe();
    await client.post('/__sim/config', { dropProbability: 1 });
    await send('+4915112345601');
    await eventually(async () => (await client.get('/__sim/webhooks')).body.totals.updates.dropped === 2);
    expect(stage.receiver.posts).toHaveLength(0);
  });

  it('tell failures by the ending of the number and by rule', async () => {
    await subscribe();
    const rules = [{ to: '+49 1511 2345601', profile: 'billing_broken' }];
    expect((await client.post('/__sim/profiles', { rules })).status).toBe(200);
    await send('+4915112345601');
    await send('+4915112345690');
    const failed = await eventually(() => {
      const found = stage.receiver.statuses().filter(({ status }) => status === 'failed');
      return found.length === 2 && found;
    });
    expect(failed.map(({ errors }) => errors[0].code).sort()).toEqual([131026, 131042]);
    expect(failed[0]).toMatchObject({
      biz_opaque_callback_data: CALLBACK,
      errors: [{ error_data: { details: /./ } }],
    });
  });

  it('bring replies, taps and preferences, and a stop is kept to', async () => {
    await subscribe();
    const [texter, tapper, stopper] = ['+4915112345695', '+4915112345696', '+4915112345697'];
    await client.send(STANDARD, autumnOffer(texter));
    const tapped = await client.send(STANDARD, autumnOffer(tapper));
    await client.send(STANDARD, autumnOffer(stopper));
    const messages = () => stage.receiver.values().flatMap((value) => value.messages ?? []);
    await eventually(() => messages().length === 2 && stage.receiver.values('user_preferences').length === 1);
    expect(messages().find(({ type }) => type === 'text')).toMatchObject({
      from: '4915112345695',
      text: { body: 'STOP' },
    });
    expect(messages().find(({ type }) => type === 'button')).toMatchObject({
      from: '4915112345696',
      button: { text: 'STOP', payload: 'optout:c1' },
      context: { from: '4915792300001', id: tapped.body.messages[0].id },
    });
    expect(stage.receiver.values('user_preferences')[0].user_preferences).toMatchObject([
      {
        wa_id: '4915112345697',
        category: 'marketing_messages',
        value: 'stop',
        timestamp: expect.any(Number),
      },
    ]);
    await client.send(STANDARD, autumnOffer(stopper));
    const codes = () => stage.receiver.statuses().flatMap(({ errors }) => (errors ? [errors[0].code] : []));
    await eventually(() => codes().includes(131050));
    const resume = { from: stopper, type: 'preference', value: 'resume' };
    expect((await client.post('/__sim/inbound', resume)).status).toBe(200);
  });
});

describe('control', () => {
  it('is guarded by its key', async () => {
    const stage = new Stage();
    try {
      const client = await stage.start({ controlKey: 'k' });
      expect((await client.get('/__sim/health')).status).toBe(401);
      const open = await client.call('GET', '/__sim/health', undefined, { 'x-sim-key': 'k' });
      expect(open).toMatchObject({ status: 200, body: { status: 'ok' } });
    } finally {
      await stage.stop();
    }
  });

  it('names every bad value and changes nothing', async () => {
    const stage = new Stage();
    try {
      const client = await stage.start();
      const answer = await client.post('/__sim/config', { timeScale: -1, nonsense: 1, readProbability: 2 });
      expect(answer).toMatchObject({ status: 400, body: { errors: { length: 3 } } });
      expect((await client.get('/__sim/config')).body).toMatchObject({ timeScale: CALM.timeScale });
      const fault = await client.post('/__sim/faults', { action: 'explode', every: 0 });
      expect(fault.body.errors).toHaveLength(2);
    } finally {
      await stage.stop();
    }
  });

  it('forgets everything on reset but keeps the accounts', async () => {
    const stage = new Stage();
    try {
      const client = await stage.start();
      await client.register(STANDARD);
      await client.send(STANDARD, orderUpdate('+4915112345601'));
      await client.post('/__sim/faults', { action: 'drop' });
      await client.post('/__sim/reset');
      expect((await client.get('/__sim/ledger/summary')).body.accepted).toBe(0);
      expect((await client.get('/__sim/faults')).body.faults).toEqual([]);
      expect((await client.send(STANDARD, orderUpdate('+4915112345601'))).status).toBe(200);
    } finally {
      await stage.stop();
    }
  });
});
