import request from 'supertest';
import { eventually } from '../../support/eventually.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';
import {
  type Body,
  campaignResource,
  type Method,
  OUTBOUND,
  plainResources,
  type Resource,
  responseResource,
  RESPONSES,
} from './terraform-resources.js';

/**
 * Replays, call by call, what the Terraform provider of Genesys Cloud does for each resource that concerns the product:
 * it looks the name up over the whole list, creates, reads until there is something, updates with the version that it
 * read, deletes, and reads until it gets a 404. It sends its own user agent and a JSON content type with every call.
 */

interface Listing {
  entities: Body[];
  pageCount: number;
  total: number;
}

const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';

let world: WhatsAppWorld;
let token: string;
/** Ids of what was created, by resource. */
const made: Record<string, string> = {};

beforeAll(async () => {
  world = await startWhatsAppWorld();
});
afterAll(() => world?.close());

function call(method: Method, path: string, body?: object): request.Test {
  const test = request(world.app.baseUrl)
    [method](path)
    .set('authorization', `Bearer ${token}`)
    .set('user-agent', 'GC Terraform Provider/1.70.0')
    .set('tf-correlation-id', '7c3f0a3e-8a52-4a1b-9f0a-3d1c0a7b2e11')
    .set('content-type', 'application/json');
  return body === undefined ? test : test.send(body);
}

