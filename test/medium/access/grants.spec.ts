import { randomUUID } from 'node:crypto';
import type { Permission } from '../../../src/modules/access/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { AccessFixtures, AUTH } from './access-fixtures.js';

const SUBJECTS = `${AUTH}/subjects`;
const GRANTING: Permission[] = [
  'authorization:grant:add',
  'authorization:grant:delete',
  'authorization:grant:view',
];

let app: TestApp;
let some: AccessFixtures;
let north: string;
let reader: string;
let writer: string;

beforeAll(async () => {
  app = await startTestApp();
  some = new AccessFixtures(app);
  north = await app.createDivision('North');
  reader = await some.aRole([['outbound', 'contactList', 'view']]);
  writer = await some.aRole([['outbound', 'contactList', '*']]);
});
afterAll(() => app.close());

const grants = (...pairs: [roleId: string, divisionId: string][]) => ({
  grants: pairs.map(([roleId, divisionId]) => ({ roleId, divisionId })),
});

describe('grants of a subject', () => {
  it('are given and taken one by one', async () => {
    const user = await some.aUser('Ute');
    expect(await some.grant(user, north, reader)).toBe(204);
    expect(await some.grant(user, '*', writer)).toBe(204);
    expect(await some.grant(user, north, reader)).toBe(204);
    const { body } = await app.admin.get(`${SUBJECTS}/${user}`).expect(200);
    expect(body).toMatchObject({ id: user, name: 'Ute' });
    expect(await some.grantsOf(user)).toEqual([`${reader}@${north}`, `${writer}@*`].sort());
    const [grant] = (body.grants as { role: { id: string } }[]).filter(({ role }) => role.id === reader);
    expect(grant).toMatchObject({
      subjectId: user,
      division: { id: north, name: 'North' },
      role: {
        policies: [{ domain: 'outbound', entityName: 'contactList', actions: ['view'] }],
        default: false,
      },
    });
    await app.admin.delete(`${SUBJECTS}/${user}/divisions/*/roles/${writer}`).expect(204);
    await app.admin.delete(`${SUBJECTS}/${user}/divisions/*/roles/${writer}`).expect(404);
    expect(await some.grantsOf(user)).toEqual([`${reader}@${north}`]);
  });

  it('are added, removed and replaced in bulk, for clients as well', async () => {
    const client = await some.aClient();
    const home = app.homeDivisionId;
    const post = (action: string, body: object) =>
      app.admin.post(`${SUBJECTS}/${client}/${action}?subjectType=PC_OAUTH_CLIENT`).send(body);
    await post('bulkadd', grants([reader, north], [reader, home], [writer, '*'])).expect(204);
    expect(await some.grantsOf(client)).toHaveLength(3);
    await post('bulkremove', grants([reader, home], [writer, home])).expect(204);
    expect(await some.grantsOf(client)).toEqual([`${reader}@${north}`, `${writer}@*`].sort());
    await post('bulkreplace', grants([reader, north], [writer, north])).expect(204);
    expect(await some.grantsOf(client)).toEqual([`${reader}@${north}`, `${writer}@${north}`].sort());
    await post('bulkreplace', grants()).expect(204);
    expect(await some.grantsOf(client)).toEqual([]);
  });

  it('are refused with everything that is unknown, and then nothing happens', async () => {
    const user = await some.aUser();
    const answer = await app.admin
      .post(`${SUBJECTS}/${user}/bulkadd`)
      .send(grants([reader, north], [randomUUID(), north], [reader, randomUUID()]))
      .expect(400);
    expect((answer.body.details as { fieldName: string }[]).map(({ fieldName }) => fieldName)).toEqual([
      'grants.1.roleId',
      'grants.2.divisionId',
    ]);
    expect(await some.grantsOf(user)).toEqual([]);
    expect(await some.grant(randomUUID(), north, reader)).toBe(404);
    expect(await some.grant(user, randomUUID(), reader)).toBe(404);
    expect(await some.grant(user, north, randomUUID())).toBe(404);
    await app.admin
      .post(`${SUBJECTS}/${user}/bulkadd`)
      .send(grants([reader, 'north']))
      .expect(400);
  });

  it('are for users and clients of the type that is named, not for groups', async () => {
    const user = await some.aUser();
    const path = `${SUBJECTS}/${user}/divisions/${north}/roles/${reader}`;
    const wrong = await app.admin.post(`${path}?subjectType=PC_OAUTH_CLIENT`).expect(400);
    expect(wrong.body.message).toContain('PC_USER');
    const group = await app.admin.post(`${path}?subjectType=PC_GROUP`).expect(400);
    expect(group.body.message).toContain('groups');
    await app.admin.get(`${SUBJECTS}/${await some.aUser('Gone', 'deleted')}`).expect(404);
  });

  it('are known to the subject itself, and counted', async () => {
    const nobody = await app.as([]);
    expect((await nobody.get(`${SUBJECTS}/me`).expect(200)).body.grants).toHaveLength(1);
    const user = await some.aUser();
    await some.grant(user, north, reader);
    await some.grant(user, app.homeDivisionId, reader);
    await some.grant(user, north, writer);
    const counts = await app.admin.get(`${SUBJECTS}/rolecounts?id=${user},unknown`).expect(200);
    expect(counts.body).toEqual({ [user]: 2, unknown: 0 });
  });

  it('are shown as far as the caller may look', async () => {
    const user = await some.aUser();
    await some.grant(user, north, reader);
    await some.grant(user, app.homeDivisionId, writer);
    const inNorth = await app.as(['authorization:grant:view'], [north]);
    const { body } = await inNorth.get(`${SUBJECTS}/${user}`).expect(200);
    expect((body.grants as { role: { id: string } }[]).map(({ role }) => role.id)).toEqual([reader]);
    await inNorth.get(`${AUTH}/divisions/${north}/grants`).expect(200);
    const home = await inNorth.get(`${AUTH}/divisions/${app.homeDivisionId}/grants`).expect(403);
    expect(home.body.code).toBe('missing.division.permissions');
  });
});

