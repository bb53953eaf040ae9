import platformClient from 'purecloud-platform-client-v2';
import { eventually } from './eventually.js';
import type { Product } from './product.js';

/** The official SDK, unchanged, pointed at the product and logged in by client credentials. */
export async function loginSdk(
  product: Pick<Product, 'baseUrl' | 'clientId' | 'clientSecret'>,
): Promise<Sdk> {
  const client = platformClient.ApiClient.instance;
  client.config.live_reload_config = false;
  const { hostname, port } = new URL(product.baseUrl);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) });
  await client.loginClientCredentialsGrant(product.clientId, product.clientSecret);
  return {
    outbound: new platformClient.OutboundApi(),
    conversations: new platformClient.ConversationsApi(),
    responses: new platformClient.ResponseManagementApi(),
    analytics: new platformClient.AnalyticsApi(),
    tokens: new platformClient.TokensApi(),
    organization: new platformClient.OrganizationApi(),
    authorization: new platformClient.AuthorizationApi(),
    notifications: new platformClient.NotificationsApi(),
  };
}

export interface Sdk {
  outbound: platformClient.OutboundApi;
  conversations: platformClient.ConversationsApi;
  responses: platformClient.ResponseManagementApi;
  analytics: platformClient.AnalyticsApi;
  tokens: platformClient.TokensApi;
  organization: platformClient.OrganizationApi;
  authorization: platformClient.AuthorizationApi;
  notifications: platformClient.NotificationsApi;
}

/** What the SDK throws: the body of the answer. */
export interface Refusal {
  status: number;
  code: string;
  limit?: { key: string; value: number };
  details?: { errorCode: string }[];
}

/** The refusal that a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (thrown: Refusal) => thrown,
  );
  if (!error) throw new Error('The call was not refused.');
  return error;
}

/** Embedded signup and activation of the simulator's number with high throughput. */
export async function activateIntegration(sdk: Sdk, product: Product, name = 'Shop'): Promise<string> {
  const created = await sdk.conversations.postConversationsMessagingIntegrationsWhatsappEmbeddedsignup({
    name,
    embeddedSignupAccessToken: product.simulator.accessToken,
  });
  const id = created.id;
  const read = () => sdk.conversations.getConversationsMessagingIntegrationsWhatsappIntegrationId(id);
  const signedUp = await eventually('the signup', async () => {
    const integration = await read();
    return integration.createStatus === 'Completed' && integration;
  });
  const numbers = signedUp.availablePhoneNumbers?.entities ?? [];
  await sdk.conversations.patchConversationsMessagingIntegrationsWhatsappEmbeddedsignupIntegrationId(id, {
    pin: '123456',
    phoneNumber: numbers.at(-1)!.phoneNumber,
  });
  await eventually('the activation', async () => (await read()).status === 'Active');
  return id;
}

/** Library and response for the simulator's marketing template `autumn_offer`. */
export async function createTemplate(sdk: Sdk, name = 'Autumn offer'): Promise<string> {
  const library = await sdk.responses.postResponsemanagementLibraries({ name: `${name} library` });
  const response = await sdk.responses.postResponsemanagementResponses({
    name,
    libraries: [{ id: library.id! }],
    responseType: 'MessagingTemplate',
    texts: [{ content: 'Hallo {{first_name}}, Ihr Gutschein: {{voucher}}', contentType: 'text/plain' }],
    substitutions: [{ id: 'first_name', defaultValue: 'Kundin' }, { id: 'voucher' }],
    messagingTemplate: {
      whatsApp: {
        name: 'autumn_offer',
        language: 'de',
        buttons: [
          { type: 'QuickReply', content: 'Stopp' },
          { type: 'Url', content: 'https://shop.example.com/v/{{voucher}}', contentText: 'Einlösen' },
        ],
      },
    },
  });
  return response.id!;
}

/** A contact list with the WhatsApp column `wa`, filled through a presigned upload. */
export async function importContacts(sdk: Sdk, name: string, csv: string): Promise<string> {
  const list = await sdk.outbound.postOutboundContactlists({
    name,
    columnNames: ['id', 'first_name', 'wa', 'voucher', 'amount'],
    whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
  });
  const upload = await sdk.outbound.postOutboundContactlistsUploads({
    contentType: 'text/csv',
    id: list.id!,
    contactIdName: 'id',
  });
  const put = await fetch(upload.url!, { method: 'PUT', headers: upload.headers, body: csv });
  if (!put.ok) throw new Error(`upload: ${put.status} ${await put.text()}`);
  await eventually('the import', async () => {
    const status = await sdk.outbound.getOutboundContactlistImportstatus(list.id!);
    if ((status.state as string | undefined) === 'FAILED')
      throw new Error(`import failed: ${status.failureReason}`);
    return !status.state && status.percentComplete === 100;
  });
  return list.id!;
}
