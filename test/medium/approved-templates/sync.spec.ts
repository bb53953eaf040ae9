import { TemplateSyncSweeper } from '../../../src/modules/approved-templates/template-sync.sweeper.js';
import { eventually } from '../../support/eventually.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';

const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';
const RESPONSES = '/api/v2/responsemanagement/responses';
const LIBRARIES = '/api/v2/responsemanagement/libraries';
const GONE = '00000000-0000-4000-8000-000000000000';

// Answers are looked into freely; the expectations are the types here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('templates of WhatsApp in response libraries', () => {
  let world: WhatsAppWorld;
  let id: string;
  let libraryId: string;

  beforeAll(async () => {
    world = await startWhatsAppWorld();
    id = await world.activate('Shop', '+4915792300001');
    const sync = await untilDone();
    libraryId = sync.result.libraryId;
  });

  afterAll(() => world?.close());

  const get = async (path: string): Promise<Json> => (await world.app.admin.get(path).expect(200)).body;
  const untilDone = (since = ''): Promise<Json> =>
    eventually('the sync', async () => {
      const sync = await get(`${INTEGRATIONS}/${id}/templates/sync`);
      return sync.status === 'DONE' && sync.dateFinished >= since && sync;
    });
  const syncNow = async (): Promise<Json> => {
    await world.app.admin.post(`${INTEGRATIONS}/${id}/templates/sync`).expect(202);
    return untilDone();
  };
  const response = async (name: string): Promise<Json> =>
    (await get(`${RESPONSES}?libraryId=${libraryId}&pageSize=100`)).entities.find(
      (found: Json) => found.name === name,
    );
  const templateOf = async (name: string): Promise<Json> => (await response(name)).messagingTemplate.whatsApp;
  const put = (body: Json): Promise<Json> => world.app.admin.put(`${RESPONSES}/${body.id}`).send(body);
  const waba = (): Json => world.simulator.simulation.world.wabas.get('930000000000001');

  it('come with the activation: one response for each name and language, with state and content', async () => {
    expect(await get(`${LIBRARIES}/${libraryId}`)).toMatchObject({ name: 'WhatsApp Shop' });
    const page = await get(`${RESPONSES}?libraryId=${libraryId}&pageSize=100`);
    expect(page.entities.map((found: Json) => found.name)).toEqual([
      'autumn_offer (de)',
      'autumn_offer (en_US)',
      'flash_sale (en_US)',
      'lucky_winner (en_US)',
      'order_update (en_US)',
    ]);
    expect(page.entities[0]).toMatchObject({
      responseType: 'MessagingTemplate',
      texts: [{ content: 'Hallo {{first_name}}, Ihr Gutschein {{voucher}} gilt bis Sonntag.' }],
      substitutions: [{ id: 'first_name' }, { id: 'voucher' }, { id: 'button_2' }],
      messagingTemplate: {
        whatsApp: {
          name: 'autumn_offer',
          language: 'de',
          header: { type: 'Text', content: 'Herbstangebot für Sie' },
          buttons: [
            { type: 'QuickReply', content: 'STOP' },
            { type: 'Url', content: 'https://shop.example.com/v/{{button_2}}', contentText: 'Zum Angebot' },
          ],
          messageFooter: { type: 'Text' },
          integrationId: id,
          category: 'MARKETING',
          templateStatus: 'APPROVED',
        },
      },
    });
    expect(page.entities[3].messagingTemplate.whatsApp).toMatchObject({
      templateStatus: 'REJECTED',
      statusInfo: { code: 'template.rejected', message: 'PROMOTIONAL' },
    });
  });

  it('show within seconds what WhatsApp tells by webhook, also on responses made by hand', async () => {
    const byHand = (
      await world.app.admin
        .post(RESPONSES)
        .send({
          name: 'By hand',
          libraries: [{ id: libraryId }],
          responseType: 'MessagingTemplate',
          texts: [{ content: 'Hi {{1}} {{2}}' }],
          substitutions: [{ id: '1' }, { id: '2' }],
          messagingTemplate: { whatsApp: { name: 'order_update', language: 'en_US' } },
        })
        .expect(200)
    ).body;
    await world.control('/templates/1720000000000001/status', { status: 'PAUSED', reason: 'NONE' });
    await eventually(
      'the pause',
      async () => (await templateOf('order_update (en_US)')).templateStatus === 'PAUSED',
    );
    expect((await get(`${RESPONSES}/${byHand.id}`)).messagingTemplate.whatsApp).toMatchObject({
      templateStatus: 'PAUSED',
      category: 'UTILITY',
    });
    await world.control('/templates/1720000000000001/status', { status: 'APPROVED', category: 'MARKETING' });
    await eventually('the approval', async () => {
      const { templateStatus, category } = await templateOf('order_update (en_US)');
      return templateStatus === 'APPROVED' && category === 'MARKETING';
    });
    await world.app.admin.delete(`${RESPONSES}/${byHand.id}`).expect(200);
  });

  it('follow a changed text, keep default values, and leave alone what a person has edited', async () => {
    const change = (name: string, text: string): void => {
      const found = waba()
        .templates.list()
        .find((template: Json) => template.name === name);
      waba().templates.put({ ...found, components: [{ type: 'BODY', text }] });
    };
    await syncNow();
    // A default value alone is an edit as well: the person decides on the text from then on.
    const flash = await response('flash_sale (en_US)');
    const edited = await put({ ...flash, texts: [{ content: 'Mine' }] });
    expect(edited.body).toMatchObject({ version: 2 });
    await world.app.db.query(
      `UPDATE responses SET substitutions = '[{"id": "1", "defaultValue": "you"}, {"id": "2"}]'
        WHERE integration_id = $1 AND name = 'order_update (en_US)'`,
      [id],
    );
    change('flash_sale', 'Theirs');
    change('order_update', 'Dear {{1}}, order {{2}} leaves.');
    expect(await syncNow()).toMatchObject({ result: { templates: 5, created: 0, updated: 1, kept: 1 } });
    expect((await response('flash_sale (en_US)')).texts).toMatchObject([{ content: 'Mine' }]);
    expect(await response('order_update (en_US)')).toMatchObject({
      version: 2,
      texts: [{ content: 'Dear {{1}}, order {{2}} leaves.' }],
      substitutions: [{ id: '1', defaultValue: 'you' }, { id: '2' }],
    });
    expect(await syncNow()).toMatchObject({ result: { created: 0, updated: 0, kept: 1 } });
  });

  it('keep the response of a template that WhatsApp has no more, and say which can not be expressed', async () => {
    const [winner] = waba()
      .templates.list()
      .filter((template: Json) => template.name === 'lucky_winner');
    waba().templates.put({
      ...winner,
      name: 'lucky_carousel',
      components: [{ type: 'CAROUSEL', cards: [] }],
    });
    expect((await syncNow()).result.skipped).toEqual([
      { name: 'lucky_carousel', language: 'en_US', reason: 'it has a part of the kind CAROUSEL' },
    ]);
    expect(await templateOf('lucky_winner (en_US)')).toMatchObject({
      templateStatus: 'DELETED',
      statusInfo: { code: 'template.deleted' },
    });
  });

  it('are looked for by the sweeper when the job was lost, and read page by page', async () => {
    for (let n = 0; n < 120; n += 1)
      waba().templates.put({
        id: `18${String(n).padStart(14, '0')}`,
        name: `bulk_${n}`,
        language: 'en',
        category: 'UTILITY',
        status: 'APPROVED',
        parameter_format: 'POSITIONAL',
        components: [{ type: 'BODY', text: 'Hi' }],
      });
    await world.app.db.query(
      `UPDATE template_syncs SET requested_at = now() - interval '1 day', reread = true, done_request_at = NULL, finished_at = NULL`,
    );
    expect(await world.app.app.get(TemplateSyncSweeper).sweep()).toBe(1);
    expect(await untilDone()).toMatchObject({ result: { templates: 125, created: 120 } });
  });

  it('say why they could not be read, and refuse an unknown integration', async () => {
    await world.control('/config', { tokens: { 'simulator-access-token': { expiresAt: 1 } } });
    await world.app.admin.post(`${INTEGRATIONS}/${id}/templates/sync`).expect(202);
    const failed = await eventually('the failure', async () => {
      const sync = await get(`${INTEGRATIONS}/${id}/templates/sync`);
      return sync.error && sync;
    });
    expect(failed).toMatchObject({ status: 'WAITING', error: expect.stringContaining('token') });
    await world.control('/config', { tokens: { 'simulator-access-token': { expiresAt: 0 } } });
    expect((await untilDone()).error).toBeUndefined();
    await world.app.admin.post(`${INTEGRATIONS}/${GONE}/templates/sync`).expect(404);
  });

  describe('previews', () => {
    const preview = async (name: string, body: object, status = 200): Promise<Json> => {
      const { id: responseId } = await response(name);
      return (await world.app.admin.post(`${RESPONSES}/${responseId}/preview`).send(body).expect(status))
        .body;
    };

    it('show the message of a contact, and why it would be passed over', async () => {
      const list = (
        await world.app.admin
          .post('/api/v2/outbound/contactlists')
          .send({
            name: 'Preview',
            columnNames: ['first_name', 'voucher', 'BUTTON_2', 'wa'],
            whatsAppColumns: [{ columnName: 'wa', type: 'mobile' }],
          })
          .expect(200)
      ).body;
      const [anna, nobody] = (
        await world.app.admin
          .post(`/api/v2/outbound/contactlists/${list.id}/contacts`)
          .send([
            {
              contactListId: list.id,
              data: { first_name: 'Anna', voucher: 'V1', BUTTON_2: 'V1', wa: '+4915112345678' },
            },
            {
              contactListId: list.id,
              data: { first_name: '', voucher: 'V', BUTTON_2: '', wa: '' },
            },
          ])
          .expect(200)
      ).body;
      const contact = { contactListId: list.id, contactId: anna.id };
      expect(await preview('autumn_offer (de)', contact)).toMatchObject({
        header: { type: 'Text', content: 'Herbstangebot für Sie' },
        body: 'Hallo Anna, Ihr Gutschein V1 gilt bis Sonntag.',
        footer: 'Antworten Sie mit STOP, um keine Angebote mehr zu erhalten.',
        buttons: [
          { type: 'QuickReply', content: 'STOP' },
          { type: 'Url', content: 'https://shop.example.com/v/V1' },
        ],
        parameters: {
          body: [
            { id: 'first_name', value: 'Anna' },
            { id: 'voucher', value: 'V1' },
          ],
        },
      });
      const empty = await preview('autumn_offer (de)', { ...contact, contactId: nobody.id });
      expect(empty.problem).toMatchObject({
        code: 'OUTBOUND-RULE-ERROR-SKIPPED',
        message: expect.stringContaining('{{first_name}}'),
      });
      expect(empty.body).toContain('Hallo {{first_name}}');
      const long = await preview('autumn_offer (de)', {
        ...contact,
        contactId: nobody.id,
        data: { first_name: 'B'.repeat(1_100), button_2: 'x' },
      });
      expect(long.problem).toMatchObject({ code: 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED' });
      await preview('autumn_offer (de)', { ...contact, contactId: 'nobody' }, 404);
      await preview('autumn_offer (de)', { contactListId: list.id }, 400);
    });
  });
});