describe('the grants of a division', () => {
  it('are those in it and those for all divisions', async () => {
    const east = await app.createDivision('East');
    const user = await some.aUser();
    await some.grant(user, east, reader);
    await some.grant(user, north, reader);
    const { body } = await app.admin.get(`${AUTH}/divisions/${east}/grants?pageSize=500`).expect(200);
    const divisions = (body.entities as { division: { id: string } }[]).map(({ division }) => division.id);
    expect(new Set(divisions)).toEqual(new Set(['*', east]));
    expect(body.total).toBe(divisions.length);
  });
});

describe('grants seen from the role', () => {
  it('are given to several subjects in several divisions', async () => {
    const role = await some.aRole([['outbound', 'dncList', 'view']]);
    const [ann, ben] = [await some.aUser('Ann'), await some.aUser('Ben')];
    const body = { subjectIds: [ann, ben], divisionIds: [north, app.homeDivisionId] };
    await app.admin.post(`${AUTH}/roles/${role}?subjectType=PC_USER`).send(body).expect(204);
    const { body: listed } = await app.admin.get(`${AUTH}/roles/${role}/subjectgrants`).expect(200);
    expect(listed).toMatchObject({
      total: 2,
      entities: [
        { id: ann, name: 'Ann', type: 'PC_USER' },
        { id: ben, name: 'Ben' },
      ],
    });
    expect(
      (listed.entities as { divisions: { name: string }[] }[])[0]!.divisions.map(({ name }) => name),
    ).toEqual(['Home', 'North']);
    const { body: counted } = await app.admin.get(`${AUTH}/roles/${role}`).expect(200);
    expect(counted.userCount).toBe(2);
  });

  it('name their users; users come in the home division and go from all', async () => {
    const role = await some.aRole([['outbound', 'dncList', 'view']]);
    const [ann, client] = [await some.aUser('Ann 2'), await some.aClient()];
    await some.grant(client, '*', role);
    const added = await app.admin.put(`${AUTH}/roles/${role}/users/add`).send([ann]).expect(200);
    expect(added.body).toEqual([ann]);
    expect(await some.grantsOf(ann)).toEqual([`${role}@${app.homeDivisionId}`]);
    await some.grant(ann, north, role);
    const users = await app.admin.get(`${AUTH}/roles/${role}/users`).expect(200);
    expect(users.body).toMatchObject({ total: 1, entities: [{ id: ann, name: 'Ann 2' }] });
    await app.admin.put(`${AUTH}/roles/${role}/users/remove`).send([ann]).expect(200);
    expect(await some.grantsOf(ann)).toEqual([]);
    await app.admin.put(`${AUTH}/roles/${role}/users/add`).send([randomUUID(), ann]).expect(400);
  });

  it('are replaced from the user', async () => {
    const user = await some.aUser();
    await some.grant(user, north, reader);
    const path = `/api/v2/users/${user}/roles`;
    const put = await app.admin.put(path).send([reader, writer]).expect(200);
    expect((put.body.roles as { id: string }[]).map(({ id }) => id).sort()).toEqual([reader, writer].sort());
    expect(await some.grantsOf(user)).toEqual(
      [`${reader}@${north}`, `${writer}@${app.homeDivisionId}`].sort(),
    );
    await app.admin.put(path).send([writer]).expect(200);
    const { body } = await app.admin.get(path).expect(200);
    expect(body.roles).toHaveLength(1);
    expect(body.permissions).toContain('outbound:contactList:upload');
  });
});

