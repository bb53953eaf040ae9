import { randomUUID } from 'node:crypto';
import { bootstrapOrganization } from '../../../src/modules/access/index.js';
import { loadConfig } from '../../../src/platform/config/load-config.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { AccessFixtures, AUTH } from './access-fixtures.js';

const ROLES = `${AUTH}/roles`;
const view = (entityName: string) => ({ domain: 'outbound', entityName, actionSet: ['view'] });

let app: TestApp;
let some: AccessFixtures;

beforeAll(async () => {
  app = await startTestApp();
  some = new AccessFixtures(app);
});
afterAll(() => app.close());

describe('a role', () => {
  it('is created, read, changed and deleted', async () => {
    const body = { name: 'Readers', description: 'Read lists', permissionPolicies: [view('contactList')] };
    const created = await app.admin.post(ROLES).send(body).expect(200);
    expect(created.body).toMatchObject({
      name: 'Readers',
      description: 'Read lists',
      permissionPolicies: [{ domain: 'outbound', entityName: 'contactList', actionSet: ['view'] }],
      userCount: 0,
      default: false,
      roleNeedsUpdate: false,
    });
    const { id } = created.body as { id: string };
    const change = { name: 'Readers 2', permissionPolicies: [view('*')] };
    await app.admin.put(`${ROLES}/${id}`).send(change).expect(200);
    const read = await app.admin.get(`${ROLES}/${id}`).expect(200);
    expect(read.body).toMatchObject({ name: 'Readers 2', description: 'Read lists' });
    expect(read.body.permissionPolicies).toEqual([{ ...view('*'), allowConditions: false }]);
    const marked = await app.admin.patch(`${ROLES}/${id}`).send({ roleNeedsUpdate: true }).expect(200);
    expect(marked.body).toMatchObject({ roleNeedsUpdate: true, name: 'Readers 2' });
    await app.admin.delete(`${ROLES}/${id}`).expect(204);
    await app.admin.get(`${ROLES}/${id}`).expect(404);
  });

  it('that was read can be sent back', async () => {
    const id = await some.aRole([['outbound', 'contactList', 'view', 'edit']]);
    const read = await app.admin.get(`${ROLES}/${id}`).expect(200);
    const written = await app.admin
      .put(`${ROLES}/${id}`)
      .send(read.body as object)
      .expect(200);
    expect(written.body).toEqual(read.body);
  });

  it('is refused with everything that is wrong', async () => {
    const permissionPolicies = [
      { domain: 'outbound', entityName: 'list', actionSet: ['read'] },
      { domain: 'outbound', entityName: 'contactList', actionSet: ['fly'] },
    ];
    const answer = await app.admin.post(ROLES).send({ name: ' ', permissionPolicies }).expect(400);
    expect((answer.body.details as { errorCode: string }[]).map(({ errorCode }) => errorCode)).toEqual([
      'name.cannot.be.blank',
      'permission.not.found',
      'permission.not.found',
    ]);
    await app.admin
      .post(ROLES)
      .send({ name: 'Legacy', permissions: ['outbound:contactList:view'] })
      .expect(400);
  });

  it('needs a name of its own', async () => {
    await app.admin.post(ROLES).send({ name: 'Unique' }).expect(200);
    const answer = await app.admin.post(ROLES).send({ name: 'UNIQUE' }).expect(400);
    expect(answer.body.code).toBe('duplicate.name');
  });

  it('stays while it is granted, and the refusal says how often', async () => {
    const id = await some.aRole([['outbound', 'contactList', 'view']]);
    const user = await some.aUser();
    await some.grant(user, '*', id);
    await some.grant(user, app.homeDivisionId, id);
    const answer = await app.admin.delete(`${ROLES}/${id}`).expect(409);
    expect(answer.body).toMatchObject({ code: 'role.in.use', messageParams: { grants: '2' } });
  });

  it('acts on the next request after a change', async () => {
    const role = await some.aRole([['outbound', 'dncList', 'view']]);
    const reader = await app.as([]);
    const [{ id }] = await app.db.query<[{ id: string }]>(
      `SELECT id FROM oauth_clients ORDER BY created_at DESC LIMIT 1`,
    );
    await reader.get('/api/v2/outbound/contactlists').expect(403);
    const before = await some.version();
    expect(await some.grant(id, '*', role)).toBe(204);
    const body = { name: `Changed ${role}`, permissionPolicies: [view('contactList')] };
    await app.admin.put(`${ROLES}/${role}`).send(body).expect(200);
    await reader.get('/api/v2/outbound/contactlists').expect(200);
    expect(await some.version()).toBeGreaterThan(before);
  });
});

