import {
  IntegrationStateChanged,
  type MetaTemplate,
  PlatformEvents,
  TemplateStateChanged,
  WhatsAppService,
} from '../../../src/modules/whatsapp/index.js';
import { MetaTemplatesRepository } from '../../../src/modules/whatsapp/meta-templates/meta-templates.repository.js';
import type { TemplateStatusItem } from '../../../src/modules/whatsapp/webhooks/webhook-items.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { IntegrationProbe } from '../../../src/modules/whatsapp/integrations/integration-probe.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { eventually } from '../../support/eventually.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';

const PATH = '/api/v2/conversations/messaging/integrations/whatsapp';
const NUMBER_ID = '940000000000001';
const TOKEN = 'simulator-access-token';
const ORDER_UPDATE = { name: 'order_update', language: 'en_US' };
const WABA_ID = '930000000000001';
const ORDER_UPDATE_ID = '1720000000000001';
const UNKNOWN_TO_PROBE = { code: 'whatsapp.error.131042', message: 'Payment of the account is broken.' };

describe('states of integrations and templates', () => {
  let world: WhatsAppWorld;
  let service: WhatsAppService;
  let id: string;
  let integrationEvents: IntegrationStateChanged[];
  let templateEvents: TemplateStateChanged[];

  beforeAll(async () => {
    world = await startWhatsAppWorld();
    service = world.app.app.get(WhatsAppService);
    const events = world.app.app.get(EventBus);
    events.on(IntegrationStateChanged, (event) => integrationEvents.push(event));
    events.on(TemplateStateChanged, (event) => templateEvents.push(event));
    integrationEvents = [];
    templateEvents = [];
    id = await world.activate('Main', '+4915792300001');
  });

  beforeEach(() => {
    integrationEvents = [];
    templateEvents = [];
  });

  afterAll(() => world?.close());

  const probe = (): Promise<void> => world.app.app.get(IntegrationProbe).probe(id);
  const read = async (): Promise<Record<string, unknown>> =>
    (await world.app.admin.get(`${PATH}/${id}`).expect(200)).body as Record<string, unknown>;
  const template = (): Promise<MetaTemplate | undefined> =>
    service.findMetaTemplate(id, ORDER_UPDATE.name, ORDER_UPDATE.language);
  const untilTemplate = (status: string): Promise<boolean> =>
    eventually(`the template ${status}`, async () => (await template())?.status === status);
  const changeTemplate = (change: object): Promise<void> =>
    world.control(`/templates/${ORDER_UPDATE_ID}/status`, change);
  const telling = (state: 'Active' | 'Error'): Promise<boolean> =>
    eventually(`status ${state}`, async () => (await read()).status === state);

  it('follows the webhooks of a template, and tells once for each change', async () => {
    expect(await template()).toMatchObject({ status: 'APPROVED', quality: 'GREEN' });
    await changeTemplate({ status: 'PAUSED', reason: 'NONE', qualityScore: 'RED' });
    await untilTemplate('PAUSED');
    expect(await template()).toMatchObject({ quality: 'RED' });
    expect(templateEvents[0]).toEqual(new TemplateStateChanged([id], [ORDER_UPDATE]));
    await changeTemplate({ status: 'APPROVED', qualityScore: 'GREEN', category: 'MARKETING' });
    await eventually('the category', async () => (await template())?.category === 'MARKETING');
    await untilTemplate('APPROVED');
    await changeTemplate({ category: 'UTILITY' });
    await eventually('the old category', async () => (await template())?.category === 'UTILITY');
  });

  it('lets the newer of two template webhooks count, however late the older one comes', async () => {
    const told = (event: string, at: Date): TemplateStatusItem => ({
      ...ORDER_UPDATE,
      kind: 'template-status',
      wabaId: WABA_ID,
      event,
      at,
    });
    const newer = new Date();
    const older = new Date(newer.getTime() - 60_000);
    const { app } = world.app;
    // One transaction, so that no reading of the account comes between.
    await app.get(UnitOfWork).run(async () => {
      await app.get(PlatformEvents).apply([told('PAUSED', newer)]);
      await app.get(PlatformEvents).apply([told('DISABLED', older)]);
      expect(await app.get(MetaTemplatesRepository).findRow(WABA_ID, ORDER_UPDATE)).toMatchObject({
        status: 'PAUSED',
      });
    });
    await untilTemplate('APPROVED');
  });

  it('believes WhatsApp more than a webhook', async () => {
    const told = (event: string): Promise<void> =>
      world.webhook('message_template_status_update', {
        event,
        message_template_id: Number(ORDER_UPDATE_ID),
        message_template_name: ORDER_UPDATE.name,
        message_template_language: 'en-US',
        reason: 'because',
      });
    await told('DISABLED');
    await eventually('the webhook', () => Promise.resolve(templateEvents.length > 0));
    // The simulator never disabled it, and it is asked when the template is needed next.
    expect(await template()).toMatchObject({ status: 'APPROVED' });
  });

  it('holds a template back until its time is over, WhatsApp approves it anew, or a person asks', async () => {
    await service.pauseTemplate(id, ORDER_UPDATE, 'Parameters do not fit.');
    expect(await template()).toMatchObject({ status: 'PAUSED', statusReason: 'Parameters do not fit.' });
    expect(templateEvents).toEqual([new TemplateStateChanged([id], [ORDER_UPDATE])]);
    await service.endTemplateHolds(id);
    expect(await template()).toMatchObject({ status: 'APPROVED' });

    await service.pauseTemplate(id, ORDER_UPDATE, 'For a moment.', new Date(Date.now() + 200));
    await untilTemplate('APPROVED');
    await eventually('the end of the hold told', () => Promise.resolve(templateEvents.length >= 4));

    await service.pauseTemplate(id, ORDER_UPDATE, 'Until approved.');
    await changeTemplate({ status: 'APPROVED' });
    await untilTemplate('APPROVED');
  });

  it('takes a number that WhatsApp flags out of service with a reason, and back by itself', async () => {
    await world.control('/config', { numbers: { [NUMBER_ID]: { status: 'FLAGGED' } } });
    await probe();
    expect(await read()).toMatchObject({
      status: 'Error',
      activationErrorInfo: {
        code: 'phone.number.not.connected',
        message: expect.stringContaining('FLAGGED') as string,
      },
    });
    const [reason] = (await service.explainUnusable([id])).get(id)!;
    expect(reason).toMatchObject({ code: 'integration.not.active' });
    expect(reason!.message).toContain('FLAGGED');
    await world.control('/config', { numbers: { [NUMBER_ID]: { status: null, throughputLevel: 'HIGH' } } });
    await probe();
    const healed = await read();
    expect(healed).toMatchObject({ status: 'Active', messagesPerSecond: 1000, qualityRating: 'GREEN' });
    expect(healed.activationErrorInfo).toBeUndefined();
    expect(new Set(integrationEvents)).toContainEqual(new IntegrationStateChanged(id));
    await world.control('/config', { numbers: { [NUMBER_ID]: { throughputLevel: 'STANDARD' } } });
  });

  it('says that the token is invalid, without showing it', async () => {
    await world.control('/config', { tokens: { [TOKEN]: { expiresAt: 1 } } });
    await probe();
    const broken = await read();
    expect(broken).toMatchObject({
      status: 'Error',
      activationErrorInfo: { message: expect.stringContaining('token') as string },
    });
    expect(JSON.stringify(broken)).not.toContain(TOKEN);
    await world.control('/config', { tokens: { [TOKEN]: { expiresAt: 0 } } });
    await probe();
    expect(await read()).toMatchObject({ status: 'Active' });
  });

  it('believes a failed send more than the probe until the hold is over', async () => {
    await service.markIntegrationError(id, UNKNOWN_TO_PROBE, new Date(Date.now() + 60_000));
    expect(integrationEvents).toEqual([new IntegrationStateChanged(id)]);
    await probe();
    expect(await read()).toMatchObject({ status: 'Error', activationErrorInfo: UNKNOWN_TO_PROBE });
    // The same report again changes nothing and tells nobody.
    await service.markIntegrationError(id, UNKNOWN_TO_PROBE, new Date(Date.now() + 1_000));
    expect(integrationEvents).toHaveLength(1);
    await service.healIntegration(id);
    expect(await read()).toMatchObject({ status: 'Active' });
    expect(integrationEvents).toHaveLength(2);
  });

  it('stops and heals with what WhatsApp tells of the account', async () => {
    await world.control('/config', { numbers: { [NUMBER_ID]: { status: 'RESTRICTED' } } });
    await world.webhook('account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }],
    });
    await telling('Error');
    await world.control('/config', { numbers: { [NUMBER_ID]: { status: null } } });
    await world.webhook('account_update', {
      event: 'DISABLED_UPDATE',
      ban_info: { waba_ban_state: 'REINSTATE' },
    });
    await telling('Active');
  });
});