describe('nobody hands out more than they hold', () => {
  it('neither more permissions nor in more divisions', async () => {
    const user = await some.aUser();
    const caller = await app.as([...GRANTING, 'outbound:contactList:view'], [north]);
    expect(await some.grant(user, north, reader, caller)).toBe(204);
    expect(await some.grant(user, app.homeDivisionId, reader, caller)).toBe(403);
    expect(await some.grant(user, '*', reader, caller)).toBe(403);
    const path = `${SUBJECTS}/${user}/divisions/${north}/roles/${writer}`;
    const answer = await caller.post(path).expect(403);
    expect(answer.body.code).toBe('missing.permissions');
    expect(answer.body.messageParams.permissions).toContain('outbound:contactList:delete');
    expect(await some.grantsOf(user)).toEqual([`${reader}@${north}`]);
  });

  it('by none of the ways there are', async () => {
    const admin = await some.defaultRole('admin');
    const user = await some.aUser();
    const caller = await app.as([...GRANTING, 'authorization:role:edit', 'outbound:contactList:view']);
    const tries = [
      caller.post(`${SUBJECTS}/${user}/divisions/*/roles/${admin}`),
      caller.post(`${SUBJECTS}/${user}/bulkadd`).send(grants([reader, north], [admin, north])),
      caller.post(`${SUBJECTS}/${user}/bulkreplace`).send(grants([admin, north])),
      caller.post(`${AUTH}/roles/${admin}`).send({ subjectIds: [user], divisionIds: ['*'] }),
      caller.put(`${AUTH}/roles/${admin}/users/add`).send([user]),
      caller.put(`/api/v2/users/${user}/roles`).send([admin]),
    ];
    for (const attempt of tries) expect((await attempt).status).toBe(403);
    expect(await some.grantsOf(user)).toEqual([]);
  });

  it('keeps what others gave when grants are replaced, without holding it', async () => {
    const user = await some.aUser();
    await some.grant(user, north, writer);
    const caller = await app.as([...GRANTING, 'outbound:contactList:view'], [north]);
    const path = `${SUBJECTS}/${user}/bulkreplace`;
    await caller
      .post(path)
      .send(grants([writer, north], [reader, north]))
      .expect(204);
    expect(await some.grantsOf(user)).toEqual([`${reader}@${north}`, `${writer}@${north}`].sort());
    await some.grant(user, app.homeDivisionId, reader);
    await caller
      .post(path)
      .send(grants([reader, north]))
      .expect(403);
  });

  it('takes away only where they may', async () => {
    const user = await some.aUser();
    await some.grant(user, app.homeDivisionId, reader);
    const caller = await app.as(GRANTING, [north]);
    await caller.delete(`${SUBJECTS}/${user}/divisions/${app.homeDivisionId}/roles/${reader}`).expect(403);
    await caller.put(`${AUTH}/roles/${reader}/users/remove`).send([user]).expect(403);
    expect(await some.grantsOf(user)).toEqual([`${reader}@${app.homeDivisionId}`]);
  });
});

