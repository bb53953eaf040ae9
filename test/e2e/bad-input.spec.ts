import { createHmac } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { type Client, startTestApp, type TestApp } from '../support/app.js';

const LISTS = '/api/v2/outbound/contactlists';

describe('bad input', () => {
  let product: TestApp;
  let admin: Client;

  beforeAll(async () => {
    product = await startTestApp({ role: 'all' });
    admin = product.admin;
  });

  afterAll(() => product?.close());

  describe('at the door', () => {
    const login = (authorization: string, body: string) =>
      product.anonymous
        .post('/oauth/token')
        .set('authorization', authorization)
        .type('application/x-www-form-urlencoded')
        .send(body);
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

    it.each([
      ['a wrong secret', basic('admin:wrong'), 'grant_type=client_credentials', 'invalid_client'],
      ['an unknown client', basic('nobody:wrong'), 'grant_type=client_credentials', 'invalid_client'],
      [
        'an unknown grant',
        basic('admin:admin-secret-of-tests'),
        'grant_type=password',
        'unsupported_grant_type',
      ],
      ['no credentials', 'Basic', 'grant_type=client_credentials', 'invalid_request'],
    ])('%s is refused as OAuth asks', async (_name, authorization, body, error) => {
      const answer = await login(authorization, body).expect(400);
      expect(answer.body).toMatchObject({ error, error_description: expect.any(String) });
    });

    it('the same words answer a wrong secret and an unknown client', async () => {
      const wrong = await login(basic('admin:wrong'), 'grant_type=client_credentials');
      const unknown = await login(basic('nobody:wrong'), 'grant_type=client_credentials');
      expect(wrong.body).toEqual(unknown.body);
    });

    it('no token, a foreign token and an expired one are told apart and have the error body', async () => {
      const none = await product.anonymous.get(LISTS).expect(401);
      expect(none.body).toMatchObject({ code: 'authentication.required', status: 401 });
      expect(none.headers['inin-correlation-id']).toBe(none.body.contextId);
      const foreign = await product.anonymous.get(LISTS).set('authorization', 'Bearer x').expect(401);
      expect(foreign.body.code).toBe('bad.credentials');
      const answer = await login(
        basic('admin:admin-secret-of-tests'),
        'grant_type=client_credentials',
      ).expect(200);
      const bearer = `Bearer ${answer.body.access_token}`;
      await product.anonymous.get(LISTS).set('authorization', bearer).expect(200);
      await product.db.query(`UPDATE access_tokens SET expires_at = now() WHERE client_id = 'admin'`);
      const expired = await product.anonymous.get(LISTS).set('authorization', bearer).expect(401);
      expect(expired.body.code).toBe('bad.credentials');
    });

    it('a missing permission is named', async () => {
      const viewer = await product.as(['outbound:contactList:view']);
      const answer = await viewer
        .post(LISTS)
        .send({ name: 'x', columnNames: ['a'] })
        .expect(403);
      expect(answer.body).toMatchObject({
        code: 'missing.permissions',
        messageParams: { permissions: 'outbound:contactList:add' },
      });
    });
  });

  describe('on the wire', () => {
    it('broken JSON, an empty JSON body and an unknown path answer in the error body', async () => {
      const broken = await admin
        .post(LISTS)
        .set('content-type', 'application/json')
        .send('{"name":')
        .expect(400);
      expect(broken.body).toMatchObject({ code: 'bad.request', status: 400, contextId: expect.any(String) });
      await admin.get(LISTS).set('content-type', 'application/json').expect(200);
      const text = await admin.post(LISTS).set('content-type', 'text/plain').send('name').expect(415);
      expect(text.body).toMatchObject({ code: 'unsupported.media.type', status: 415 });
      const unknown = await admin.get('/api/v2/nowhere').expect(404);
      expect(unknown.body).toMatchObject({ code: 'not.found', status: 404 });
    });

    it('web pages of any origin may call, with a token and never with cookies', async () => {
      const answer = await product.anonymous.get(LISTS).set('origin', 'https://shop.example.com').expect(401);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    });

    it('every wrong field is named at once', async () => {
      const answer = await admin.post(LISTS).send({ name: 7, columnNames: 'no list' }).expect(400);
      const fields = answer.body.details.map((detail: { fieldName: string }) => detail.fieldName);
      expect(fields).toEqual(expect.arrayContaining(['name', 'columnNames']));
    });

    it('comma-joined and repeated ids mean the same, an empty value none, and a page past the end is empty', async () => {
      const ids: string[] = [];
      for (const name of ['first', 'second', 'third']) {
        const list = await admin
          .post(LISTS)
          .send({ name, columnNames: ['wa'], whatsAppColumns: [{ columnName: 'wa', type: 'cell' }] })
          .expect(200);
        ids.push(list.body.id);
      }
      const [a, b] = ids;
      const joined = await admin.get(`${LISTS}?id=${a},${b}`).expect(200);
      const repeated = await admin.get(`${LISTS}?id=${a}&id=${b}`).expect(200);
      expect(joined.body.total).toBe(2);
      expect(repeated.body.entities).toEqual(joined.body.entities);
      expect((await admin.get(`${LISTS}?id=&sortBy=`).expect(200)).body.total).toBe(3);
      const past = await admin.get(`${LISTS}?pageNumber=99&pageSize=2`).expect(200);
      expect(past.body).toMatchObject({ entities: [], total: 3, pageCount: 2 });
    });
  });

  describe('in a file', () => {
    let listId: string;

    beforeAll(async () => {
      const list = await admin
        .post(LISTS)
        .send({
          name: 'Files',
          columnNames: ['id', 'wa'],
          whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
        })
        .expect(200);
      listId = list.body.id;
      await admin
        .post(`${LISTS}/${listId}/contacts`)
        .send([{ id: 'kept', contactListId: listId, data: { id: 'kept', wa: '4915112345678' } }])
        .expect(200);
    });

    async function importing(body: string | Buffer): Promise<Record<string, unknown>> {
      const upload = await admin
        .post(`${LISTS}/uploads`)
        .send({ contentType: 'text/csv', id: listId, contactIdName: 'id' })
        .expect(200);
      const { pathname, search } = new URL(upload.body.url);
      await product.anonymous
        .put(pathname + search)
        .set(upload.body.headers)
        .send(body)
        .expect(200);
      return eventually('the end of the import', async () => {
        const { body: status } = await admin.get(`${LISTS}/${listId}/importstatus`);
        return status.state !== 'IN_PROGRESS' && status;
      });
    }

    it.each([
      ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0xff, 0xfe])],
      ['a web page', '<!doctype html><html><body>502 Bad Gateway</body></html>'],
      ['a JSON document', '{"contacts":[{"id":"1","wa":"4915112345678"}]}'],
      ['an empty file', ''],
      ['a CSV without the id column', 'wa\n4915112345678\n'],
    ])('%s fails with a reason and leaves the list as it was', async (_name, body) => {
      const status = await importing(body);
      expect(status).toMatchObject({ state: 'FAILED', failureReason: expect.stringMatching(/^[A-Z_]+/u) });
      const found = await admin.post(`${LISTS}/${listId}/contacts/search`).send({}).expect(200);
      expect(found.body.contactsCount).toBe(1);
    });

    it('good rows come in, bad ones are counted', async () => {
      const status = await importing(
        'id,wa\n1,4915112345671\n2,4915112345672,too,many\n3,4.91511E+11\n4,4915112345674\n',
      );
      expect(status.state).toBeUndefined();
      const found = await admin.post(`${LISTS}/${listId}/contacts/search`).send({}).expect(200);
      expect(found.body.contactsCount).toBe(3);
    });
  });

  describe('at the webhook', () => {
    const body = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
    const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const post = (signature?: string) => {
      const call = product.anonymous.post('/webhooks/whatsapp').set('content-type', 'application/json');
      return (signature ? call.set('x-hub-signature-256', signature) : call).send(body.toString());
    };

    it('only a body with the right signature is stored', async () => {
      for (const signature of [undefined, 'sha256=', sign('another-secret'), 'nonsense']) {
        const answer = await post(signature).expect(403);
        expect(answer.body.code).toBe('webhook.signature.invalid');
      }
      const [none] = await product.db.query<[{ count: number }]>(
        `SELECT count(*)::int AS count FROM webhook_events`,
      );
      expect(none.count).toBe(0);
      await post(sign('app-secret-of-tests')).expect(200);
      const [one] = await product.db.query<[{ count: number }]>(
        `SELECT count(*)::int AS count FROM webhook_events`,
      );
      expect(one.count).toBe(1);
    });

    it('the handshake answers the challenge to the right token only', async () => {
      const ask = (token: string) =>
        product.anonymous.get(
          `/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`,
        );
      await ask('wrong-token').expect(403);
      expect((await ask('verify-token-of-tests').expect(200)).text).toBe('42');
    });
  });
});
