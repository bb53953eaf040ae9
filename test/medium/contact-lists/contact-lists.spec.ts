import { ContactsAdded } from '../../../src/modules/contact-lists/index.js';
import { EVERYWHERE } from '../../../src/modules/access/index.js';
import { CONTACT_LISTS, ImportWorld } from '../imports/import-fixtures.js';

let world: ImportWorld;
let south: string;
beforeAll(async () => {
  world = await ImportWorld.start();
  south = await world.app.createDivision('South');
});
afterAll(() => world.close());

interface List {
  id: string;
  name: string;
  version: number;
  [field: string]: unknown;
}
interface Contact {
  id: string;
  data: Record<string, string>;
}

const codesOf = (body: unknown): string[] =>
  (body as { details: { errorCode: string }[] }).details.map(({ errorCode }) => errorCode);
const get = async (id: string, query = ''): Promise<List> =>
  (await world.app.admin.get(`${CONTACT_LISTS}/${id}${query}`).expect(200)).body as List;
const add = (id: string, contacts: unknown, query = '') =>
  world.app.admin.post(`${CONTACT_LISTS}/${id}/contacts${query}`).send(contacts as object);

describe('contact lists', () => {
  it('are created, read, changed and deleted', async () => {
    const created = await world.app.admin
      .post(CONTACT_LISTS)
      .send({
        name: ' Spring customers ',
        columnNames: ['id', 'wa', 'zone'],
        whatsAppColumns: [{ columnName: 'wa', type: 'cell', contactableTimeColumnName: 'zone' }],
      })
      .expect(200);
    const list = created.body as List;
    expect(list).toMatchObject({
      name: 'Spring customers',
      version: 1,
      division: { id: world.app.homeDivisionId, name: 'Home' },
      whatsAppColumns: [
        { columnName: 'wa', contactableTimeColumn: 'zone', contactableTimeColumnName: 'zone' },
      ],
      trimWhitespace: true,
      selfUri: `${CONTACT_LISTS}/${list.id}`,
    });
    expect(list).not.toHaveProperty('size');
    const changed = await world.app.admin
      .put(`${CONTACT_LISTS}/${list.id}`)
      .send({ ...list, name: 'Summer', trimWhitespace: false })
      .expect(200);
    expect(changed.body).toMatchObject({ name: 'Summer', version: 2, trimWhitespace: false });
    expect(await get(list.id, '?includeSize=true&includeImportStatus=true')).toMatchObject({
      size: 0,
      importStatus: { totalRecords: 0 },
    });
    await world.app.admin.delete(`${CONTACT_LISTS}/${list.id}`).expect(200);
    const gone = await world.app.admin.get(`${CONTACT_LISTS}/${list.id}`).expect(404);
    expect(gone.body).toMatchObject({ code: 'contact.list.not.found' });
  });

  it('are refused with all reasons at once', async () => {
    await world.aContactList({ name: 'Taken' });
    const refused = await world.app.admin
      .post(CONTACT_LISTS)
      .send({ name: 'TAKEN', columnNames: ['a', 'a'], whatsAppColumns: [{ columnName: 'b', type: 'cell' }] })
      .expect(400);
    expect(codesOf(refused.body)).toEqual([
      'not.unique.contact.columns',
      'invalid.contact.whatsapp.column',
      'duplicate.name',
    ]);
  });

  it('are refused a name taken at the same moment', async () => {
    const body = { name: 'Race', columnNames: ['a'] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.app.admin.post(CONTACT_LISTS).send(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused.every(({ body: error }) => (error as { code: string }).code === 'duplicate.name')).toBe(
      true,
    );
  });

  it('keep their columns', async () => {
    const list = await get(await world.aContactList());
    const refused = await world.app.admin
      .put(`${CONTACT_LISTS}/${list.id}`)
      .send({ ...list, columnNames: ['id', 'name', 'wa', 'more'], whatsAppColumns: [] })
      .expect(400);
    expect(codesOf(refused.body)).toEqual([
      'cannot.update.contact.column.names',
      'cannot.update.whatsapp.columns',
    ]);
  });

  it('are not changed over a newer version', async () => {
    const list = await get(await world.aContactList());
    await world.app.admin
      .put(`${CONTACT_LISTS}/${list.id}`)
      .send({ ...list, name: 'A' })
      .expect(200);
    const stale = await world.app.admin
      .put(`${CONTACT_LISTS}/${list.id}`)
      .send({ ...list, name: 'B' })
      .expect(409);
    expect(stale.body).toMatchObject({
      code: 'invalid.update.wrong.version',
      messageParams: { given: '1', current: '2' },
    });
    const { version: _version, ...withoutVersion } = list;
    await world.app.admin.put(`${CONTACT_LISTS}/${list.id}`).send(withoutVersion).expect(400);
  });

  it('are listed by name, division and id, in pages', async () => {
    const ids = await Promise.all(['Page a', 'page b', 'Page c'].map((name) => world.aContactList({ name })));
    const names = async (query: string): Promise<string[]> => {
      const { body } = await world.app.admin.get(`${CONTACT_LISTS}?${query}`).expect(200);
      return (body as { entities: List[] }).entities.map(({ name }) => name);
    };
    expect(await names('name=page')).toHaveLength(3);
    expect(await names('name=age')).toEqual([]);
    expect(await names('name=AGE&filterType=Contains')).toHaveLength(3);
    expect(await names('name=Page%25')).toEqual([]);
    expect(await names(`id=${ids[0]},${ids[2]}&sortBy=name&sortOrder=descending`)).toEqual([
      'Page c',
      'Page a',
    ]);
    expect(await names(`divisionId=${south}&name=page`)).toEqual([]);
    const page = await world.app.admin.get(`${CONTACT_LISTS}?name=page&pageSize=2&pageNumber=2`).expect(200);
    expect(page.body).toMatchObject({ total: 3, pageCount: 2, pageNumber: 2 });
    expect((page.body as { entities: unknown[] }).entities).toHaveLength(1);
    await world.app.admin.get(`${CONTACT_LISTS}?sortBy=size`).expect(400);
  });

  it('are found by any field, compared as its prefix says', async () => {
    const aList = async (name: string, changes: object = {}): Promise<void> => {
      const body = { name, columnNames: ['wa', name], whatsAppColumns: [{ columnName: 'wa', type: 'cell' }] };
      await world.app.admin
        .post(CONTACT_LISTS)
        .send({ ...body, ...changes })
        .expect(200);
    };
    await aList('field a', { timeZone: 'Europe/Berlin' });
    await aList('field b', { retentionType: 'DATE', dateExpiration: '2031-05-01T00:00:00Z' });
    await aList('field c', { retentionType: 'DATE', dateExpiration: '2032-05-01T00:00:00Z' });
    const names = async (query: string): Promise<string[]> => {
      const { body } = await world.app.admin.get(`${CONTACT_LISTS}?name=field&${query}`).expect(200);
      return (body as { entities: List[] }).entities.map(({ name }) => name);
    };
    expect(await names('dateExpiration=greaterthan:2031-01-01T00:00:00Z')).toEqual(['field b', 'field c']);
    const range = ['greaterthanequalto:2031-05-01T00:00:00Z', 'lessthan:2032-01-01T00:00:00.000Z'];
    expect(await names(`dateExpiration=${range.join('&dateExpiration=')}`)).toEqual(['field b']);
    expect(await names(`dateExpiration=${range.join(',')}`)).toEqual(['field b']);
    expect(await names('timeZone=europe/berlin')).toEqual(['field a']);
    expect(await names('columnNames=field a&columnNames=FIELD C')).toEqual(['field a', 'field c']);
    expect(await names('columnNames=endswith:b&version=1&size=lessthan:1')).toEqual(['field b']);
    expect(await names('dateCreated=lessthan:2020-01-01')).toEqual([]);
    const refused = await world.app.admin
      .get(`${CONTACT_LISTS}?dateCreated=soon&version=contains:1`)
      .expect(400);
    expect(refused.body.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
      'dateCreated',
      'version',
    ]);
  });

  it('take no upload by templates, which are not there', async () => {
    const upload = { id: await world.aContactList(), contentType: 'text/csv' };
    const { body } = await world.app.admin
      .post(`${CONTACT_LISTS}/uploads`)
      .send({ ...upload, importTemplateId: upload.id, listNamePrefix: 'x', fileSpecificationTemplateId: 'y' })
      .expect(400);
    expect(body.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
      'importTemplateId',
      'listNamePrefix',
      'fileSpecificationTemplateId',
    ]);
  });

  it('stay within the divisions of the caller', async () => {
    const id = await world.aContactList({ name: 'Southern', divisionId: south });
    const northerner = await world.app.as(
      [
        'outbound:contactList:view',
        'outbound:contactList:edit',
        'outbound:contactList:add',
        'outbound:contact:add',
      ],
      [world.app.homeDivisionId],
    );
    await northerner.get(`${CONTACT_LISTS}/${id}`).expect(404);
    await northerner
      .put(`${CONTACT_LISTS}/${id}`)
      .send(await get(id))
      .expect(404);
    await northerner.post(`${CONTACT_LISTS}/${id}/contacts`).send([]).expect(404);
    const listed = await northerner.get(`${CONTACT_LISTS}?name=Southern`).expect(200);
    expect(listed.body).toMatchObject({ total: 0 });
    const body = { name: 'Intruder', columnNames: ['a'], division: { id: south } };
    const refused = await northerner.post(CONTACT_LISTS).send(body).expect(403);
    expect(refused.body).toMatchObject({ code: 'missing.division.permissions' });
    const own = await get(await world.aContactList());
    await northerner
      .put(`${CONTACT_LISTS}/${own.id}`)
      .send({ ...own, division: { id: south } })
      .expect(403);
    await northerner.delete(`${CONTACT_LISTS}/${own.id}`).expect(403);
  });

  it('tell pickers by a part of their name why a campaign can not use them', async () => {
    await world.aContactList({ name: 'Picker good' });
    const filled = await world.aContactList({ name: 'Picker filled' });
    await add(filled, [{ data: { wa: '4915112345678' } }]).expect(200);
    await world.aContactList({ name: 'Picker bare', whatsAppColumns: [] });
    const searcher = await world.app.as(['outbound:contactList:search']);
    const { body } = await searcher.get(`${CONTACT_LISTS}/divisionviews?name=ICKER`).expect(200);
    const rows = (body as { entities: (List & { unusableReasons: { code: string }[] })[] }).entities;
    expect(rows.map(({ name, unusableReasons }) => [name, unusableReasons.map(({ code }) => code)])).toEqual([
      ['Picker bare', ['contact.list.no.whatsapp.columns', 'contact.list.empty']],
      ['Picker filled', []],
      ['Picker good', ['contact.list.empty']],
    ]);
    await searcher.get(`${CONTACT_LISTS}/divisionviews/${filled}`).expect(200);
    await searcher.get(`${CONTACT_LISTS}/${filled}`).expect(403);
  });
});

