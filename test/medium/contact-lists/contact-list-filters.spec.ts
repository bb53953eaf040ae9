import { randomUUID } from 'node:crypto';
import type { Client } from '../../support/app.js';
import { CONTACT_LISTS, ImportWorld } from '../imports/import-fixtures.js';

const FILTERS = '/api/v2/outbound/contactlistfilters';

let world: ImportWorld;
let south: string;
beforeAll(async () => {
  world = await ImportWorld.start();
  south = await world.app.createDivision('South');
});
afterAll(() => world.close());

interface Filter {
  id: string;
  name: string;
  version: number;
  [field: string]: unknown;
}
interface Found {
  entities: { id: string }[];
  [field: string]: unknown;
}

const codesOf = (body: unknown): string[] =>
  (body as { details: { errorCode: string }[] }).details.map(({ errorCode }) => errorCode);
const idsOf = (body: unknown): string[] => (body as Found).entities.map(({ id }) => id);

const nameIs = (value: string) => ({ column: 'name', columnType: 'alphabetic', operator: 'EQUALS', value });
const clausesFor = (value: string) => [{ filterType: 'AND', predicates: [nameIs(value)] }];

async function aFilter(contactListId: string, changes: object = {}, client: Client = world.app.admin) {
  const body = {
    name: `Filter ${randomUUID()}`,
    contactList: { id: contactListId },
    clauses: clausesFor('Ada'),
  };
  const answer = await client.post(FILTERS).send({ ...body, ...changes });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body as Filter;
}

/** A list with the contacts of these names, whose ids are the names. */
async function aListOf(names: string[], divisionId?: string): Promise<string> {
  const list = await world.aContactList({ divisionId });
  const contacts = names.map((name, at) => ({ id: name, data: { id: String(at), name } }));
  await world.app.admin.post(`${CONTACT_LISTS}/${list}/contacts`).send(contacts).expect(200);
  return list;
}