async function ok<T = Body>(method: Method, path: string, body?: object): Promise<T> {
  const answer = await call(method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body as T;
}

/** The provider asks until there is a file, and downloads it with its token. */
async function readExport(path: string): Promise<[string, string][]> {
  await ok('post', path);
  const { uri } = await eventually('the export', async () => {
    const answer = await call('get', path);
    return answer.status === 200 && (answer.body as { uri: string });
  });
  const file = await fetch(uri, { headers: { authorization: `Bearer ${token}` } });
  expect(file.status).toBe(200);
  const [header, ...lines] = (await file.text()).trim().split(/\r?\n/u);
  expect(header?.split(',')).toHaveLength(3);
  return lines.map((line) => [line.split(',')[0]!, line.split(',')[2]!]);
}

/** The provider reads lists page by page until one is empty. */
async function findByName(path: string, query: string, name: string): Promise<Body | undefined> {
  for (let page = 1; ; page += 1) {
    const listing = await ok<Listing>('get', `${path}?pageSize=100&pageNumber=${page}${query}`);
    expect(listing.pageCount).toEqual(expect.any(Number));
    if (listing.entities.length === 0) return undefined;
    const found = listing.entities.find((entity) => entity.name === name);
    if (found) return found;
  }
}

const RESOURCES = plainResources({ made, ok, readExport });
const RESPONSE = responseResource({ made, ok, readExport });
const CAMPAIGN = campaignResource({ made, ok, readExport });

/** Create, read, list, update, and an update by somebody who is late. */
async function createAndUpdate(resource: Resource): Promise<void> {
  const { type, path, listQuery = '', create, update, updated, hasVersion, alsoReads } = resource;
  const body = create();
  expect(await findByName(path, listQuery, body.name)).toBeUndefined();
  const created = await ok('post', path, body);
  made[type] = created.id;
  const read = await ok('get', `${path}/${created.id}`);
  expect(read).toMatchObject({ id: created.id, name: body.name });
  expect((await findByName(path, listQuery, body.name))?.id).toBe(created.id);
  await alsoReads?.(created.id);
  // The provider reads again right before it writes.
  const fresh = await ok('get', `${path}/${created.id}`);
  await ok('put', `${path}/${created.id}`, update(fresh));
  expect(await ok('get', `${path}/${created.id}`)).toMatchObject(updated());
  if (!hasVersion) return;
  const late = await call('put', `${path}/${created.id}`, update(fresh)).expect(409);
  expect(late.body).toMatchObject({ status: 409, code: expect.any(String) });
}

async function remove({ type, path, beforeDelete, deleteQuery = '' }: Resource): Promise<void> {
  const id = made[type]!;
  await beforeDelete?.(id);
  await ok('delete', `${path}/${id}${deleteQuery}`);
  const gone = await call('get', `${path}/${id}`).expect(404);
  expect(gone.body).toMatchObject({ status: 404, code: expect.any(String), message: expect.any(String) });
}

describe('the provider', () => {
  it('starts: token, products, organisation, home division', async () => {
    const [admin] = await world.app.db.query<[{ id: string }]>(
      `SELECT id FROM roles WHERE default_role_id = 'admin'`,
    );
    const { body: client } = await world.app.admin
      .post('/api/v2/oauth/clients')
      .send({
        name: 'Terraform',
        authorizedGrantType: 'CLIENT-CREDENTIALS',
        roleDivisions: [{ roleId: admin.id, divisionId: '*' }],
      })
      .expect(200);
    const granted = await request(world.app.baseUrl)
      .post('/oauth/token')
      .auth(client.id as string, client.secret as string)
      .type('form')
      .send({ grant_type: 'client_credentials' })
      .expect(200);
    token = (granted.body as { access_token: string }).access_token;
    expect(await ok('get', '/api/v2/authorization/products')).toMatchObject({
      total: expect.any(Number),
      entities: expect.arrayContaining([expect.objectContaining({ id: expect.any(String) })]),
    });
    expect(await ok('get', '/api/v2/organizations/me')).toMatchObject({ id: expect.any(String) });
    expect(await ok('get', '/api/v2/authorization/divisions/home')).toMatchObject({ homeDivision: true });
  });

  it.each(RESOURCES)('creates, reads, lists and updates $type', (resource) => createAndUpdate(resource));

  it('creates a response in its library, which it lists by library', async () => {
    const listQuery = `&libraryId=${made.responsemanagement_library}`;
    await createAndUpdate({ ...RESPONSE, listQuery });
    await ok('get', `${RESPONSES}/libraries/${made.responsemanagement_library}`);
  });

  it('creates and activates a WhatsApp integration', async () => {
    const name = 'TF WhatsApp';
    expect(await findByName(INTEGRATIONS, '&expand=', name)).toBeUndefined();
    made.integration = await world.activate(name, '+4915792300001').catch(() => '');
    if (made.integration === '') {
      const all = await ok<Listing>('get', `${INTEGRATIONS}?pageSize=100&pageNumber=1`);
      throw new Error(`The integration did not get active: ${JSON.stringify(all.entities)}`);
    }
    const read = await ok('get', `${INTEGRATIONS}/${made.integration}?expand=`);
    expect(read).toMatchObject({ name, status: 'Active' });
    await ok('patch', `${INTEGRATIONS}/${made.integration}`, { name: 'TF WhatsApp 2' });
    expect((await findByName(INTEGRATIONS, '&expand=', 'TF WhatsApp 2'))?.id).toBe(made.integration);
  });

  it('adds, reads, changes and deletes a contact', async () => {
    const list = made.outbound_contact_list!;
    const path = `${OUTBOUND}/contactlists/${list}/contacts`;
    const data = { id: '1', wa: '+4915112345678', first_name: 'Ada', voucher: 'V', amount: '20' };
    const body = [{ contactListId: list, data, callable: true }];
    const [contact] = await ok<Body[]>(
      'post',
      `${path}?priority=false&clearSystemData=false&doNotQueue=false`,
      body,
    );
    const one = `${path}/${contact!.id}`;
    expect(await ok('get', one)).toMatchObject({ data, callable: true });
    expect(await ok('post', `${path}/search`, {})).toMatchObject({ contactsCount: 1 });
    await ok('put', one, { contactListId: list, data: { ...data, amount: '30' }, callable: true });
    expect(await ok('get', one)).toMatchObject({ data: { amount: '30' } });
    made.contact = one;
  });

  it('creates, reads, lists and updates a campaign', () => createAndUpdate(CAMPAIGN));

  it('is told in words it can retry on what is still used', async () => {
    const refused = await call('delete', `${OUTBOUND}/contactlists/${made.outbound_contact_list}`).expect(
      400,
    );
    expect(refused.body).toMatchObject({ code: 'contact.list.in.use' });
    const dnc = await call('delete', `${OUTBOUND}/dnclists/${made.outbound_dnclist}`).expect(400);
    expect(dnc.body).toMatchObject({ code: 'dnc.list.in.use' });
  });

  it('deletes all of it, and reads 404 afterwards', async () => {
    await remove(CAMPAIGN);
    await ok('delete', made.contact!);
    await call('get', made.contact!).expect(404);
    await ok('delete', `${INTEGRATIONS}/${made.integration}`);
    await eventually('the integration being gone', async () => {
      return (await call('get', `${INTEGRATIONS}/${made.integration}`)).status === 404;
    });
    await remove(RESPONSE);
    for (const resource of [...RESOURCES].reverse()) await remove(resource);
  });

  const INTEGRATION = { type: 'conversations_messaging_integrations_whatsapp', path: INTEGRATIONS };
  it.each([...RESOURCES, CAMPAIGN, INTEGRATION].map(({ type, path }) => ({ type, path })))(
    'gets an empty page past the end of $type',
    async ({ path }) => {
      const listing = await ok<Listing>('get', `${path}?pageSize=100&pageNumber=7`);
      expect(listing).toMatchObject({
        entities: [],
        total: expect.any(Number),
        pageCount: expect.any(Number),
      });
    },
  );
});