describe('contacts', () => {
  it('are added and updated by their id', async () => {
    const list = await world.aContactList();
    const heard: string[] = [];
    world.events.on(ContactsAdded, ({ contactListId }) => heard.push(contactListId));
    const added = await add(list, [{ id: 'c-1', data: { name: 'Ada', wa: '1' } }, { data: {} }]).expect(200);
    const contacts = added.body as Contact[];
    expect(contacts[0]).toMatchObject({
      id: 'c-1',
      contactListId: list,
      data: { id: '', name: 'Ada', wa: '1' },
    });
    expect(contacts[1]!.id).toMatch(/^[0-9a-f-]{36}$/u);
    await add(list, [{ id: 'c-1', data: { name: 'Ada L.' } }], '?priority=true').expect(200);
    const updated = await world.app.admin.get(`${CONTACT_LISTS}/${list}/contacts/c-1`).expect(200);
    expect(updated.body).toMatchObject({
      data: { name: 'Ada L.' },
      configurationOverrides: { priority: true },
    });
    expect(await world.sizes(list)).toEqual({ counter: 2, rows: 2 });
    // The second because a contact with priority goes in front.
    expect(heard).toEqual([list, list]);
  });

  it('are not written at all when one is bad', async () => {
    const list = await world.aContactList();
    const refused = await add(list, [{ data: { wa: '1' } }, { data: { nope: '' } }]).expect(400);
    expect(refused.body).toMatchObject({
      details: [{ errorCode: 'invalid.contact.columns', fieldName: '1.data.nope' }],
    });
    expect(await world.sizes(list)).toEqual({ counter: 0, rows: 0 });
  });

  it('are added up to 1,000 at a time', async () => {
    const list = await world.aContactList();
    const many = Array.from({ length: 1_001 }, (_, at) => ({ id: `c${at}`, data: {} }));
    const refused = await add(list, many).expect(400);
    expect(refused.body).toMatchObject({ code: 'too.many.contacts.added', limit: { value: 1_000 } });
    await add(list, many.slice(1)).expect(200);
    await add(list, {}).expect(400);
    expect(await world.sizes(list)).toEqual({ counter: 1_000, rows: 1_000 });
  });

  it('keep the size of the list right when several callers add the same', async () => {
    const list = await world.aContactList();
    const batch = Array.from({ length: 50 }, (_, at) => ({ id: `c${at}`, data: {} }));
    const answers = await Promise.all(
      [1, 2, 3, 4].map((turn) => add(list, turn % 2 ? batch : [...batch].reverse())),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await world.sizes(list)).toEqual({ counter: 50, rows: 50 });
  });

  it('are replaced, made unreachable, and deleted', async () => {
    const list = await world.aContactList();
    const path = `${CONTACT_LISTS}/${list}/contacts/c-1`;
    await world.app.admin.put(path).send({ data: {} }).expect(404);
    await add(list, [{ id: 'c-1', data: { name: 'Ada', wa: '4915112345678' } }]).expect(200);
    const contactableStatus = {
      WhatsApp: { contactable: false, columnStatus: { wa: { contactable: false } } },
    };
    const body = { data: { wa: '4915112345679' }, callable: false, contactableStatus };
    const replaced = await world.app.admin.put(path).send(body).expect(200);
    expect(replaced.body).toMatchObject({ data: { name: '' }, callable: false, contactableStatus });
    const [row] = await world.app.db.query(
      `SELECT whatsapp_ids -> 'wa' ->> 'id' AS id, callable, contactable, uncontactable_columns AS columns
         FROM contact_list_contacts_v WHERE contact_list_id = $1`,
      [list],
    );
    expect(row).toEqual({ id: '4915112345679', callable: false, contactable: false, columns: ['wa'] });
    await world.app.admin.delete(path).expect(200);
    await world.app.admin.delete(path).expect(404);
    expect(await world.sizes(list)).toEqual({ counter: 0, rows: 0 });
  });

  it('are searched in pages and cleared', async () => {
    const list = await world.aContactList();
    await add(
      list,
      ['a', 'b', 'c'].map((id) => ({ id, data: {} })),
    ).expect(200);
    const search = (body?: object) =>
      world.app.admin.post(`${CONTACT_LISTS}/${list}/contacts/search`).send(body);
    const all = await search().expect(200);
    expect(all.body).toMatchObject({ contactsCount: 3, total: 3, pageSize: 25 });
    const second = await search({ pageNumber: 2, pageSize: 2 }).expect(200);
    expect((second.body as { entities: Contact[] }).entities.map(({ id }) => id)).toEqual(['c']);
    const unknown = await search({ criteria: { clauses: [] } }).expect(400);
    expect(unknown.body).toMatchObject({ code: 'clauses.required' });
    await world.app.admin.post(`${CONTACT_LISTS}/${list}/clear`).expect(204);
    expect((await search({}).expect(200)).body).toMatchObject({ contactsCount: 0, entities: [] });
  });
});

describe('what campaigns ask of contact lists', () => {
  it('is told by id within a scope', async () => {
    const id = await world.aContactList({ name: 'Facade', divisionId: south });
    const list = {
      id,
      name: 'Facade',
      divisionId: south,
      columnNames: ['id', 'name', 'wa'],
      whatsAppColumns: ['wa'],
      timeColumns: {},
      addressTypes: { wa: 'cell' },
    };
    expect(await world.contactLists.find(EVERYWHERE, [id])).toEqual([list]);
    const elsewhere = { kind: 'divisions', ids: [world.app.homeDivisionId] } as const;
    expect(await world.contactLists.find(elsewhere, [id])).toEqual([]);
    const reasons = await world.contactLists.explainUnusable([id]);
    expect(reasons.get(id)).toMatchObject([
      { code: 'contact.list.empty', entityId: id, entityName: 'Facade' },
    ]);
  });
});