// Whoever takes away or switches off the last administrator could never put anybody back.
describe('the last admin', () => {
  let own: TestApp;
  let fixtures: AccessFixtures;
  let admin: string;
  let granted: string;

  beforeAll(async () => {
    own = await startTestApp();
    fixtures = new AccessFixtures(own);
    admin = await fixtures.defaultRole('admin');
    const rows = await own.db.query<object[]>(`SELECT * FROM grants WHERE role_id = $1`, [admin]);
    granted = JSON.stringify(rows);
  });

  afterAll(() => own?.close());

  // Each test begins with the administrators of a new installation.
  afterEach(async () => {
    await own.db.query(`DELETE FROM grants WHERE role_id = $1`, [admin]);
    await own.db.query(`INSERT INTO grants SELECT * FROM jsonb_populate_recordset(NULL::grants, $1)`, [
      granted,
    ]);
    for (const table of ['users', 'oauth_clients'])
      await own.db.query(`UPDATE ${table} SET state = 'active'`);
  });

  const client = async (id: string) => (await own.admin.get(`/api/v2/oauth/clients/${id}`).expect(200)).body;

  it('can not switch itself off', async () => {
    const me = (await own.admin.get('/api/v2/tokens/me').expect(200)).body.OAuthClient.id as string;
    const [user] = (await own.admin.get('/api/v2/users').expect(200)).body.entities;
    const inactive = { version: user.version, state: 'inactive' };
    const deactivate = async (id: string) =>
      own.admin.put(`/api/v2/oauth/clients/${id}`).send({ ...(await client(id)), state: 'inactive' });
    expect((await deactivate('admin')).status).toBe(200);
    await own.admin.patch(`/api/v2/users/${user.id}`).send(inactive).expect(200);
    const refused = await deactivate(me);
    expect(refused.body).toMatchObject({ code: 'last.admin.grant', status: 409 });
    expect((await client(me)).state).toBe('active');
  });

  it('can not be removed, in whichever way, not even by two at once', async () => {
    const rows = await own.db.query<{ subject_id: string }[]>(
      `SELECT subject_id FROM grants WHERE role_id = $1 ORDER BY granted_at`,
      [admin],
    );
    const [, second, self] = rows.map((row) => row.subject_id);
    await fixtures.grant(await fixtures.aUser('Inactive', 'inactive'), '*', admin);
    await fixtures.grant(await fixtures.aUser('Narrow'), own.homeDivisionId, admin);
    const remove = (id: string) => own.admin.delete(`${SUBJECTS}/${id}/divisions/*/roles/${admin}`);
    await remove(rows[0]!.subject_id).expect(204);
    const both = await Promise.all([
      remove(second!),
      own.admin.post(`${SUBJECTS}/${self}/bulkreplace`).send({ grants: [] }),
    ]);
    const statuses = both.map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses.some((status) => status !== 204)).toBe(true);
    const [{ count }] = await own.db.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM grants WHERE role_id = $1 AND division_id IS NULL`,
      [admin],
    );
    expect(count).toBe(2);
  });

  it('is told so', async () => {
    const me = (await own.admin.get(`${SUBJECTS}/me`).expect(200)).body.id as string;
    await own.db.query(`DELETE FROM grants WHERE role_id = $1 AND subject_id <> $2`, [admin, me]);
    const alone = await own.admin
      .post(`${SUBJECTS}/${me}/bulkremove`)
      .send(grants([admin, '*']))
      .expect(409);
    expect(alone.body.code).toBe('last.admin.grant');
    await own.admin.put(`/api/v2/users/${me}/roles`).send([]).expect(409);
    await own.admin.get(`${AUTH}/roles`).expect(200);
  });
});

describe('the stamp of access', () => {
  it('rises with every change that counts, not with one that is refused', async () => {
    const user = await some.aUser();
    const before = await some.version();
    await some.grant(user, north, reader);
    const granted = await some.version();
    expect(granted).toBeGreaterThan(before);
    expect(await some.grant(user, north, randomUUID())).toBe(404);
    expect(await some.version()).toBe(granted);
    await app.admin
      .post(`${SUBJECTS}/${user}/bulkreplace`)
      .send(grants([writer, north]))
      .expect(204);
    expect(await some.version()).toBeGreaterThan(granted);
  });
});
