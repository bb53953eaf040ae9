import { randomUUID } from 'node:crypto';
import type { AccessWorld } from './access-world.js';
import { hidden, listing, type RouteEntry } from './route-entry.js';

const FILTERS = '/api/v2/outbound/contactlistfilters';
const CONTACT_LISTS = '/api/v2/outbound/contactlists';

async function filterBody(world: AccessWorld): Promise<object> {
  return {
    name: `Filter ${randomUUID()}`,
    sourceType: 'ContactList',
    contactList: { id: await world.list() },
    clauses: [
      { predicates: [{ column: 'amount', columnType: 'numeric', operator: 'GREATER_THAN', value: '1' }] },
    ],
  };
}

async function filter(world: AccessWorld): Promise<{ id: string }> {
  const { body, status, text } = await world.app.admin.post(FILTERS).send(await filterBody(world));
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body as { id: string };
}

/** The list is named in the body, so one out of reach is a wrong value, as one that does not exist. */
const namesItsList = (entry: RouteEntry): RouteEntry => ({ ...entry, foreignStatus: 400 });

export const contactListFilters: Record<string, RouteEntry> = {
  'GET /api/v2/outbound/contactlistfilters': listing(['outbound:contactListFilter:view'], async (world) => {
    await filter(world);
    return FILTERS;
  }),
  'POST /api/v2/outbound/contactlistfilters': namesItsList(
    hidden(['outbound:contactListFilter:add'], 200, async (world) => ({
      path: FILTERS,
      body: await filterBody(world),
    })),
  ),
  'POST /api/v2/outbound/contactlistfilters/bulk/retrieve': listing(
    ['outbound:contactListFilter:view'],
    async (world) => ({ path: `${FILTERS}/bulk/retrieve`, body: { ids: [(await filter(world)).id] } }),
  ),
  'POST /api/v2/outbound/contactlistfilters/preview': namesItsList(
    hidden(['outbound:contact:view'], 200, async (world) => ({
      path: `${FILTERS}/preview`,
      body: await filterBody(world),
    })),
  ),
  'GET /api/v2/outbound/contactlistfilters/:contactListFilterId': hidden(
    ['outbound:contactListFilter:view'],
    200,
    async (world) => `${FILTERS}/${(await filter(world)).id}`,
  ),
  'PUT /api/v2/outbound/contactlistfilters/:contactListFilterId': hidden(
    ['outbound:contactListFilter:edit'],
    200,
    async (world) => {
      const stored = await filter(world);
      return { path: `${FILTERS}/${stored.id}`, body: { ...stored, name: `Filter ${randomUUID()}` } };
    },
  ),
  'DELETE /api/v2/outbound/contactlistfilters/:contactListFilterId': hidden(
    ['outbound:contactListFilter:delete'],
    204,
    async (world) => `${FILTERS}/${(await filter(world)).id}`,
  ),
  'POST /api/v2/outbound/contactlists/:contactListId/contacts/bulk': hidden(
    ['outbound:contact:view'],
    200,
    async (world) => ({ path: `${CONTACT_LISTS}/${await world.list()}/contacts/bulk`, body: ['c1'] }),
  ),
  'DELETE /api/v2/outbound/contactlists/:contactListId/contacts': hidden(
    ['outbound:contact:delete'],
    204,
    async (world) => `${CONTACT_LISTS}/${await world.list()}/contacts?contactIds=c1`,
  ),
};
