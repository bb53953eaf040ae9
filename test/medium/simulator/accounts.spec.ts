import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, orderUpdate, Stage, STANDARD, TOKEN, WABA, type Client } from './simulator-harness.js';

describe('accounts', () => {
  let stage: Stage;
  let client: Client;
  beforeEach(async () => {
    stage = new Stage();
    client = await stage.start({ settings: { templateApprovalMs: 100 } });
  });
  afterEach(() => stage.stop());

  it('inspects tokens', async () => {
    const { body } = await client.get(`/v26.0/debug_token?input_token=${TOKEN}`);
    expect(body.data).toMatchObject({
      is_valid: true,
      app_id: '910000000000001',
      expires_at: 0,
      scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
      granular_scopes: [{ target_ids: [WABA] }, { target_ids: [WABA] }],
    });
    const other = await client.get('/v26.0/debug_token?input_token=other');
    expect(other).toMatchObject({ status: 200, body: { data: { is_valid: false } } });
    const denied = await client.call('GET', `/v26.0/debug_token?input_token=${TOKEN}`, undefined, {
      authorization: '',
    });
    expect(denied).toMatchObject({ status: 401, body: { error: { code: 190 } } });
  });

  it('reads nodes under any version, with the asked fields only', async () => {
    const waba = await client.get(`/v24.0/${WABA}?fields=name,health_status{can_send_message}`);
    expect(waba.body).toEqual({
      id: WABA,
      name: 'Simulated business',
      health_status: expect.objectContaining({ can_send_message: 'AVAILABLE' }),
    });
    expect(waba.headers.get('facebook-api-version')).toBe('v24.0');
    const numbers = await client.get(`/v26.0/${WABA}/phone_numbers?fields=throughput,status`);
    expect(numbers.body.data).toEqual([
      { id: STANDARD, throughput: { level: 'STANDARD' }, status: 'DISCONNECTED' },
      { id: expect.any(String), throughput: { level: 'HIGH' }, status: 'DISCONNECTED' },
    ]);
    expect(await client.get('/v26.0/42')).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_subcode: 33 } },
    });
    expect(await client.get('/nothing')).toMatchObject({ status: 404, body: { error: { code: 2500 } } });
  });

  it('registers with a PIN that sticks', async () => {
    const register = (pin: unknown) =>
      client.post(`/v26.0/${STANDARD}/register`, { messaging_product: 'whatsapp', pin });
    expect((await register('12345')).body.error.code).toBe(100);
    expect((await register('123456')).body).toEqual({ success: true });
    expect((await register('654321')).body.error.code).toBe(133005);
    const node = await client.get(`/v26.0/${STANDARD}?fields=status,is_pin_enabled`);
    expect(node.body).toEqual({ id: STANDARD, status: 'CONNECTED', is_pin_enabled: true });
    expect((await client.post(`/v26.0/${STANDARD}/deregister`)).body).toEqual({ success: true });
    expect((await client.send(STANDARD, orderUpdate('+4915112345600'))).body.error.code).toBe(133010);
    expect((await register('654321')).body.error.code).toBe(133005);
  });

  it('pages templates by cursors', async () => {
    const list = `/v26.0/${WABA}/message_templates?fields=name`;
    const first = (await client.get(`${list}&limit=2`)).body;
    const second = (await client.get(first.paging.next.replace(client.base, ''))).body;
    const third = (await client.get(`${list}&limit=2&after=${second.paging.cursors.after}`)).body;
    const ids = [first, second, third].flatMap(({ data }) => data.map(({ id }: { id: string }) => id));
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    expect(third.paging.next).toBeUndefined();
    const back = (await client.get(`${list}&limit=2&before=${second.paging.cursors.before}`)).body;
    expect(back.data).toEqual(first.data);
    expect((await client.get(`${list}&after=nonsense`)).body.error.code).toBe(131059);
  });

  it.each([
    ['name=autumn_offer', 2],
    ['name=autumn_offer&language=de', 1],
    ['status=APPROVED', 3],
    ['category=UTILITY', 1],
    ['status=DISABLED', 0],
  ])('filters templates by %s', async (query, count) => {
    const { body } = await client.get(`/v26.0/${WABA}/message_templates?${query}`);
    expect(body.data).toHaveLength(count);
  });

  it('creates, approves, edits and deletes a template, told by webhook', async () => {
    await client.post(`/v26.0/${WABA}/subscribed_apps`);
    const template = {
      name: 'new_one',
      language: 'de',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Guten Tag {{1}}, grüße!', example: { body_text: [['A']] } }],
    };
    const created = await client.post(`/v26.0/${WABA}/message_templates`, template);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      status: 'PENDING',
      category: 'UTILITY',
    });
    const again = await client.post(`/v26.0/${WABA}/message_templates`, template);
    expect(again.body.error).toMatchObject({ code: 100, error_subcode: 2388024 });
    const events = () => stage.receiver.values('message_template_status_update').map(({ event }) => event);
    await eventually(() => events().includes('APPROVED'));
    const { id } = created.body;
    expect((await client.get(`/v26.0/${id}?fields=status`)).body).toEqual({ id, status: 'APPROVED' });
    await client.post(`/v26.0/${id}`, { components: [{ type: 'BODY', text: 'Neu.' }] });
    await eventually(() => events().length === 2);
    expect((await client.get(`/v26.0/${id}`)).body.components).toEqual([{ type: 'BODY', text: 'Neu.' }]);
    expect((await client.call('DELETE', `/v26.0/${WABA}/message_templates?name=new_one`)).body).toEqual({
      success: true,
    });
    await eventually(() => events().includes('DELETED'));
    expect((await client.get(`/v26.0/${id}`)).body.error.error_subcode).toBe(33);
  });

  it('changes a template on behalf of the platform', async () => {
    await client.post(`/v26.0/${WABA}/subscribed_apps`);
    const id = '1720000000000003';
    const change = { status: 'PAUSED', title: 'FIRST_PAUSE', qualityScore: 'RED', category: 'UTILITY' };
    expect((await client.post(`/__sim/templates/${id}/status`, change)).status).toBe(200);
    await eventually(() => stage.receiver.values('message_template_status_update')[0]);
    expect(stage.receiver.values('message_template_status_update')).toMatchObject([
      { event: 'PAUSED', message_template_id: Number(id), message_template_name: 'autumn_offer' },
    ]);
    expect(stage.receiver.values('message_template_quality_update')).toMatchObject([
      { previous_quality_score: 'GREEN', new_quality_score: 'RED' },
    ]);
    expect(stage.receiver.values('template_category_update')).toMatchObject([
      { previous_category: 'MARKETING', new_category: 'UTILITY' },
    ]);
    expect((await client.post(`/v26.0/${id}/unpause`)).body).toEqual({ success: true });
    expect((await client.get(`/v26.0/${id}?fields=status`)).body.status).toBe('APPROVED');
  });
});

describe('durable state', () => {
  it('keeps registrations, PINs, subscriptions and changed templates over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const stateFile = join(folder, 'state.json');
    const stage = new Stage();
    try {
      const before = await stage.start({ stateFile });
      await before.register(STANDARD);
      await before.post(`/v26.0/${WABA}/subscribed_apps`);
      await before.call('DELETE', `/v26.0/${WABA}/message_templates?name=flash_sale`);
      expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ version: 1 });
      const after = await stage.restart({ stateFile });
      expect((await after.send(STANDARD, orderUpdate('+4915112345600'))).status).toBe(200);
      const wrong = { messaging_product: 'whatsapp', pin: '654321' };
      expect((await after.post(`/v26.0/${STANDARD}/register`, wrong)).body.error.code).toBe(133005);
      expect((await after.get(`/v26.0/${WABA}/subscribed_apps`)).body.data).toHaveLength(1);
      expect((await after.get(`/v26.0/${WABA}/message_templates`)).body.data).toHaveLength(4);
      await eventually(() => stage.receiver.statuses().length >= 2);
    } finally {
      await stage.stop();
      await rm(folder, { recursive: true });
    }
  });
});
