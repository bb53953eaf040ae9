import { randomUUID } from 'node:crypto';
import { anyToken, creating, hidden, listing, open, type RouteEntry } from './route-entry.js';

const CONTACT_LISTS = '/api/v2/outbound/contactlists';

const DNC_LISTS = '/api/v2/outbound/dnclists';

const named = (name: string): string => `${name} ${randomUUID()}`;

const criteria = {
  clauses: [
    { predicates: [{ column: 'first_name', columnType: 'alphabetic', operator: 'EQUALS', value: 'x' }] },
  ],
};

const contactListBody = (division: string) => ({
  name: named('List'),
  columnNames: ['wa', 'mobile', 'first_name', 'voucher', 'amount'],
  whatsAppColumns: ['wa', 'mobile'].map((columnName) => ({ columnName, type: 'cell' })),
  division: { id: division },
});

const dncListBody = (division: string) => ({
  name: named('DNC'),
  dncSourceType: 'rds',
  contactMethod: 'WhatsApp',
  division: { id: division },
});

export const contactLists: Record<string, RouteEntry> = {
  'GET /api/v2/outbound/contactlists': listing(['outbound:contactList:view'], async (world) => {
    await world.list();
    return CONTACT_LISTS;
  }),
  'POST /api/v2/outbound/contactlists': creating(['outbound:contactList:add'], (world) => ({
    path: CONTACT_LISTS,
    body: contactListBody(world.north),
  })),
  'GET /api/v2/outbound/contactlists/divisionviews': listing(
    ['outbound:contactList:search', 'outbound:contactList:view'],
    async (world) => {
      await world.list();
      return `${CONTACT_LISTS}/divisionviews`;
    },
  ),
  'GET /api/v2/outbound/contactlists/divisionviews/:contactListId': hidden(
    ['outbound:contactList:search', 'outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/divisionviews/${await world.list()}`,
  ),
  'POST /api/v2/outbound/contactlists/uploads': hidden(
    ['outbound:contactList:upload'],
    200,
    async (world) => ({
      path: `${CONTACT_LISTS}/uploads`,
      body: { contentType: 'text/csv', id: await world.list() },
    }),
  ),
  'GET /api/v2/outbound/contactlists/:contactListId': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}`,
  ),
  'PUT /api/v2/outbound/contactlists/:contactListId': hidden(
    ['outbound:contactList:edit'],
    200,
    async (world) => ({
      path: `${CONTACT_LISTS}/${await world.list()}`,
      body: { ...contactListBody(world.north), division: undefined, version: 1 },
    }),
  ),
  'DELETE /api/v2/outbound/contactlists/:contactListId': hidden(
    ['outbound:contactList:delete'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}`,
  ),
  'GET /api/v2/outbound/contactlists/:contactListId/importstatus': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/importstatus`,
  ),
  'GET /api/v2/outbound/contactlists/:contactListId/importstatus/rejections': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/importstatus/rejections`,
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/clear': hidden(
    ['outbound:contact:delete'],
    204,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/clear`,
  ),
  'DELETE /api/v2/outbound/contactlists': {
    ...hidden(
      ['outbound:contactList:delete'],
      204,
      async (world) => `${CONTACT_LISTS}?id=${await world.list()}`,
    ),
    // Deleting what does not exist is no error, and a list of others exists as little; it is still there.
    foreignStatus: 204,
  },
  'POST /api/v2/outbound/contactlists/bulk/update': {
    ...hidden(['outbound:contactList:edit'], 200, async (world) => ({
      path: `${CONTACT_LISTS}/bulk/update`,
      body: { contactListIds: [await world.list()], contactList: { trimWhitespace: false } },
    })),
    // The answer says list by list what went wrong.
    foreignStatus: 200,
  },
  'GET /api/v2/outbound/contactlists/:contactListId/timezonemappingpreview': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/timezonemappingpreview`,
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/contacts/bulk/remove': hidden(
    ['outbound:contact:delete'],
    200,
    async (world) => ({
      path: `${CONTACT_LISTS}/${await world.list()}/contacts/bulk/remove`,
      body: { criteria },
    }),
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/contacts/bulk/update': hidden(
    ['outbound:contact:edit'],
    200,
    async (world) => ({
      path: `${CONTACT_LISTS}/${await world.list()}/contacts/bulk/update`,
      body: { contactIds: ['c1'], contact: { callable: false } },
    }),
  ),
  'GET /api/v2/outbound/contactlists/:contactListId/contacts/bulk/jobs': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/contacts/bulk/jobs`,
  ),
  'GET /api/v2/outbound/contactlists/:contactListId/contacts/bulk/jobs/:jobId': hidden(
    ['outbound:contactList:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.bulkJob()}`,
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/export': {
    ...hidden(
      ['outbound:contact:view', 'outbound:contactList:view'],
      200,
      async (world) => `${CONTACT_LISTS}/${await world.list()}/export`,
    ),
    needsAll: true,
  },
  'GET /api/v2/outbound/contactlists/:contactListId/export': {
    ...hidden(
      ['outbound:contact:view', 'outbound:contactList:view'],
      200,
      async (world) => `${CONTACT_LISTS}/${await world.exportedList()}/export`,
    ),
    needsAll: true,
  },
  'POST /api/v2/outbound/contactlists/:contactListId/contacts': hidden(
    ['outbound:contact:add'],
    200,
    async (world) => {
      const contactListId = await world.list();
      const body = [{ id: 'new', contactListId, data: { wa: '4915112345678' } }];
      return { path: `${CONTACT_LISTS}/${contactListId}/contacts`, body };
    },
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/contacts/search': hidden(
    ['outbound:contact:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/contacts/search`,
  ),
  'GET /api/v2/outbound/contactlists/:contactListId/contacts/:contactId': hidden(
    ['outbound:contact:view'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.contact()}`,
  ),
  'PUT /api/v2/outbound/contactlists/:contactListId/contacts/:contactId': hidden(
    ['outbound:contact:edit'],
    200,
    async (world) => ({
      path: `${CONTACT_LISTS}/${await world.contact()}`,
      body: { data: { wa: '4915112345679' } },
    }),
  ),
  'DELETE /api/v2/outbound/contactlists/:contactListId/contacts/:contactId': hidden(
    ['outbound:contact:delete'],
    200,
    async (world) => `${CONTACT_LISTS}/${await world.contact()}`,
  ),
  'POST /uploads/v2/contactlist': hidden(
    ['outbound:contactList:upload', 'outbound:dncList:upload'],
    200,
    async (world, permission) => {
      const forContacts = permission === 'outbound:contactList:upload';
      const form: Record<string, string> = forContacts
        ? { fileType: 'contactlist', id: await world.list() }
        : { fileType: 'dnclist', id: await world.dncList(), whatsAppColumns: 'wa' };
      return { path: '/uploads/v2/contactlist', form, csv: 'wa\n4915112345678\n' };
    },
  ),
};

export const downloads: Record<string, RouteEntry> = {
  'GET /api/v2/downloads/:downloadId': anyToken(404, () => `/api/v2/downloads/${randomUUID()}`),
  'GET /uploads/v2/downloads/:downloadId': open(
    404,
    () => `/uploads/v2/downloads/${randomUUID()}?expires=1&inline=false&signature=x`,
  ),
};

export const dncLists: Record<string, RouteEntry> = {
  'GET /api/v2/outbound/dnclists': listing(['outbound:dncList:view'], async (world) => {
    await world.dncList();
    return DNC_LISTS;
  }),
  'POST /api/v2/outbound/dnclists': creating(['outbound:dncList:add'], (world) => ({
    path: DNC_LISTS,
    body: dncListBody(world.north),
  })),
  'GET /api/v2/outbound/dnclists/divisionviews': listing(
    ['outbound:dncList:search', 'outbound:dncList:view'],
    async (world) => {
      await world.dncList();
      return `${DNC_LISTS}/divisionviews`;
    },
  ),
  'GET /api/v2/outbound/dnclists/divisionviews/:dncListId': hidden(
    ['outbound:dncList:search', 'outbound:dncList:view'],
    200,
    async (world) => `${DNC_LISTS}/divisionviews/${await world.dncList()}`,
  ),
  'POST /api/v2/outbound/dnclists/uploads': hidden(['outbound:dncList:upload'], 200, async (world) => ({
    path: `${DNC_LISTS}/uploads`,
    body: { contentType: 'text/csv', id: await world.dncList(), whatsAppColumns: 'wa' },
  })),
  'GET /api/v2/outbound/dnclists/:dncListId': hidden(
    ['outbound:dncList:view'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}`,
  ),
  'PUT /api/v2/outbound/dnclists/:dncListId': hidden(['outbound:dncList:edit'], 200, async (world) => ({
    path: `${DNC_LISTS}/${await world.dncList()}`,
    body: { ...dncListBody(world.north), division: undefined, version: 1 },
  })),
  'DELETE /api/v2/outbound/dnclists/:dncListId': hidden(
    ['outbound:dncList:delete'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}`,
  ),
  'GET /api/v2/outbound/dnclists/:dncListId/importstatus/rejections': hidden(
    ['outbound:dncList:view'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}/importstatus/rejections`,
  ),
  'GET /api/v2/outbound/dnclists/:dncListId/importstatus': hidden(
    ['outbound:dncList:view'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}/importstatus`,
  ),
  'PATCH /api/v2/outbound/dnclists/:dncListId/whatsappnumbers': hidden(
    ['outbound:dnc:edit'],
    204,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.dncList()}/whatsappnumbers`,
      body: { action: 'Add', whatsAppNumbers: ['+4915112345678'] },
    }),
  ),
  'PATCH /api/v2/outbound/dnclists/:dncListId/phonenumbers': hidden(
    ['outbound:dnc:edit'],
    204,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.dncList()}/phonenumbers`,
      body: { action: 'Add', phoneNumbers: ['+4915112345678'] },
    }),
  ),
  'POST /api/v2/outbound/dnclists/:dncListId/phonenumbers': hidden(
    ['outbound:dnc:add'],
    204,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.dncList()}/phonenumbers`,
      body: ['+4915112345678'],
    }),
  ),
  'DELETE /api/v2/outbound/dnclists/:dncListId/phonenumbers': hidden(
    ['outbound:dnc:delete'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}/phonenumbers`,
  ),
  'DELETE /api/v2/outbound/dnclists/:dncListId/whatsappnumbers': hidden(
    ['outbound:dnc:delete'],
    200,
    async (world) => `${DNC_LISTS}/${await world.dncList()}/whatsappnumbers`,
  ),
  'PATCH /api/v2/outbound/dnclists/:dncListId/emailaddresses': hidden(
    ['outbound:dnc:edit'],
    204,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.mixedDncList()}/emailaddresses`,
      body: { action: 'Add', emailAddresses: ['ada@example.org'] },
    }),
  ),
  'POST /api/v2/outbound/dnclists/:dncListId/emailaddresses': hidden(
    ['outbound:dnc:add'],
    202,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.mixedDncList()}/emailaddresses`,
      body: ['ada@example.org'],
    }),
  ),
  'DELETE /api/v2/outbound/dnclists/:dncListId/emailaddresses': hidden(
    ['outbound:dnc:delete'],
    200,
    async (world) => `${DNC_LISTS}/${await world.mixedDncList()}/emailaddresses`,
  ),
  'PATCH /api/v2/outbound/dnclists/:dncListId/customexclusioncolumns': hidden(
    ['outbound:dnc:edit'],
    204,
    async (world) => ({
      path: `${DNC_LISTS}/${await world.customDncList()}/customexclusioncolumns`,
      body: { action: 'Add', customExclusionColumnEntries: ['C-17'] },
    }),
  ),
  'DELETE /api/v2/outbound/dnclists/:dncListId/customexclusioncolumns': hidden(
    ['outbound:dnc:delete'],
    200,
    async (world) => `${DNC_LISTS}/${await world.customDncList()}/customexclusioncolumns`,
  ),
  'POST /api/v2/outbound/dnclists/:dncListId/export': {
    ...hidden(
      ['outbound:dnc:view', 'outbound:dncList:view'],
      200,
      async (world) => `${DNC_LISTS}/${await world.dncList()}/export`,
    ),
    needsAll: true,
  },
  'GET /api/v2/outbound/dnclists/:dncListId/export': {
    ...hidden(
      ['outbound:dnc:view', 'outbound:dncList:view'],
      200,
      async (world) => `${DNC_LISTS}/${await world.exportedDncList()}/export`,
    ),
    needsAll: true,
  },
};
