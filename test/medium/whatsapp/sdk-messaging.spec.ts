import { type RunningSimulator, startSimulator } from '../../../src/simulator/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { loginSdk, refusal, type Sdk } from '../../support/sdk.js';

const NUMBER = '+4915792300001';
const GONE = '00000000-0000-4000-8000-000000000000';

// The official SDK, unchanged, as Terraform and scripts use it.
describe('messaging through the official SDK', () => {
  let simulator: RunningSimulator;
  let app: TestApp;
  let sdk: Sdk;

  beforeAll(async () => {
    simulator = await startSimulator();
    const env = { WHATSAPP_GRAPH_URL: simulator.url, PUBLIC_URL: 'http://127.0.0.1:3000' };
    app = await startTestApp({ role: 'all', env });
    sdk = await loginSdk({
      baseUrl: app.baseUrl,
      clientId: 'admin',
      clientSecret: 'admin-secret-of-tests',
    });
  });

  afterAll(async () => {
    await app?.close();
    await simulator?.close();
  });

  it('keeps supported content, one of them the default', async () => {
    const { conversations } = sdk;
    await expect(conversations.getConversationsMessagingSupportedcontentDefault()).rejects.toMatchObject({
      status: 404,
    });
    const mediaTypes = { allow: { inbound: [{ type: 'image/*' }], outbound: [{ type: '*/*' }] } };
    const created = await conversations.postConversationsMessagingSupportedcontent({
      name: 'Pictures',
      mediaTypes,
    } as never);
    expect(created).toMatchObject({ name: 'Pictures', mediaTypes, version: 1 });
    const { id } = created;
    const changed = await conversations.patchConversationsMessagingSupportedcontentSupportedContentId(id, {
      id,
      name: 'All pictures',
    });
    expect(changed).toMatchObject({ name: 'All pictures', mediaTypes, version: 2 });
    const read = await conversations.getConversationsMessagingSupportedcontentSupportedContentId(id);
    expect(read).toMatchObject({ id, name: 'All pictures' });
    expect((await conversations.getConversationsMessagingSupportedcontent()).total).toBe(1);
    await conversations.putConversationsMessagingSupportedcontentDefault({ id });
    expect(await conversations.getConversationsMessagingSupportedcontentDefault()).toMatchObject({ id });
    const stale = conversations.patchConversationsMessagingSupportedcontentSupportedContentId(id, {
      id,
      name: 'Stale',
      version: 1,
    });
    expect(await refusal(stale)).toMatchObject({ status: 409 });
    const twin = conversations.postConversationsMessagingSupportedcontent({
      name: 'all PICTURES',
      mediaTypes: { allow: { inbound: [{ type: 'picture' }] } },
    } as never);
    expect(await refusal(twin)).toMatchObject({ status: 400 });
  });

  it('keeps messaging settings, one of them the default until it is taken back', async () => {
    const { conversations } = sdk;
    const content = { story: { mention: { inbound: 'Disabled' }, reply: { inbound: 'Enabled' } } };
    const event = { typing: { on: { inbound: 'Enabled', outbound: 'Disabled' } } };
    const created = await conversations.postConversationsMessagingSettings({ name: 'Quiet', content, event });
    expect(created).toMatchObject({ name: 'Quiet', content, event, version: '1' });
    const id = created.id;
    await conversations.putConversationsMessagingSettingsDefault({ settingId: id });
    expect(await conversations.getConversationsMessagingSettingsDefault()).toMatchObject({ id });
    const other = await conversations.postConversationsMessagingSettings({ name: 'Other' });
    await conversations.putConversationsMessagingSettingsDefault({ settingId: other.id });
    expect(await conversations.getConversationsMessagingSettingsDefault()).toMatchObject({ id: other.id });
    await conversations.deleteConversationsMessagingSettingsDefault();
    expect(await refusal(conversations.getConversationsMessagingSettingsDefault())).toMatchObject({
      status: 404,
    });
    await conversations.deleteConversationsMessagingSetting(other.id);
    expect(await refusal(conversations.getConversationsMessagingSetting(other.id))).toMatchObject({
      status: 404,
    });
    expect(await conversations.patchConversationsMessagingSetting(id, { name: 'Calm' })).toMatchObject({
      name: 'Calm',
      content,
    });
    expect((await conversations.getConversationsMessagingSettings()).entities).toHaveLength(1);
  });

  it('creates an integration by number and credential, with its profiles, and keeps these from deletion', async () => {
    const { conversations } = sdk;
    const content = await conversations.getConversationsMessagingSupportedcontentDefault();
    const [setting] = (await conversations.getConversationsMessagingSettings()).entities!;
    const { id } = await conversations.postConversationsMessagingIntegrationsWhatsapp({
      name: 'Shop',
      phoneNumber: '+49 1579 2300001',
      wabaCertificate: 'simulator-access-token',
      messagingSetting: { id: setting!.id },
    });
    await eventually('the signup', async () => {
      const found = await conversations.getConversationsMessagingIntegrationsWhatsappIntegrationId(id);
      return found.createStatus === 'Completed';
    });
    await conversations.patchConversationsMessagingIntegrationsWhatsappEmbeddedsignupIntegrationId(id, {
      pin: '123456',
    });
    const active = await eventually('the activation', async () => {
      const found = await conversations.getConversationsMessagingIntegrationsWhatsappIntegrationId(id, {
        expand: 'supportedContent',
      });
      return found.status === 'Active' && found;
    });
    expect(active).toMatchObject({
      phoneNumber: NUMBER,
      supportedContent: { id: content.id, name: 'All pictures', mediaTypes: content.mediaTypes },
      messagingSetting: { id: setting!.id },
    });
    expect(active.messagingSetting?.name).toBeUndefined();

    const all = await conversations.getConversationsMessagingIntegrations({
      expand: ['messagingSetting'] as never,
      messagingSettingId: setting!.id,
    });
    expect(all.entities).toMatchObject([
      { id, messengerType: 'whatsapp', messagingSetting: { name: 'Calm' }, status: 'Active' },
    ]);
    const none = { supportedContentId: GONE };
    expect((await conversations.getConversationsMessagingIntegrations(none)).total).toBe(0);
    expect((await conversations.getConversationsMessagingIntegrationsWhatsapp(none)).total).toBe(0);

    const inUse = { status: 400, code: 'referential.integrity.error' };
    // All at once: one that is refused before anybody looks would count as an error of its own.
    const refused = await Promise.all(
      [
        conversations.deleteConversationsMessagingSetting(setting!.id),
        conversations.deleteConversationsMessagingSupportedcontentSupportedContentId(content.id),
        conversations.patchConversationsMessagingIntegrationsWhatsappIntegrationId(id, {
          messagingSetting: { id: GONE },
        }),
      ].map((call) => refusal(call)),
    );
    expect(refused).toMatchObject([inUse, inUse, inUse]);
  });

  it('fails the signup when the credential does not reach the number', async () => {
    const { conversations } = sdk;
    const { id } = await conversations.postConversationsMessagingIntegrationsWhatsapp({
      name: 'Elsewhere',
      phoneNumber: '+491701111111',
      wabaCertificate: 'simulator-access-token',
    });
    const failed = await eventually('the signup', async () => {
      const found = await conversations.getConversationsMessagingIntegrationsWhatsappIntegrationId(id);
      return found.createStatus === 'Error' && found;
    });
    expect(failed.createError).toMatchObject({
      code: 'phone.number.not.available',
      message: expect.stringContaining(NUMBER),
    });
  });

  it('finds libraries by id and by criteria, and shows libraries and responses to pickers', async () => {
    const { responses } = sdk;
    const [autumn, winter] = await Promise.all(
      ['Autumn', 'Winter'].map((name) => responses.postResponsemanagementLibraries({ name })),
    );
    const bulk = await responses.postResponsemanagementLibrariesBulk({ libraryIds: [autumn!.id!, GONE] });
    expect(bulk.entities).toMatchObject([{ id: autumn!.id, name: 'Autumn' }]);
    const queried = await responses.postResponsemanagementLibrariesQuery({
      query: [
        {
          or: [
            { key: 'name', operator: 'BEGINS_WITH', value: 'aut' },
            { key: 'id', operator: 'EQUALS', value: winter!.id },
          ],
          not: [{ key: 'name', operator: 'CONTAINS', value: 'tum' }],
        },
      ],
    });
    expect(queried.entities?.map(({ name }) => name)).toEqual(['Winter']);
    const views = await responses.getResponsemanagementLibrariesDivisionviews({ libraryPrefix: 'WIN' });
    expect(views.entities).toEqual([
      { id: winter!.id, name: 'Winter', selfUri: expect.stringContaining(winter!.id!) },
    ]);
    expect(await responses.getResponsemanagementLibrariesDivisionview(winter!.id!)).toEqual(
      views.entities![0],
    );
    const response = await responses.postResponsemanagementResponses({
      name: 'Greeting',
      libraries: [{ id: winter!.id! }],
      texts: [{ content: 'Hallo' }],
    });
    const found = await responses.postResponsemanagementResponsesDivisionviewsQuery({ queryPhrase: 'greet' });
    expect(found.results.entities).toMatchObject([{ id: response.id, name: 'Greeting' }]);
    const view = await responses.getResponsemanagementResponsesDivisionview(response.id!);
    expect(view).toMatchObject({ name: 'Greeting', libraries: [{ id: winter!.id }] });
    expect(view).not.toHaveProperty('texts');
  });
});
