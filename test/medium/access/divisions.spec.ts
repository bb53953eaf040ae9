import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.js';
import { AccessFixtures, AUTH } from './access-fixtures.js';

const DIVISIONS = `${AUTH}/divisions`;

let app: TestApp;
let some: AccessFixtures;

beforeAll(async () => {
  app = await startTestApp();
  some = new AccessFixtures(app);
});
afterAll(() => app.close());

const create = async (name: string, description = ''): Promise<string> =>
  (await app.admin.post(DIVISIONS).send({ name, description }).expect(200)).body.id as string;

describe('a division', () => {
  it('is created, read, renamed and found by a part of its name', async () => {
    const id = await create('Wholesale', 'Big customers');
    const read = await app.admin.get(`${DIVISIONS}/${id}`).expect(200);
    expect(read.body).toEqual({
      id,
      name: 'Wholesale',
      description: 'Big customers',
      homeDivision: false,
      selfUri: `${DIVISIONS}/${id}`,
    });
    await app.admin.put(`${DIVISIONS}/${id}`).send({ name: 'Retail', description: '' }).expect(200);
    const found = await app.admin.get(`${DIVISIONS}?name=ETAI`).expect(200);
    expect(found.body).toMatchObject({ total: 1, entities: [{ id, name: 'Retail', description: '' }] });
    const byId = await app.admin.get(`${DIVISIONS}?id=${id},${app.homeDivisionId}`).expect(200);
    expect(byId.body.total).toBe(2);
  });

  it('is refused with a blank, long or taken name, and without body', async () => {
    await create('Taken');
    const codeOf = async (body: object | undefined) =>
      (await app.admin.post(DIVISIONS).send(body).expect(400)).body.code as string;
    expect(await codeOf({ name: ' ', description: '' })).toBe('name.cannot.be.blank');
    expect(await codeOf({ name: 'x'.repeat(65), description: '' })).toBe('name.length.exceeded');
    expect(await codeOf({ name: 'tAKEN', description: '' })).toBe('duplicate.name');
    expect(await codeOf(undefined)).toBe('invalid.value');
  });

  it('answers 404 for an unknown id', async () => {
    const answer = await app.admin.get(`${DIVISIONS}/${randomUUID()}`).expect(404);
    expect(answer.body.code).toBe('division.not.found');
  });

  it('is counted, and the limit is a bare number', async () => {
    const answer = await app.admin.get(`${DIVISIONS}/limit`).expect(200);
    expect(answer.body).toBe(1000);
    const id = await create('Counted');
    await some.aContactList(id);
    await some.aContactList(id);
    const listed = await app.admin.get(`${DIVISIONS}/${id}?objectCount=true`).expect(200);
    expect(listed.body.objectCounts).toEqual({
      CONTACTLIST: 2,
      DNCLIST: 0,
      MESSAGINGCAMPAIGN: 0,
      OUTGOINGWEBHOOK: 0,
      RESPONSELIBRARY: 0,
      USER: 0,
    });
  });

  it('needs permissions to be written, none to be read', async () => {
    const nobody = await app.as([]);
    await nobody.get(DIVISIONS).expect(200);
    const onlyAdd = await app.as(['authorization:division:add']);
    const answer = await onlyAdd.post(DIVISIONS).send({ name: 'No', description: '' }).expect(403);
    expect(answer.body.messageParams.permissions).toBe('authorization:grant:add');
    await nobody.put(`${DIVISIONS}/${app.homeDivisionId}`).send({ name: 'No', description: '' }).expect(403);
    await nobody.delete(`${DIVISIONS}/${app.homeDivisionId}`).expect(403);
  });
});

