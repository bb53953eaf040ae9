import request from 'supertest';
import { eventually } from '../../support/eventually.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';

/**
 * Replays, call by call, what the Terraform provider of Genesys Cloud does for each resource that concerns the product:
 * it looks the name up over the whole list, creates, reads until there is something, updates with the version that it
 * read, deletes, and reads until it gets a 404. It sends its own user agent and a JSON content type with every call.
 */

type Body = Record<string, unknown> & { id: string; version?: number };
interface Listing {
  entities: Body[];
  pageCount: number;
  total: number;
}

const OUTBOUND = '/api/v2/outbound';
const RESPONSES = '/api/v2/responsemanagement';
const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';

let world: WhatsAppWorld;
let token: string;
/** Ids of what was created, by resource. */
const made: Record<string, string> = {};

beforeAll(async () => {
  world = await startWhatsAppWorld();
});
afterAll(() => world?.close());

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

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

interface Resource {
  /** Of the provider, without its prefix. */
  type: string;
  path: string;
  /** What the provider adds to its list calls; empty values count as absent. */
  listQuery?: string;
  create: () => Record<string, unknown> & { name: string };
  update: (read: Body) => object;
  /** Part of the answer to the update. */
  updated: () => object;
  /** Whether an update with an outdated version is refused. */
  hasVersion: boolean;
  /** What the provider reads besides the resource itself. */
  alsoReads?: (id: string) => Promise<void>;
  beforeDelete?: (id: string) => Promise<void>;
  deleteQuery?: string;
}

const ref = (type: string): { id: string } => ({ id: made[type]! });
const LIST_QUERY = '&allowEmptyResult=true&filterType=&name=&sortBy=&sortOrder=';
const template = (content: string) => ({
  responseType: 'MessagingTemplate',
  texts: [{ content, contentType: 'text/plain' }],
  interactionType: undefined,
  substitutions: [{ id: 'first_name', defaultValue: 'Kundin' }, { id: 'voucher' }],
  messagingTemplate: { whatsApp: { name: 'order_update', language: 'en_US', namespace: 'ns' } },
});
const slots = (stopTime: string) => [
  { timeZoneId: 'Europe/Berlin', timeSlots: [{ startTime: '09:00:00', stopTime, day: 1 }] },
];
const digitalRule = (value: string) => ({
  name: 'Skip debtors',
  order: 0,
  category: 'PreContact',
  conditions: [
    {
      inverted: false,
      contactColumnConditionSettings: {
        columnName: 'amount',
        operator: 'Equals',
        value,
        valueType: 'String',
      },
    },
  ],
  actions: [{ doNotSendActionSettings: {} }],
});

