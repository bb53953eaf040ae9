import request from 'supertest';
import { eventually } from './eventually.js';
import type { Product } from './product.js';

type Body = Record<string, unknown>;

const TEMPLATES = {
  order_update: { language: 'en_US' },
  autumn_offer: {
    language: 'de',
    buttons: [
      { type: 'QuickReply', content: 'Stopp' },
      { type: 'Url', content: 'https://shop.example.com/v/{{voucher}}' },
    ],
  },
};
const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';

/** The API of a running product over HTTP, logged in as its admin. Every answer outside 2xx is an error. */
export class Api {
  private constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  static async login({ baseUrl, clientId, clientSecret }: Product): Promise<Api> {
    const answer = await request(baseUrl)
      .post('/oauth/token')
      .auth(clientId, clientSecret)
      .type('form')
      .send({ grant_type: 'client_credentials' })
      .expect(200);
    return new Api(baseUrl, String(answer.body.access_token));
  }

  get<T = Body>(path: string): Promise<T> {
    return this.send<T>('get', path);
  }

  post<T = Body>(path: string, body?: unknown): Promise<T> {
    return this.send<T>('post', path, body);
  }

  put<T = Body>(path: string, body: unknown): Promise<T> {
    return this.send<T>('put', path, body);
  }

  patch<T = Body>(path: string, body: unknown): Promise<T> {
    return this.send<T>('patch', path, body);
  }

  /** Embedded signup and activation of the simulator's number with high throughput. */
  async activateIntegration(embeddedSignupAccessToken: string): Promise<string> {
    const { id } = await this.post<{ id: string }>(`${INTEGRATIONS}/embeddedsignup`, {
      name: 'Shop',
      embeddedSignupAccessToken,
    });
    const signedUp = await eventually('the signup', async () => {
      const integration = await this.get<{
        createStatus: string;
        availablePhoneNumbers: { entities: { phoneNumber: string }[] };
      }>(`${INTEGRATIONS}/${id}`);
      return integration.createStatus === 'Completed' && integration;
    });
    const { phoneNumber } = signedUp.availablePhoneNumbers.entities.at(-1)!;
    await this.patch(`${INTEGRATIONS}/embeddedsignup/${id}`, { pin: '123456', phoneNumber });
    await eventually(
      'the activation',
      async () => (await this.get(`${INTEGRATIONS}/${id}`)).status === 'Active',
    );
    return id;
  }

  /** A response for a template of the simulator, filled from the columns first_name and voucher. */
  async createTemplate(name: keyof typeof TEMPLATES = 'order_update'): Promise<string> {
    const library = await this.post('/api/v2/responsemanagement/libraries', { name: `For ${name}` });
    const response = await this.post<{ id: string }>('/api/v2/responsemanagement/responses', {
      name,
      libraries: [{ id: library.id }],
      responseType: 'MessagingTemplate',
      texts: [
        { content: 'Hello {{first_name}}, your order {{voucher}} is on its way.', contentType: 'text/plain' },
      ],
      substitutions: [{ id: 'first_name' }, { id: 'voucher' }],
      messagingTemplate: { whatsApp: { name, ...TEMPLATES[name] } },
    });
    return response.id;
  }

  /** A contact list filled from a CSV as `contactsCsv` makes it. */
  async importContacts(name: string, csv: string): Promise<string> {
    const { id } = await this.post<{ id: string }>('/api/v2/outbound/contactlists', {
      name,
      columnNames: ['id', 'first_name', 'wa', 'voucher', 'amount'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    await this.uploadContacts(id, csv);
    return id;
  }

  /** Imports such a CSV into a list. */
  async uploadContacts(id: string, csv: string): Promise<void> {
    await this.upload('contactlists', id, csv, { contactIdName: 'id' });
    await eventually(
      'the import',
      async () => {
        const status = await this.get(`/api/v2/outbound/contactlists/${id}/importstatus`);
        if (status.state === 'FAILED') throw new Error(`import failed: ${String(status.failureReason)}`);
        return !status.state && status.percentComplete === 100;
      },
      120_000,
    );
  }

  /** Sends a CSV to an upload URL of a list, which begins its import. */
  async upload(
    lists: 'contactlists' | 'dnclists',
    id: string,
    csv: string,
    options: { contactIdName?: string } = {},
  ): Promise<void> {
    const { url, headers } = await this.post<{ url: string; headers: Record<string, string> }>(
      `/api/v2/outbound/${lists}/uploads`,
      { contentType: 'text/csv', id, ...options },
    );
    const { origin, pathname, search } = new URL(url);
    await request(origin)
      .put(pathname + search)
      .set(headers)
      .send(csv)
      .expect(200);
  }

  /** The text of a file that the product has written, by its address, which needs a token. */
  async download(uri: string): Promise<string> {
    const link = await request(this.baseUrl)
      .get(new URL(uri).pathname)
      .set('authorization', `Bearer ${this.token}`)
      .expect(302);
    const answer = await fetch(String(link.headers.location));
    if (!answer.ok) throw new Error(`download: ${answer.status}`);
    return answer.text();
  }

  private async send<T>(method: 'get' | 'post' | 'put' | 'patch', path: string, body?: unknown): Promise<T> {
    const call = request(this.baseUrl)[method](path).set('authorization', `Bearer ${this.token}`);
    const answer = await (body === undefined ? call : call.send(body as object));
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body as T;
  }
}