describe('the list of roles', () => {
  it('is filtered by name, default, permission and id', async () => {
    const wild = await some.aRole([['directory', '*', 'view']]);
    const exact = await some.aRole([['directory', 'user', 'view', 'edit']]);
    const namesOf = async (query: string) => {
      const { body } = await app.admin.get(`${ROLES}?${query}`).expect(200);
      return (body as { entities: { id: string; name: string }[] }).entities;
    };
    const ids = (await namesOf('permission=directory:user:view')).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([wild, exact]));
    const editing = (await namesOf('permission=directory:user:view,directory:user:edit')).map(({ id }) => id);
    expect(editing).toContain(exact);
    expect(editing).not.toContain(wild);
    expect(await namesOf('defaultRoleId=supervisor')).toMatchObject([{ name: 'supervisor' }]);
    expect(await namesOf('name=AIGN%20MAN')).toMatchObject([{ name: 'campaign manager' }]);
    expect(await namesOf(`id=${exact}&userCount=false`)).toMatchObject([{ id: exact }]);
    const tooMany = Array.from({ length: 101 }, () => randomUUID()).join(',');
    const answer = await app.admin.get(`${ROLES}?id=${tooMany}`).expect(400);
    expect(answer.body.code).toBe('max.role.ids');
  });
});

describe('the roles that come with the product', () => {
  it('are there from the start', async () => {
    const { body } = await app.admin.get(`${ROLES}?pageSize=100`).expect(200);
    const { entities } = body as { entities: { default: boolean; defaultRoleId?: string }[] };
    expect(entities.filter((role) => role.default).map((role) => role.defaultRoleId)).toEqual([
      'admin',
      'campaign-manager',
      'integrator',
      'supervisor',
    ]);
  });

  it('can not be deleted, and the admin role not be changed', async () => {
    const admin = await some.defaultRole('admin');
    const supervisor = await some.defaultRole('supervisor');
    const deleted = await app.admin.delete(`${ROLES}/${supervisor}`).expect(400);
    expect(deleted.body.code).toBe('default.role.cannot.be.deleted');
    const changed = await app.admin.put(`${ROLES}/${admin}`).send({ name: 'admin' }).expect(400);
    expect(changed.body.code).toBe('admin.role.cannot.be.changed');
  });

  it('are changed and restored', async () => {
    const id = await some.defaultRole('supervisor');
    const policies = async () =>
      (await app.admin.get(`${ROLES}/${id}`).expect(200)).body.permissionPolicies as object[];
    const original = await policies();
    await app.admin.put(`${ROLES}/${id}`).send({ name: 'supervisor', permissionPolicies: [] }).expect(200);
    expect(await policies()).toEqual([]);
    await app.admin.post(`${ROLES}/default`).expect(200);
    expect(await policies()).toEqual([]);
    const restored = await app.admin
      .put(`${ROLES}/default`)
      .send([{ defaultRoleId: 'supervisor' }])
      .expect(200);
    expect(restored.body.total).toBe(4);
    expect(await policies()).toEqual(original);
    await app.admin
      .put(`${ROLES}/default`)
      .send([{ id: randomUUID() }])
      .expect(400);
  });
});

describe('the next start', () => {
  const start = () => bootstrapOrganization(app.db, loadConfig({}));

  it('keeps the default roles as administrators made them, and the admin role complete', async () => {
    const [supervisor, admin] = [await some.defaultRole('supervisor'), await some.defaultRole('admin')];
    const body = { name: 'Overseer', permissionPolicies: [view('contactList')] };
    await app.admin.put(`${ROLES}/${supervisor}`).send(body).expect(200);
    await app.db.query(`DELETE FROM role_policies WHERE role_id = $1 AND domain = 'audits'`, [admin]);
    await start();
    const kept = await app.admin.get(`${ROLES}/${supervisor}`).expect(200);
    expect(kept.body).toMatchObject({ name: 'Overseer', permissionPolicies: [view('contactList')] });
    const complete = await app.admin.get(`${ROLES}?id=${admin}&permission=audits:audit:view`).expect(200);
    expect(complete.body.total).toBe(1);
  });

  it('brings a new default role although its name is taken', async () => {
    await app.db.query(`UPDATE roles SET default_role_id = NULL WHERE default_role_id = 'integrator'`);
    await start();
    const found = await app.admin.get(`${ROLES}?defaultRoleId=integrator`).expect(200);
    expect(found.body.entities).toMatchObject([{ name: 'integrator (default)' }]);
  });
});

