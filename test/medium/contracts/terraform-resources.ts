/** What the provider needs to know of the product while it runs. */
export interface Terraform {
  /** Ids of what was created, by resource. */
  made: Record<string, string>;
  ok: <T = Body>(method: Method, path: string, body?: object) => Promise<T>;
  /** Asks for an export until it is there, and reads the first and the third column of its file. */
  readExport: (path: string) => Promise<[string, string][]>;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Body = Record<string, unknown> & { id: string; version?: number };

export const OUTBOUND = '/api/v2/outbound';
export const RESPONSES = '/api/v2/responsemanagement';

/** How the provider treats one of its resources. */
export interface Resource {
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

const ref = (made: Record<string, string>, type: string): { id: string } => ({ id: made[type]! });
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

/** Those that need no other call in between, in the order in which one refers to the other. */
export const plainResources = ({ made, ok, readExport }: Terraform): Resource[] => [
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
      division: ref(made, 'auth_division'),
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
      contactList: ref(made, 'outbound_contact_list'),
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
      division: ref(made, 'auth_division'),
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
      expect(await readExport(`${OUTBOUND}/dnclists/${id}/export`)).toEqual([
        ['+4915112345678', ''],
        ['+4915112345679', soon],
      ]);
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
      contactList: ref(made, 'outbound_contact_list'),
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

export const responseResource = ({ made }: Terraform): Resource => ({
  type: 'responsemanagement_response',
  path: `${RESPONSES}/responses`,
  create: () => ({
    name: 'TF response',
    libraries: [ref(made, 'responsemanagement_library')],
    ...template('Hello {{first_name}}, your order {{voucher}} is on its way.'),
  }),
  update: (read) => ({ ...read, name: 'TF response 2' }),
  updated: () => ({ name: 'TF response 2' }),
  hasVersion: true,
});

export const campaignResource = ({ made }: Terraform): Resource => ({
  type: 'outbound_messagingcampaign',
  path: `${OUTBOUND}/messagingcampaigns`,
  listQuery: '&sortBy=&sortOrder=&name=&contactListId=&divisionId=&type=&senderSmsPhoneNumber=&id=',
  create: () => ({
    name: 'TF campaign',
    division: ref(made, 'auth_division'),
    campaignStatus: 'off',
    contactList: ref(made, 'outbound_contact_list'),
    contactListFilters: [ref(made, 'outbound_contactlistfilter')],
    dncLists: [ref(made, 'outbound_dnclist')],
    messagesPerMinute: 10,
    alwaysRunning: false,
    contactSorts: [{ fieldName: 'amount', direction: 'ASC', numeric: false }],
    dynamicContactQueueingSettings: { sort: false, filter: false },
    ruleSets: [],
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: ref(made, 'integration'),
      contentTemplate: ref(made, 'responsemanagement_response'),
    },
  }),
  update: (read) => ({ ...read, messagesPerMinute: 20 }),
  updated: () => ({ messagesPerMinute: 20, campaignStatus: 'off' }),
  hasVersion: true,
});