describe('contact list filters', () => {
  it('are created, read, changed and deleted', async () => {
    const list = await world.aContactList({ name: 'Filtered' });
    const created = await aFilter(list, { name: ' Only Ada ', filterType: 'AND', sourceType: 'ContactList' });
    expect(created).toMatchObject({
      name: 'Only Ada',
      version: 1,
      sourceType: 'ContactList',
      filterType: 'AND',
      contactList: { id: list, name: 'Filtered', selfUri: `${CONTACT_LISTS}/${list}` },
      clauses: [{ filterType: 'AND', predicates: [{ ...nameIs('Ada'), inverted: false }] }],
      selfUri: `${FILTERS}/${created.id}`,
    });
    expect(created).not.toHaveProperty('division');
    const changed = await world.app.admin
      .put(`${FILTERS}/${created.id}`)
      .send({ ...created, name: 'Only Bo', clauses: clausesFor('Bo') })
      .expect(200);
    expect(changed.body).toMatchObject({ name: 'Only Bo', version: 2, clauses: clausesFor('Bo') });
    expect((await world.app.admin.get(`${FILTERS}/${created.id}`).expect(200)).body).toEqual(changed.body);
    await world.app.admin.delete(`${FILTERS}/${created.id}`).expect(204);
    const gone = await world.app.admin.get(`${FILTERS}/${created.id}`).expect(404);
    expect(gone.body).toMatchObject({ code: 'contact.list.filter.not.found' });
  });

  it('are refused with all reasons at once', async () => {
    const list = await world.aContactList();
    await aFilter(list, { name: 'Taken' });
    const refused = await world.app.admin
      .post(FILTERS)
      .send({ name: 'TAKEN', contactList: { id: list }, clauses: [{ predicates: [{ column: 'town' }] }] })
      .expect(400);
    expect((refused.body as { details: unknown }).details).toMatchObject([
      { errorCode: 'duplicate.name', fieldName: 'name' },
      { errorCode: 'column.does.not.match.contact.list', fieldName: 'clauses.0.predicates.0.column' },
      { errorCode: 'operator.required', fieldName: 'clauses.0.predicates.0.operator' },
    ]);
    const nothing = await world.app.admin.post(FILTERS).send({}).expect(400);
    expect(codesOf(nothing.body)).toEqual([
      'name.cannot.be.blank',
      'contact.list.cannot.be.blank',
      'clauses.required',
    ]);
    const unknown = await world.app.admin
      .post(FILTERS)
      .send({ name: 'x', contactList: { id: randomUUID() }, clauses: clausesFor('Ada') })
      .expect(400);
    expect(codesOf(unknown.body)).toEqual(['contact.list.not.found']);
  });

  it.each([[null], ['x'], [[null]], [[{ predicates: 'x' }]], [[{ predicates: [null] }]], [[[]]]])(
    'are refused clauses of a wrong shape: %j',
    async (clauses) => {
      const contactList = { id: await world.aContactList() };
      await world.app.admin.post(FILTERS).send({ name: 'Shape', contactList, clauses }).expect(400);
    },
  );

  it('are not changed over a newer version, nor moved to another list', async () => {
    const [list, other] = [await world.aContactList(), await world.aContactList()];
    const filter = await aFilter(list);
    const put = (changes: object) =>
      world.app.admin.put(`${FILTERS}/${filter.id}`).send({ ...filter, ...changes });
    await put({ name: `A ${filter.name}`.slice(0, 60) }).expect(200);
    const stale = await put({}).expect(409);
    expect(stale.body).toMatchObject({
      code: 'invalid.update.wrong.version',
      messageParams: { given: '1', current: '2' },
    });
    const moved = await put({ version: 2, contactList: { id: other } }).expect(400);
    expect(codesOf(moved.body)).toEqual(['cannot.update.contact.list']);
    await put({ version: undefined }).expect(400);
  });

  it('are listed by name and list, in pages, and retrieved by id', async () => {
    const list = await world.aContactList();
    const filters = [];
    for (const name of ['Lister a', 'lister b', 'Lister c']) filters.push(await aFilter(list, { name }));
    const ids = filters.map(({ id }) => id);
    const get = async (query: string) =>
      (await world.app.admin.get(`${FILTERS}?${query}`).expect(200)).body as Found;
    expect(idsOf(await get('name=lister'))).toHaveLength(3);
    expect(
      idsOf(await get(`contactListId=${list}&sortBy=name&sortOrder=descending&divisionId=${south}`)),
    ).toHaveLength(3);
    expect(idsOf(await get('name=LISTER%20B&filterType=Equals'))).toEqual([ids[1]]);
    expect(idsOf(await get(`contactListId=${randomUUID()}`))).toEqual([]);
    expect(await get(`contactListId=${list}&pageSize=2&pageNumber=2`)).toMatchObject({
      total: 3,
      pageCount: 2,
    });
    const asked = [ids[2], randomUUID(), ids[0]];
    const found = await world.app.admin.post(`${FILTERS}/bulk/retrieve`).send({ ids: asked }).expect(200);
    expect(idsOf(found.body)).toEqual([ids[2], ids[0]]);
    await world.app.admin.post(`${FILTERS}/bulk/retrieve`).send({}).expect(400);
  });

  it('are within reach where their list is', async () => {
    const list = await world.aContactList({ divisionId: south });
    const filter = await aFilter(list);
    const actions = ['view', 'add', 'edit', 'delete'] as const;
    const permissions = actions.map((action) => `outbound:contactListFilter:${action}` as const);
    const outsider = await world.app.as(permissions, [world.app.homeDivisionId]);
    const insider = await world.app.as(permissions, [south]);
    await outsider.get(`${FILTERS}/${filter.id}`).expect(404);
    await outsider.put(`${FILTERS}/${filter.id}`).send(filter).expect(404);
    await outsider.delete(`${FILTERS}/${filter.id}`).expect(404);
    expect(idsOf((await outsider.get(`${FILTERS}?contactListId=${list}`)).body)).toEqual([]);
    await expect(aFilter(list, {}, outsider)).rejects.toThrow('contact.list.not.found');
    expect(idsOf((await insider.get(FILTERS)).body)).toEqual([filter.id]);
    await aFilter(list, {}, insider);
    await insider.delete(`${FILTERS}/${filter.id}`).expect(204);
    const reader = await world.app.as(['outbound:contactListFilter:view']);
    await reader.post(FILTERS).send({}).expect(403);
    await reader.post(`${FILTERS}/preview`).send({}).expect(403);
  });

  it('are deleted with their list', async () => {
    const list = await world.aContactList();
    const filter = await aFilter(list);
    await world.app.admin.delete(`${CONTACT_LISTS}/${list}`).expect(200);
    await world.app.admin.get(`${FILTERS}/${filter.id}`).expect(404);
  });

  it('are at most a thousand', async () => {
    const list = await world.aContactList();
    await world.app.db.query(
      `INSERT INTO contact_list_filters (name, contact_list_id, clauses)
       SELECT 'Filler ' || n, $1, '[]' FROM generate_series(1, 1000) AS n`,
      [list],
    );
    await expect(aFilter(list)).rejects.toThrow('max.entity.count.reached');
    await world.app.db.query(`DELETE FROM contact_list_filters WHERE name LIKE 'Filler %'`);
  });
});