describe('nobody makes a role that does more than they may', () => {
  const editor = (...permissions: Parameters<TestApp['as']>[0]) =>
    app.as(['authorization:role:add', 'authorization:role:edit', ...permissions]);

  it('when they create one', async () => {
    const caller = await editor('outbound:contactList:view');
    const body = { name: `Own ${randomUUID()}`, permissionPolicies: [view('contactList')] };
    await caller.post(ROLES).send(body).expect(200);
    const permissionPolicies = [{ domain: 'outbound', entityName: 'contactList', actionSet: ['*'] }];
    const answer = await caller.post(ROLES).send({ name: 'More', permissionPolicies }).expect(403);
    expect(answer.body.code).toBe('missing.permissions');
    expect(answer.body.messageParams.permissions).toContain('outbound:contactList:delete');
    expect(answer.body.messageParams.permissions).not.toContain('outbound:contactList:view');
  });

  it('when they edit one, in every division in which it is granted', async () => {
    const north = await app.createDivision('North of roles');
    const role = await some.aRole([['outbound', 'contactList', 'view']]);
    await some.grant(await some.aUser(), north, role);
    await some.grant(await some.aUser(), app.homeDivisionId, role);
    const permissionPolicies = [view('contactList'), view('dncList')];
    const body = { name: `Edited ${role}`, permissionPolicies };
    const held = ['outbound:contactList:view', 'outbound:dncList:view', 'authorization:role:edit'] as const;
    const northOnly = await app.as([...held], [north]);
    await northOnly.put(`${ROLES}/${role}`).send(body).expect(403);
    const both = await app.as([...held], [north, app.homeDivisionId]);
    await both.put(`${ROLES}/${role}`).send(body).expect(200);
  });

  it('nor takes away what they do not hold', async () => {
    const role = await some.aRole([['oauth', 'client', 'edit']]);
    const caller = await editor();
    await caller.put(`${ROLES}/${role}`).send({ name: 'Emptied', permissionPolicies: [] }).expect(403);
    await caller.put(`${ROLES}/default`).send([]).expect(403);
  });
});

describe('the catalogue of permissions', () => {
  it('is listed by domain', async () => {
    const { body } = await app.anonymous.get(`${AUTH}/permissions`);
    expect(body.code).toBe('authentication.required');
    const nobody = await app.as([]);
    const all = await nobody.get(`${AUTH}/permissions?pageSize=100`).expect(200);
    const domains = (all.body.entities as { domain: string }[]).map(({ domain }) => domain);
    expect(domains).toEqual([...domains].sort());
    expect(domains).toEqual(expect.arrayContaining(['outbound', 'messaging', 'responses', 'responseAssets']));
    const some = await nobody.get(`${AUTH}/permissions?queryType=domain&query=oauth,audits`).expect(200);
    expect(some.body.total).toBe(2);
    const one = await nobody
      .get(`${AUTH}/permissions?queryType=permission&query=outbound:contactList:view`)
      .expect(200);
    expect(one.body.entities).toEqual([
      {
        id: 'outbound',
        name: 'outbound',
        domain: 'outbound',
        permissionMap: {
          contactList: [
            {
              domain: 'outbound',
              entityType: 'contactList',
              action: 'view',
              label: 'Outbound > Contact list > View',
              allowsConditions: false,
              divisionAware: true,
            },
          ],
        },
      },
    ]);
  });

  it('goes with the products of the organisation', async () => {
    const answer = await app.admin.get(`${AUTH}/products`).expect(200);
    expect(answer.body).toMatchObject({ total: 1, entities: [{ id: 'Genesys Cloud CX 3' }] });
  });
});

describe('the limits of the organisation', () => {
  it('are listed by namespace', async () => {
    const path = '/api/v2/organizations/limits/namespaces';
    const { body } = await app.admin.get(`${path}/outbound`).expect(200);
    const limits = (body as { entities: { key: string; value: number }[] }).entities;
    expect(Object.fromEntries(limits.map(({ key, value }) => [key, value]))).toMatchObject({
      'whatsapp.campaign.messages.per.minute': 60_000,
      'contact.lists.max': 1_000,
      'contact.list.columns.max': 50,
      'contact.list.contacts.max': 1_000_000,
      'contacts.max': 5_000_000,
      'contacts.per.call.max': 1_000,
      'dnc.list.entries.max': 1_000_000,
      'campaigns.max': 1_000,
      'campaigns.running.max': 25,
    });
    const defaults = await app.admin.get(`${path}/outbound/defaults`).expect(200);
    expect(defaults.body).toEqual(body);
    await app.admin.get(`${path}/nothing`).expect(404);
  });
});
