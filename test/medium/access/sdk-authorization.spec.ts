import { startTestApp, type TestApp } from '../../support/app.js';
import { loginSdk, type Sdk } from '../../support/sdk.js';
import { AccessFixtures } from './access-fixtures.js';

// The official SDK, unchanged, as an administrator's program uses it.
describe('authorization through the official SDK', () => {
  let app: TestApp;
  let sdk: Sdk;
  let user: string;
  let north: string;
  let role: string;

  beforeAll(async () => {
    app = await startTestApp();
    sdk = await loginSdk({
      baseUrl: app.baseUrl,
      clientId: 'admin',
      clientSecret: 'admin-secret-of-tests',
    });
    user = await new AccessFixtures(app).aUser('Ute');
  });
  afterAll(() => app.close());

  it('keeps divisions', async () => {
    const { authorization } = sdk;
    const created = await authorization.postAuthorizationDivisions({ name: 'North', description: '' });
    north = created.id!;
    await authorization.putAuthorizationDivision(north, { name: 'Far north', description: 'Snow' });
    const read = await authorization.getAuthorizationDivision(north, { objectCount: true });
    expect(read).toMatchObject({ name: 'Far north', description: 'Snow' });
    expect(read.objectCounts).toMatchObject({ CONTACTLIST: 0, DNCLIST: 0 });
    expect(await authorization.getAuthorizationDivisionsLimit()).toBe(1000);
    const queried = await authorization.getAuthorizationDivisionsQuery({ name: 'far', pageSize: '5' });
    expect(queried.entities).toHaveLength(1);
    const listed = await authorization.getAuthorizationDivisions({ id: [north], objectCount: false });
    expect(listed.total).toBe(1);
  });

  it('moves objects, and deletes and restores divisions', async () => {
    const { authorization, outbound } = sdk;
    const list = await outbound.postOutboundContactlists({
      name: 'Customers',
      columnNames: ['wa'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    await authorization.postAuthorizationDivisionObject(north, 'CONTACTLIST', [list.id!]);
    expect((await outbound.getOutboundContactlist(list.id!)).division?.name).toBe('Far north');
    await expect(authorization.deleteAuthorizationDivision(north)).rejects.toMatchObject({
      status: 400,
      code: 'division.not.empty',
    });
    await authorization.postAuthorizationDivisionObject(app.homeDivisionId, 'CONTACTLIST', [list.id!]);
    await authorization.deleteAuthorizationDivision(north);
    const deleted = await authorization.getAuthorizationDivisionsDeleted();
    expect(deleted.entities?.map(({ id }) => id)).toEqual([north]);
    const restored = await authorization.postAuthorizationDivisionRestore(north, { description: '' });
    expect(restored.name).toBe('Far north');
  });

  it('keeps roles', async () => {
    const { authorization } = sdk;
    const policy = { domain: 'outbound', entityName: 'contactList', actionSet: ['view'] };
    const created = await authorization.postAuthorizationRoles({
      name: 'Readers',
      description: 'Read lists',
      permissionPolicies: [policy],
    });
    role = created.id!;
    await authorization.putAuthorizationRole(role, {
      name: 'Readers',
      permissionPolicies: [{ ...policy, actionSet: ['view', 'search'] }],
    });
    await authorization.patchAuthorizationRole(role, { roleNeedsUpdate: true });
    const read = await authorization.getAuthorizationRole(role);
    expect(read).toMatchObject({ roleNeedsUpdate: true, description: 'Read lists' });
    expect(read.permissionPolicies?.[0]?.actionSet).toEqual(['view', 'search']);
    const listed = await authorization.getAuthorizationRoles({
      permission: ['outbound:contactList:search'],
      defaultRoleId: ['campaign-manager'],
    });
    expect(listed.entities?.map(({ name }) => name)).toEqual(['campaign manager']);
    const defaults = await authorization.putAuthorizationRolesDefault([]);
    expect(defaults.total).toBe(4);
    expect((await authorization.postAuthorizationRolesDefault({ force: true })).total).toBe(4);
  });

  it('keeps grants', async () => {
    const { authorization } = sdk;
    await authorization.postAuthorizationSubjectDivisionRole(user, north, role, { subjectType: 'PC_USER' });
    await authorization.postAuthorizationSubjectBulkadd(user, {
      grants: [{ roleId: role, divisionId: '*' }],
    });
    const subject = await authorization.getAuthorizationSubject(user);
    expect(subject.grants?.map(({ division }) => division?.id).sort()).toEqual(['*', north]);
    await authorization.postAuthorizationSubjectBulkremove(user, {
      grants: [{ roleId: role, divisionId: '*' }],
    });
    expect(await authorization.getAuthorizationSubjectsRolecounts({ id: [user] })).toEqual({ [user]: 1 });
    const inNorth = await authorization.getAuthorizationDivisionGrants(north, { pageSize: 500 });
    expect(inNorth.entities?.map(({ subjectId }) => subjectId)).toContain(user);
    await authorization.deleteAuthorizationSubjectDivisionRole(user, north, role);
    await authorization.postAuthorizationSubjectBulkreplace(user, { grants: [] }, { subjectType: 'PC_USER' });
    expect((await authorization.getAuthorizationSubject(user)).grants).toEqual([]);
    expect((await authorization.getAuthorizationSubjectsMe()).id).toBe('admin');
  });

  it('grants from the role and from the user', async () => {
    const { authorization } = sdk;
    const body = { subjectIds: [user], divisionIds: [north] };
    await authorization.postAuthorizationRole(role, body, { subjectType: 'PC_USER' });
    const holders = await authorization.getAuthorizationRoleSubjectgrants(role);
    expect(holders.entities).toMatchObject([{ id: user, type: 'PC_USER', divisions: [{ id: north }] }]);
    expect(await authorization.putAuthorizationRoleUsersRemove(role, [user])).toEqual([user]);
    expect(await authorization.putAuthorizationRoleUsersAdd(role, [user])).toEqual([user]);
    expect((await authorization.getAuthorizationRoleUsers(role)).entities).toMatchObject([{ id: user }]);
    await expect(authorization.deleteAuthorizationRole(role)).rejects.toMatchObject({ code: 'role.in.use' });
    expect((await authorization.getUserRoles(user)).permissions).toContain('outbound:contactList:search');
    expect((await authorization.putUserRoles(user, [])).roles).toEqual([]);
    await authorization.deleteAuthorizationRole(role);
    await expect(authorization.getAuthorizationRole(role)).rejects.toMatchObject({ status: 404 });
  });

  it('tells permissions, permitted divisions, products and limits', async () => {
    const { authorization, organization } = sdk;
    const permissions = await authorization.getAuthorizationPermissions({ pageSize: 100 });
    expect(permissions.entities?.map(({ domain }) => domain)).toContain('outbound');
    const permission = 'outbound:whatsAppCampaign:add';
    const permitted = await authorization.getAuthorizationDivisionspermittedPagedMe(permission);
    expect(permitted).toMatchObject({ allDivsPermitted: true, total: 2 });
    expect(await authorization.getAuthorizationDivisionspermittedMe(permission)).toHaveLength(2);
    const ofUser = await authorization.getAuthorizationDivisionspermittedPagedSubjectId(user, permission);
    expect(ofUser.total).toBe(0);
    expect((await authorization.getAuthorizationProducts()).total).toBe(1);
    const limits = await organization.getOrganizationsLimitsNamespace('outbound');
    expect(limits.entities?.length).toBeGreaterThan(5);
    await organization.getOrganizationsLimitsNamespaceDefaults('outbound');
  });
});
