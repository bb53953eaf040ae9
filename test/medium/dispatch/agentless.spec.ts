import { Receiver } from '../outgoing-webhooks/receiver.js';
import { eventually } from '../../support/eventually.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';

const AGENTLESS = '/api/v2/conversations/messages/agentless';
const RESPONSES = '/api/v2/responsemanagement/responses';
const DNC = '/api/v2/outbound/dnclists';
const TO = '4915112345611';

// Answers are looked into freely; the expectations are the types here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('single messages', () => {
  let world: WhatsAppWorld;
  let integrationId: string;
  let responseId: string;

  beforeAll(async () => {
    world = await startWhatsAppWorld({ WEBHOOK_TARGETS: 'any' });
    integrationId = await world.activate('Shop', '+4915792300001');
    const library = await world.app.admin.post('/api/v2/responsemanagement/libraries').send({ name: 'L' });
    const response = await world.app.admin
      .post(RESPONSES)
      .send({
        name: 'Order',
        libraries: [{ id: library.body.id }],
        responseType: 'MessagingTemplate',
        texts: [{ content: 'Hello {{name}}, your order {{order}} is on its way.' }],
        substitutions: [{ id: 'name', defaultValue: 'you' }, { id: 'order' }],
        messagingTemplate: { whatsApp: { name: 'order_update', language: 'en_US' } },
      })
      .expect(200);
    responseId = response.body.id;
  });

  afterAll(() => world?.close());

  const post = (body: object = {}, template: object = {}): Json =>
    world.app.admin.post(AGENTLESS).send({
      fromAddress: integrationId,
      toAddress: TO,
      toAddressMessengerType: 'whatsapp',
      messagingTemplate: {
        responseId,
        bodyParameters: [
          { id: 'name', value: 'Anna' },
          { id: 'order', value: 'A-1' },
        ],
        ...template,
      },
      ...body,
    });
  const send = async (status: number): Promise<Json> => (await post().expect(status)).body;
  const accepted = (): Json[] =>
    world.simulator.simulation.ledger.page({}, 0, 1_000).rows.map((row: Json) => row);

  it('leave once, and webhooks say how they fare', async () => {
    const sent = await send(202);
    expect(sent).toMatchObject({
      fromAddress: integrationId,
      toAddress: TO,
      messengerType: 'whatsapp',
      message: { status: 'sent', providerMessageId: expect.stringContaining('wamid') },
      selfUri: `${AGENTLESS}/${sent.id}`,
    });
    expect(accepted()).toHaveLength(1);
    await eventually('the delivery', async () => {
      const { body } = await world.app.admin.get(sent.selfUri).expect(200);
      return ['delivery-success', 'read'].includes(body.message.status);
    });
  });

  it('are told to the outgoing webhooks of the home division, each status once', async () => {
    const [receiver, strange] = [await Receiver.start(), await Receiver.start()];
    const south = await world.app.createDivision('South');
    const define = (name: string, url: string, division: string): Json =>
      world.app.admin
        .post('/api/v2/outbound/webhooks')
        .send({ name, url, division: { id: division } })
        .expect(200);
    await define('Home', receiver.url, world.app.homeDivisionId);
    await define('South', strange.url, south);
    const sent = await send(202);
    const own = (): Json[] => receiver.events.filter((event: Json) => event.conversationId === sent.id);
    await eventually('the delivery', () =>
      Promise.resolve(own().some(({ status }) => status === 'DeliverySuccess')),
    );
    // Some read it, some do not.
    const statuses = own().map(({ status }) => status as string);
    expect(statuses.filter((status) => status !== 'Read').sort()).toEqual([
      'DeliverySuccess',
      'Outcome',
      'Published',
    ]);
    expect(own().find(({ status }) => status === 'Outcome')).toMatchObject({
      campaignId: null,
      contactId: null,
      divisionId: world.app.homeDivisionId,
      contentTemplateId: responseId,
      integrationId,
      address: `+${TO}`,
      disposition: 'OUTBOUND-MESSAGE-SENT',
    });
    expect(strange.received).toEqual([]);
    await world.app.db.query('DELETE FROM outgoing_webhooks');
    await Promise.all([receiver.close(), strange.close()]);
  });

  it('are repeated by nobody who gives an Idempotency-Key', async () => {
    const before = accepted().length;
    const once = (): Json => post().set('idempotency-key', 'single-1').expect(202);
    const first = (await once()).body;
    expect((await once()).body.id).toBe(first.id);
    expect(accepted()).toHaveLength(before + 1);
  });

  it('name everything that is wrong at once, and nothing leaves', async () => {
    const before = accepted().length;
    const wrong = await post(
      { toAddress: '12' },
      { bodyParameters: [{ id: 'nme', value: 'x' }], headerParameters: [{ id: 'hdr', value: 'x' }] },
    ).expect(400);
    expect(wrong.body.errors.map(({ code }: Json) => code)).toEqual([
      'whatsapp.id.invalid',
      'substitution.mismatch',
      'substitution.mismatch',
    ]);
    const missing = await post({}, { bodyParameters: [] }).expect(400);
    expect(missing.body.message).toContain('{{order}}');
    await post({ toAddressMessengerType: 'sms' }).expect(400);
    await post({}, { bodyParameters: [{ id: 'order', value: 'x'.repeat(1_024) }] }).expect(400);
    expect(accepted()).toHaveLength(before);
  });

  it('never go to somebody on a DNC list', async () => {
    const before = accepted().length;
    const list = await world.app.admin
      .post(DNC)
      .send({ name: 'Stop', dncSourceType: 'rds', contactMethod: 'WhatsApp' })
      .expect(200);
    const numbers = `${DNC}/${list.body.id}/whatsappnumbers`;
    await world.app.admin
      .patch(numbers)
      .send({ action: 'Add', whatsAppNumbers: [`+${TO}`] })
      .expect(204);
    expect((await post().expect(400)).body.code).toBe('recipient.on.dnc.list');
    await world.app.admin
      .patch(numbers)
      .send({ action: 'Remove', whatsAppNumbers: [`+${TO}`] })
      .expect(204);
    expect(accepted()).toHaveLength(before);
  });

  it('go at one a second at most; who would wait too long is told so', async () => {
    const before = accepted().length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => post({ toAddress: `49151123400${n}1` })),
    );
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    expect(count(202) + count(429)).toBe(8);
    expect(count(429)).toBeGreaterThanOrEqual(1);
    const times = accepted()
      .slice(before)
      .map(({ acceptedAt }) => acceptedAt as number);
    expect(times).toHaveLength(count(202));
    // A message may leave half a second after its slot, so two of them are at least half a second apart.
    for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeGreaterThan(400);
  });

  it('say what WhatsApp has against them', async () => {
    await world.control('/faults', { action: 'error', code: 131026, times: 1 });
    const refused = await send(400);
    expect(refused).toMatchObject({ code: 'whatsapp.refused', messageParams: { code: '131026' } });
  });
});