describe('deleting a division', () => {
  it('is refused while objects remain, with their number by type', async () => {
    const id = await create('Full');
    await some.aContactList(id);
    await some.aContactList(id);
    await some.aDncList(id);
    const answer = await app.admin.delete(`${DIVISIONS}/${id}?force=true`).expect(400);
    expect(answer.body).toMatchObject({ code: 'division.not.empty', entityName: 'Full' });
    expect(
      (answer.body.errors as { messageParams: object }[]).map(({ messageParams }) => messageParams),
    ).toEqual(
      expect.arrayContaining([
        { objectType: 'CONTACTLIST', count: '2' },
        { objectType: 'DNCLIST', count: '1' },
      ]),
    );
    await app.admin.get(`${DIVISIONS}/${id}`).expect(200);
  });

  it('ends its grants, and a restored division has none', async () => {
    const id = await create('Passing');
    const user = await some.aUser();
    const role = await some.aRole([['outbound', 'contactList', 'view']]);
    expect(await some.grant(user, id, role)).toBe(204);
    await app.admin.delete(`${DIVISIONS}/${id}`).expect(204);
    await app.admin.get(`${DIVISIONS}/${id}`).expect(404);
    const deleted = await app.admin.get(`${DIVISIONS}/deleted`).expect(200);
    expect(deleted.body.entities[0]).toMatchObject({ id, name: 'Passing' });
    const lists = await app.admin
      .post('/api/v2/outbound/contactlists')
      .send({ name: 'Late', columnNames: ['wa'], whatsAppColumns: [], division: { id } });
    expect(lists.status).toBe(400);
    const restored = await app.admin.post(`${DIVISIONS}/${id}/restore`).send({}).expect(200);
    expect(restored.body).toMatchObject({ id, name: 'Passing' });
    expect(await some.grantsOf(user)).toEqual([]);
    await app.admin.post(`${DIVISIONS}/${id}/restore`).send({}).expect(404);
  });

  it('frees the name; the restored division may take another', async () => {
    const id = await create('Popular');
    await app.admin.delete(`${DIVISIONS}/${id}`).expect(204);
    await create('Popular');
    const taken = await app.admin.post(`${DIVISIONS}/${id}/restore`).send({}).expect(400);
    expect(taken.body.code).toBe('duplicate.name');
    const restored = await app.admin
      .post(`${DIVISIONS}/${id}/restore`)
      .send({ name: 'Popular 2' })
      .expect(200);
    expect(restored.body.name).toBe('Popular 2');
  });

  it('is impossible for the home division', async () => {
    const answer = await app.admin.delete(`${DIVISIONS}/${app.homeDivisionId}`).expect(400);
    expect(answer.body.code).toBe('home.division.cannot.be.deleted');
  });
});

describe('divisions by cursor', () => {
  it('come in order, each once, forwards and backwards', async () => {
    for (const name of ['Cur a', 'cur B', 'Cur c', 'cur D', 'Cur e']) await create(name);
    const names = async (uri: string): Promise<[string[], { nextUri?: string; previousUri?: string }]> => {
      const { body } = await app.admin.get(uri).expect(200);
      const page = body as { entities: { name: string }[]; nextUri?: string; previousUri?: string };
      return [page.entities.map(({ name }) => name), page];
    };
    const [first, page1] = await names(`${DIVISIONS}/query?name=cur&pageSize=2`);
    const [second, page2] = await names(page1.nextUri!);
    const [third, page3] = await names(page2.nextUri!);
    expect([...first, ...second, ...third]).toEqual(['Cur a', 'cur B', 'Cur c', 'cur D', 'Cur e']);
    expect(page1.previousUri).toBeUndefined();
    expect(page3.nextUri).toBeUndefined();
    const [back, page4] = await names(page3.previousUri!);
    expect(back).toEqual(second);
    const [start, page5] = await names(page4.previousUri!);
    expect(start).toEqual(first);
    expect(page5.previousUri).toBeUndefined();
  });

  it('refuses a cursor that it did not give', async () => {
    const answer = await app.admin.get(`${DIVISIONS}/query?after=bm9uc2Vuc2U`).expect(400);
    expect(answer.body.code).toBe('invalid.query.param.value');
  });
});

