import { type TemplateSend, WhatsAppService } from '../../../src/modules/whatsapp/index.js';
import { DEFAULT_SEED, type RunningSimulator, startSimulator } from '../../../src/simulator/index.js';
import type { FaultRule } from '../../../src/simulator/sending/faults.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const PATH = '/api/v2/conversations/messaging/integrations/whatsapp';
const RECIPIENT = '4915112345678';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('sending templates through an integration', () => {
  let simulator: RunningSimulator;
  let app: TestApp;
  let whatsapp: WhatsAppService;
  let integrationId: string;

  beforeAll(async () => {
    simulator = await startSimulator({
      // More templates than fit on one page of the listing.
      seed: { ...DEFAULT_SEED, wabas: [{ ...DEFAULT_SEED.wabas[0]!, templates: manyTemplates(130) }] },
      settings: { emitterEnabled: false, pairRateEnabled: false },
    });
    app = await startTestApp({
      role: 'all',
      env: { WHATSAPP_GRAPH_URL: simulator.url, PUBLIC_URL: 'http://127.0.0.1:3000' },
    });
    whatsapp = app.app.get(WhatsAppService);
    integrationId = await activeIntegration();
  });

  afterAll(async () => {
    await app?.close();
    await simulator?.close();
  });

  afterEach(() => simulator.simulation.faults.clear());

  async function activeIntegration(): Promise<string> {
    const signup = { name: 'Main', embeddedSignupAccessToken: 'simulator-access-token' };
    const { id } = (await app.admin.post(`${PATH}/embeddedsignup`).send(signup).expect(200)).body as {
      id: string;
    };
    const until = (field: string, value: string): Promise<unknown> =>
      eventually(`${field} ${value}`, async () => {
        const { body } = await app.admin.get(`${PATH}/${id}`).expect(200);
        return body[field] === value;
      });
    await until('createStatus', 'Completed');
    const activation = { pin: '123456', phoneNumber: '+4915792300001' };
    await app.admin.patch(`${PATH}/embeddedsignup/${id}`).send(activation).expect(200);
    await until('status', 'Active');
    return id;
  }

  async function autumnOffer(changes: Partial<TemplateSend> = {}): Promise<TemplateSend> {
    const metaTemplate = await whatsapp.findMetaTemplate(integrationId, 'autumn_offer', 'de');
    return {
      to: RECIPIENT,
      templateName: 'autumn_offer',
      languageCode: 'de',
      metaTemplate: metaTemplate!,
      callbackData: 'v1:c1:m1',
      parameters: {
        header: [],
        body: [
          { id: 'voucher', value: 'FALL\n10' },
          { id: 'first_name', value: 'Ada' },
        ],
        buttons: [{ index: 1, parameters: [{ id: 'voucher', value: 'FALL-10' }] }],
      },
      ...changes,
    };
  }

  const ledger = async (to: string): Promise<Json> =>
    (await fetch(`${simulator.url}/__sim/ledger?to=${to}`)).json();

  it('reads all pages of templates', async () => {
    const [{ count }] = await app.db.query('SELECT count(*)::int AS count FROM whatsapp_templates');
    expect(count).toBe(DEFAULT_SEED.wabas[0]!.templates.length + 130);
  });

  it('sends marketing by its own route when the account is onboarded', async () => {
    const outcome = await whatsapp.sendTemplate(integrationId, await autumnOffer());
    expect(outcome).toMatchObject({
      kind: 'accepted',
      waId: RECIPIENT,
      wamid: expect.stringMatching(/^wamid\./u),
    });
    const { rows } = await ledger(RECIPIENT);
    expect(rows[0]).toMatchObject({ endpoint: 'marketing_messages', callbackData: 'v1:c1:m1' });
  });

  it('sends marketing by /messages when the account is not onboarded', async () => {
    await app.db.query('UPDATE whatsapp_integrations SET marketing_onboarded = false');
    await app.admin.patch(`${PATH}/${integrationId}`).send({ name: 'Renamed' }).expect(200);
    const to = '4915112345679';
    expect(await whatsapp.sendTemplate(integrationId, await autumnOffer({ to }))).toMatchObject({
      kind: 'accepted',
    });
    const { rows } = await ledger(to);
    expect(rows[0]).toMatchObject({ endpoint: 'messages' });
  });

  it.each<[string, FaultRule, object, number]>([
    [
      'refusal',
      { action: 'error', code: 130429, retryAfterSeconds: 2 },
      { kind: 'rejected', error: { code: 130429, action: 'RETRY', retryAfterMs: 2000 } },
      0,
    ],
    [
      'server error',
      { action: 'error', code: 131000, status: 500 },
      { kind: 'unknown', error: { code: 131000 } },
      0,
    ],
    ['page of a proxy', { action: 'html', status: 502 }, { kind: 'unknown' }, 0],
    ['dropped connection', { action: 'drop' }, { kind: 'unknown' }, 0],
    ['connection dropped after acceptance', { action: 'accept_then_drop' }, { kind: 'unknown' }, 1],
    [
      'server error after acceptance',
      { action: 'accept_then_error', code: 131016, status: 500 },
      { kind: 'unknown' },
      1,
    ],
  ])('%s', async (name, fault, expected, accepted) => {
    const to = `49151222${String(name.length).padStart(5, '0')}`;
    simulator.simulation.faults.add(fault);
    expect(await whatsapp.sendTemplate(integrationId, await autumnOffer({ to }))).toMatchObject(expected);
    const { rows } = await ledger(to);
    expect(rows).toHaveLength(accepted);
  });

  it('sees a new template and a changed one when it asks', async () => {
    const waba = simulator.simulation.world.wabas.get('930000000000001')!;
    expect(await whatsapp.findMetaTemplate(integrationId, 'late', 'de')).toBeUndefined();
    const base = `${simulator.url}/v26.0/${waba.id}/message_templates`;
    const headers = { authorization: 'Bearer simulator-access-token', 'content-type': 'application/json' };
    const body = JSON.stringify({
      name: 'late',
      language: 'de',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Spät, aber da.' }],
    });
    expect((await fetch(base, { method: 'POST', headers, body })).status).toBe(200);
    const found = await whatsapp.findMetaTemplate(integrationId, 'late', 'de');
    expect(found).toMatchObject({ name: 'late', category: 'UTILITY', parameterFormat: 'POSITIONAL' });
    expect((await fetch(`${base}?name=late`, { method: 'DELETE', headers })).status).toBe(200);
    expect(await whatsapp.findMetaTemplate(integrationId, 'late', 'de')).toMatchObject({ name: 'late' });
    expect(await whatsapp.findMetaTemplate(integrationId, 'late', 'de', { maxAgeMs: 0 })).toBeUndefined();
  });

  it('does not send through an integration that is not active or gone', async () => {
    const message = await autumnOffer();
    const none = '00000000-0000-4000-8000-000000000000';
    expect(await whatsapp.sendTemplate(none, message)).toMatchObject({ kind: 'not-sent' });
    expect(await whatsapp.findMetaTemplate(none, 'autumn_offer', 'de')).toBeUndefined();
  });

  it('uses the last known template while WhatsApp is away, and says so when it knows none', async () => {
    const own = await startSimulator({ seed: DEFAULT_SEED });
    const away = await startTestApp({
      env: { WHATSAPP_GRAPH_URL: own.url, PUBLIC_URL: 'http://127.0.0.1:3000' },
    });
    try {
      const service = away.app.get(WhatsAppService);
      const [row] = await app.db.query('SELECT * FROM whatsapp_templates WHERE name = $1 AND language = $2', [
        'autumn_offer',
        'de',
      ]);
      const id = await copyIntegration(away);
      await away.db.query(
        `INSERT INTO whatsapp_templates
         SELECT * FROM jsonb_populate_record(NULL::whatsapp_templates, $1)`,
        [JSON.stringify(row)],
      );
      await own.close();
      expect(await service.findMetaTemplate(id, 'autumn_offer', 'de', { maxAgeMs: 0 })).toMatchObject({
        name: 'autumn_offer',
      });
      await expect(service.findMetaTemplate(id, 'other', 'de')).rejects.toMatchObject({
        code: 'whatsapp.unavailable',
      });
      expect(await service.sendTemplate(id, await autumnOffer())).toMatchObject({ kind: 'not-sent' });
    } finally {
      await away.close();
    }
  });

  /** An active integration without the onboarding, in an application without workers. */
  async function copyIntegration(target: TestApp): Promise<string> {
    const signup = { name: 'Copy', embeddedSignupAccessToken: 'simulator-access-token' };
    const { id } = (await target.admin.post(`${PATH}/embeddedsignup`).send(signup).expect(200)).body as {
      id: string;
    };
    await target.db.query(
      `UPDATE whatsapp_integrations
          SET create_status = 'Completed', status = 'Active', waba_id = '930000000000001',
              phone_number_id = '940000000000001', phone_number = '+4915792300001'
        WHERE id = $1`,
      [id],
    );
    return id;
  }
});

function manyTemplates(count: number): (typeof DEFAULT_SEED.wabas)[number]['templates'] {
  const seeded = DEFAULT_SEED.wabas[0]!.templates;
  const more = Array.from({ length: count }, (_unused, index) => ({
    ...seeded[0]!,
    id: String(1_720_000_000_001_000 + index),
    name: `extra_${index}`,
  }));
  return [...seeded, ...more];
}