describe('the preview of a filter', () => {
  it('counts and shows the contacts that match, without saving anything', async () => {
    const names = ['Bo', ...Array.from({ length: 12 }, (_, at) => `Ada ${at}`)];
    const contactList = { id: await aListOf(names, south) };
    const begins = { column: 'name', operator: 'BEGINS_WITH', value: 'ada' };
    const body = { contactList, clauses: [{ predicates: [begins] }] };
    const reader = await world.app.as(['outbound:contact:view'], [south]);
    const answer = (await reader.post(`${FILTERS}/preview`).send(body).expect(200)).body as {
      preview: unknown[];
    };
    expect(answer).toMatchObject({ filteredContacts: 12, totalContacts: 13 });
    expect(answer.preview).toHaveLength(10);
    expect(answer.preview[0]).toMatchObject({
      id: 'Ada 0',
      contactListId: contactList.id,
      data: { name: 'Ada 0' },
    });
    const outsider = await world.app.as(['outbound:contact:view'], [world.app.homeDivisionId]);
    const refused = await outsider.post(`${FILTERS}/preview`).send({ contactList, clauses: [] }).expect(400);
    expect(codesOf(refused.body)).toEqual(['contact.list.not.found', 'clauses.required']);
  });
});

describe('contacts of a list', () => {
  const search = (list: string, body: object) =>
    world.app.admin.post(`${CONTACT_LISTS}/${list}/contacts/search`).send(body);

  it('are found by criteria or a saved filter, sorted and in pages', async () => {
    const list = await aListOf(['Ada', 'Bo', 'Cy', 'Di']);
    const criteria = { clauses: [{ predicates: [{ ...nameIs('BO'), inverted: true }] }] };
    const contactSorts = [{ fieldName: 'id', direction: 'DESC', numeric: true }];
    const found = await search(list, { criteria, contactSorts, pageSize: 2 }).expect(200);
    expect(found.body).toMatchObject({ total: 3, contactsCount: 4, pageCount: 2 });
    expect(idsOf(found.body)).toEqual(['Di', 'Cy']);
    expect(idsOf((await search(list, { contactSorts }).expect(200)).body)).toEqual(['Di', 'Cy', 'Bo', 'Ada']);
    const filter = await aFilter(list);
    expect(idsOf((await search(list, { contactListFilterId: filter.id }).expect(200)).body)).toEqual(['Ada']);
  });

  it('are not searched by a filter of another list, by two ways at once, or by unknown columns', async () => {
    const [list, other] = [await aListOf(['Ada']), await world.aContactList()];
    const filter = await aFilter(other);
    const wrongList = await search(list, { contactListFilterId: filter.id }).expect(400);
    expect(codesOf(wrongList.body)).toEqual(['contact.list.filter.not.found']);
    const criteria = { clauses: clausesFor('Ada') };
    await search(list, { contactListFilterId: filter.id, criteria }).expect(400);
    const clauses = [{ predicates: [{ column: 'town', operator: 'BETWEEN' }] }];
    const refused = await search(list, { criteria: { clauses }, contactSorts: [{ fieldName: 'no' }] }).expect(
      400,
    );
    expect(codesOf(refused.body)).toEqual([
      'column.does.not.match.contact.list',
      'range.required',
      'contact.sort.field.not.found',
    ]);
  });

  it('are read by up to 50 ids', async () => {
    const list = await aListOf(['Ada', 'Bo', 'Cy']);
    const read = (body: unknown) =>
      world.app.admin.post(`${CONTACT_LISTS}/${list}/contacts/bulk`).send(body as object);
    const found = await read(['Cy', 'gone', 'Ada', 'a\0b']).expect(200);
    expect((found.body as { id: string }[]).map(({ id }) => id)).toEqual(['Cy', 'Ada']);
    const tooMany = await read(Array.from({ length: 51 }, String)).expect(400);
    expect(tooMany.body).toMatchObject({ code: 'too.many.contacts.requested' });
    await read({ ids: ['Ada'] }).expect(400);
  });

  it('are deleted by up to 250 ids', async () => {
    const list = await aListOf(['Ada', 'Bo', 'Cy']);
    const remove = (query: string) => world.app.admin.delete(`${CONTACT_LISTS}/${list}/contacts${query}`);
    await remove('?contactIds=Ada,gone,Cy,Ada').expect(204);
    expect(await world.sizes(list)).toEqual({ counter: 1, rows: 1 });
    expect((await remove('').expect(400)).body).toMatchObject({ code: 'no.contacts.specified' });
    const many = Array.from({ length: 251 }, String).join(',');
    expect((await remove(`?contactIds=${many}`).expect(400)).body).toMatchObject({
      code: 'too.many.contacts.added',
    });
    expect(await world.sizes(list)).toEqual({ counter: 1, rows: 1 });
  });
});