describe('moving objects', () => {
  const move = (id: string, type: string, ids: string[], by = app.admin) =>
    by.post(`${DIVISIONS}/${id}/objects/${type}`).send(ids);

  it.each([
    ['CONTACTLIST', 'contact_lists', (division: string) => some.aContactList(division)],
    ['DNCLIST', 'dnc_lists', (division: string) => some.aDncList(division)],
    ['responselibrary', 'response_libraries', (division: string) => some.aLibrary(division)],
  ])('changes the division and version of every %s', async (type, table, anObject) => {
    const target = await create(`Target of ${type}`);
    const ids = [await anObject(app.homeDivisionId), await anObject(app.homeDivisionId)];
    await move(target, type, ids).expect(204);
    const rows = await app.db.query<{ division_id: string; version: number }[]>(
      `SELECT division_id, version FROM ${table} WHERE id = ANY($1)`,
      [ids],
    );
    expect(rows).toEqual([
      { division_id: target, version: 2 },
      { division_id: target, version: 2 },
    ]);
  });

  it('moves all or nothing', async () => {
    const target = await create('All or nothing');
    const id = await some.aContactList(app.homeDivisionId);
    const unknown = randomUUID();
    const answer = await move(target, 'CONTACTLIST', [id, unknown]).expect(404);
    expect(answer.body.details).toMatchObject([{ entityId: unknown }]);
    const counted = await app.admin.get(`${DIVISIONS}/${target}?objectCount=true`).expect(200);
    expect(counted.body.objectCounts.CONTACTLIST).toBe(0);
  });

  it('needs the edit permission of the type in both divisions', async () => {
    const [from, to] = [await create('From'), await create('To')];
    const id = await some.aContactList(from);
    const here = await app.as(['outbound:contactList:edit'], [from]);
    const there = await app.as(['outbound:contactList:edit'], [to]);
    const both = await app.as(['outbound:contactList:edit'], [from, to]);
    const otherType = await app.as(['outbound:dncList:edit']);
    const forbidden = await move(to, 'CONTACTLIST', [id], here).expect(403);
    expect(forbidden.body.code).toBe('missing.division.permissions');
    await move(to, 'CONTACTLIST', [id], there).expect(404);
    await move(to, 'CONTACTLIST', [id], otherType).expect(403);
    await move(to, 'CONTACTLIST', [id], both).expect(204);
  });

  it('refuses unknown types, divisions and bodies', async () => {
    const id = await some.aContactList(app.homeDivisionId);
    const type = await move(app.homeDivisionId, 'FLOW', [id]).expect(400);
    expect(type.body.message).toContain('CONTACTLIST');
    await move(randomUUID(), 'CONTACTLIST', [id]).expect(404);
    await move(app.homeDivisionId, 'CONTACTLIST', []).expect(400);
    const bad = await move(app.homeDivisionId, 'CONTACTLIST', ['x', 'y']).expect(400);
    expect(bad.body.errors).toHaveLength(2);
  });
});

describe('permitted divisions', () => {
  const PERMITTED = `${AUTH}/divisionspermitted`;
  const names = (divisions: { name: string }[]) => divisions.map(({ name }) => name);

  it('are those of the grants, plain and paged', async () => {
    const [one, two] = [await create('Permitted 1'), await create('Permitted 2')];
    const caller = await app.as(['outbound:contactList:view'], [one, two]);
    const plain = await caller.get(`${PERMITTED}/me?permission=outbound:contactList:view`).expect(200);
    expect(names(plain.body as { name: string }[])).toEqual(['Permitted 1', 'Permitted 2']);
    const paged = await caller
      .get(`${PERMITTED}/paged/me?permission=outbound:contactList:view&pageSize=1&pageNumber=2`)
      .expect(200);
    expect(paged.body).toMatchObject({ total: 2, allDivsPermitted: false, entities: [{ id: two }] });
    const none = await caller.get(`${PERMITTED}/paged/me?permission=outbound:contactList:add`).expect(200);
    expect(none.body).toMatchObject({ total: 0, entities: [] });
    const all = await app.admin.get(`${PERMITTED}/paged/me?permission=outbound:contactList:add`).expect(200);
    expect(all.body.allDivsPermitted).toBe(true);
  });

  it('are told of other subjects too', async () => {
    const division = await create('Permitted to a user');
    const user = await some.aUser();
    const role = await some.aRole([['outbound', '*', 'view']]);
    await some.grant(user, division, role);
    const paged = await app.admin
      .get(`${PERMITTED}/paged/${user}?permission=outbound:dncList:view`)
      .expect(200);
    expect(paged.body).toMatchObject({ total: 1, entities: [{ id: division }] });
    await app.admin.get(`${PERMITTED}/paged/nobody?permission=outbound:dncList:view`).expect(404);
  });

  it('refuse a permission that does not exist', async () => {
    const answer = await app.admin.get(`${PERMITTED}/me?permission=outbound:list:read`).expect(400);
    expect(answer.body.code).toBe('permission.not.found');
    await app.admin.get(`${PERMITTED}/me`).expect(400);
  });
});