const RESOURCES: Resource[] = [
  {
    type: 'auth_division',
    path: '/api/v2/authorization/divisions',
    listQuery: '&objectCount=false&name=',
    create: () => ({ name: 'TF division', description: 'by Terraform' }),
    update: () => ({ name: 'TF division', description: 'changed' }),
    updated: () => ({ description: 'changed' }),
    hasVersion: false,
    alsoReads: async (id) => {
      const division = await ok('get', `/api/v2/authorization/divisions/${id}?objectCount=true`);
      expect(division.objectCounts).toEqual(expect.any(Object));
    },
    deleteQuery: '?force=false',
  },
  {
    type: 'auth_role',
    path: '/api/v2/authorization/roles',
    create: () => ({
      name: 'TF role',
      description: '',
      permissions: [],
      permissionPolicies: [
        { domain: 'outbound', entityName: 'dncList', actionSet: ['view'], allowConditions: false },
      ],
    }),
    update: () => ({
      name: 'TF role',
      description: 'changed',
      permissions: [],
      permissionPolicies: [
        { domain: 'outbound', entityName: 'dncList', actionSet: ['view', 'add'], allowConditions: false },
      ],
    }),
    updated: () => ({ description: 'changed' }),
    hasVersion: false,
    alsoReads: async () => {
      const permissions = await ok<{ entities: unknown[] }>(
        'get',
        '/api/v2/authorization/permissions?pageSize=100&pageNumber=1&queryType=domain&query=outbound',
      );
      expect(permissions.entities.length).toBeGreaterThan(0);
    },
  },
  {
    type: 'outbound_contact_list',
    path: `${OUTBOUND}/contactlists`,
    listQuery: `&includeImportStatus=false&includeSize=false${LIST_QUERY}`,
    create: () => ({
      name: 'TF list',
      division: ref('auth_division'),
      columnNames: ['id', 'wa', 'first_name', 'voucher', 'amount'],
      phoneColumns: [],
      emailColumns: [],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
      previewModeAcceptedValues: [],
      automaticTimeZoneMapping: false,
      trimWhitespace: true,
    }),
    update: (read) => ({ ...read, name: 'TF list 2' }),
    updated: () => ({ name: 'TF list 2', columnNames: ['id', 'wa', 'first_name', 'voucher', 'amount'] }),
    hasVersion: true,
    alsoReads: async (id) => {
      const found = await ok('post', `${OUTBOUND}/contactlists/${id}/contacts/search`, {});
      expect(found.contactsCount).toBe(0);
      expect(await ok('get', `${OUTBOUND}/contactlists/${id}/importstatus`)).not.toHaveProperty('state');
    },
  },
  {
    type: 'outbound_contactlistfilter',
    path: `${OUTBOUND}/contactlistfilters`,
    listQuery: LIST_QUERY,
    create: () => ({
      name: 'TF filter',
      sourceType: 'ContactList',
      contactList: ref('outbound_contact_list'),
      filterType: 'AND',
      clauses: [
        {
          filterType: 'AND',
          predicates: [
            {
              column: 'amount',
              columnType: 'numeric',
              operator: 'GREATER_THAN',
              value: '1',
              inverted: false,
            },
          ],
        },
      ],
    }),
    update: (read) => ({ ...read, filterType: 'OR' }),
    updated: () => ({ filterType: 'OR' }),
    hasVersion: true,
  },
  {
    type: 'outbound_dnclist',
    path: `${OUTBOUND}/dnclists`,
    listQuery: `&includeImportStatus=false&includeSize=false${LIST_QUERY}&dncSourceType=`,
    create: () => ({
      name: 'TF DNC',
      division: ref('auth_division'),
      dncSourceType: 'rds',
      contactMethod: 'Phone',
      loginId: '',
      campaignId: '',
      licenseId: '',
      customExclusionColumn: '',
      dncCodes: [],
    }),
    update: (read) => ({ ...read, name: 'TF DNC 2' }),
    updated: () => ({ name: 'TF DNC 2', contactMethod: 'Phone' }),
    hasVersion: true,
    alsoReads: async (id) => {
      const numbers = `${OUTBOUND}/dnclists/${id}/phonenumbers`;
      await ok('post', `${numbers}?expirationDateTime=`, ['+4915112345678']);
      const soon = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}Z`;
      await ok('post', `${numbers}?expirationDateTime=${encodeURIComponent(soon)}`, ['+4915112345679']);
      expect(
        await ok('get', `${OUTBOUND}/dnclists/${id}?includeImportStatus=true&includeSize=true`),
      ).toMatchObject({
        size: 2,
      });
    },
    beforeDelete: async (id) => {
      await ok('delete', `${OUTBOUND}/dnclists/${id}/phonenumbers?expiredOnly=false`);
    },
  },
  {
    type: 'outbound_callabletimeset',
    path: `${OUTBOUND}/callabletimesets`,
    listQuery: LIST_QUERY,
    create: () => ({ name: 'TF times', callableTimes: slots('17:00:00') }),
    update: (read) => ({ ...read, callableTimes: slots('18:00:00') }),
    updated: () => ({ callableTimes: slots('18:00:00') }),
    hasVersion: true,
  },
  {
    type: 'outbound_digitalruleset',
    path: `${OUTBOUND}/digitalrulesets`,
    listQuery: '&sortBy=&sortOrder=&name=&id=',
    create: () => ({
      name: 'TF rules',
      contactList: ref('outbound_contact_list'),
      rules: [digitalRule('17')],
    }),
    update: (read) => ({ ...read, rules: [digitalRule('18')] }),
    updated: () => ({ rules: [{ name: 'Skip debtors', category: 'PreContact' }] }),
    hasVersion: true,
  },
  {
    type: 'responsemanagement_library',
    path: `${RESPONSES}/libraries`,
    listQuery: '&libraryPrefix=',
    create: () => ({ name: 'TF library' }),
    update: (read) => ({ name: 'TF library 2', version: read.version }),
    updated: () => ({ name: 'TF library 2' }),
    hasVersion: true,
  },
];

const RESPONSE: Resource = {
  type: 'responsemanagement_response',
  path: `${RESPONSES}/responses`,
  create: () => ({
    name: 'TF response',
    libraries: [ref('responsemanagement_library')],
    ...template('Hello {{first_name}}, your order {{voucher}} is on its way.'),
  }),
  update: (read) => ({ ...read, name: 'TF response 2' }),
  updated: () => ({ name: 'TF response 2' }),
  hasVersion: true,
};

const CAMPAIGN: Resource = {
  type: 'outbound_messagingcampaign',
  path: `${OUTBOUND}/messagingcampaigns`,
  listQuery: '&sortBy=&sortOrder=&name=&contactListId=&divisionId=&type=&senderSmsPhoneNumber=&id=',
  create: () => ({
    name: 'TF campaign',
    division: ref('auth_division'),
    campaignStatus: 'off',
    contactList: ref('outbound_contact_list'),
    contactListFilters: [ref('outbound_contactlistfilter')],
    dncLists: [ref('outbound_dnclist')],
    messagesPerMinute: 10,
    alwaysRunning: false,
    contactSorts: [{ fieldName: 'amount', direction: 'ASC', numeric: false }],
    dynamicContactQueueingSettings: { sort: false, filter: false },
    ruleSets: [],
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: ref('integration'),
      contentTemplate: ref('responsemanagement_response'),
    },
  }),
  update: (read) => ({ ...read, messagesPerMinute: 20 }),
  updated: () => ({ messagesPerMinute: 20, campaignStatus: 'off' }),
  hasVersion: true,
};

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

  it.each(RESOURCES.map(({ type, path }) => ({ type, path })))(
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
