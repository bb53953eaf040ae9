import { randomBytes } from 'node:crypto';
import request from 'supertest';
import type { Permission } from '../../../src/modules/access/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  authorizePath,
  codeOf,
  type CodeClient,
  createCodeClient,
  createPerson,
  exchange,
  newPkce,
  obtainCode,
  PASSWORD,
  refresh,
  signedInTokens,
  signIn,
  statusOf,
} from './sign-in-fixtures.js';
import { Browser, hiddenFields } from './browser.js';

const USERS = '/api/v2/users';
const MANAGE: Permission[] = [
  'directory:user:add',
  'directory:user:edit',
  'directory:user:view',
  'directory:user:delete',
];
const OTHER_PASSWORD = 'seven green umbrellas sing';

describe('users', () => {
  let app: TestApp;
  let client: CodeClient;

  beforeAll(async () => {
    app = await startTestApp();
    client = await createCodeClient(app);
  });

  afterAll(() => app?.close());

  const aUser = (overrides: object = {}) => ({
    name: 'Robin Doe',
    email: `${randomBytes(6).toString('hex')}@example.com`,
    divisionId: app.homeDivisionId,
    ...overrides,
  });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const canSignIn = async (email: string, password: string) => {
    const answer = await signIn(new Browser(app.baseUrl), authorizePath(client, newPkce()), {
      email,
      password,
    });
    return answer.status === 303;
  };

  it('are created, listed, changed and deleted', async () => {
    const body = aUser({ department: 'Care', title: 'Lead' });
    const { body: user } = await app.admin.post(USERS).send(body).expect(200);
    expect(user).toMatchObject({
      name: 'Robin Doe',
      email: body.email,
      username: body.email,
      state: 'active',
      version: 1,
      division: { id: app.homeDivisionId },
      selfUri: `${USERS}/${user.id}`,
    });
    expect((await app.admin.get(`${USERS}/${user.id}`).expect(200)).body).toEqual(user);
    const list = await app.admin.get(`${USERS}?id=${user.id}`).expect(200);
    expect(list.body).toMatchObject({ total: 1, entities: [user] });
    const changed = await app.admin
      .patch(`${USERS}/${user.id}`)
      .send({ version: 1, name: 'Robin Roe' })
      .expect(200);
    expect(changed.body).toMatchObject({ name: 'Robin Roe', department: 'Care', version: 2 });
    const stale = await app.admin.patch(`${USERS}/${user.id}`).send({ version: 1, name: 'x' }).expect(409);
    expect(stale.body).toMatchObject({
      code: 'general.conflict',
      messageParams: { given: '1', current: '2' },
    });
    await app.admin.delete(`${USERS}/${user.id}`).expect(200);
    await app.admin.get(`${USERS}/${user.id}`).expect(404);
    expect((await app.admin.get(`${USERS}?id=${user.id}`).expect(200)).body.total).toBe(0);
    expect((await app.admin.get(`${USERS}?id=${user.id}&state=deleted`).expect(200)).body.total).toBe(1);
    await app.admin.post(USERS).send(body).expect(200);
  });

  it('have e-mail addresses that nobody else has', async () => {
    const body = aUser();
    await app.admin.post(USERS).send(body).expect(200);
    const answer = await app.admin
      .post(USERS)
      .send({ ...body, email: body.email.toUpperCase() })
      .expect(409);
    expect(answer.body.code).toBe('general.conflict');
  });

  it('are seen and changed only within the divisions of the caller', async () => {
    const north = await app.createDivision('North');
    const inside = await createPerson(app, { divisionId: north });
    const outside = await createPerson(app);
    const manager = await app.as(MANAGE, [north]);
    const list = await manager.get(`${USERS}?pageSize=100`).expect(200);
    expect(list.body.entities.map(({ id }: { id: string }) => id)).toEqual([inside.id]);
    await manager.get(`${USERS}/${inside.id}`).expect(200);
    await manager.get(`${USERS}/${outside.id}`).expect(404);
    await manager.patch(`${USERS}/${outside.id}`).send({ version: 1, name: 'x' }).expect(404);
    await manager.post(`${USERS}/${outside.id}/invite`).expect(404);
    await manager.post(`${USERS}/${outside.id}/password`).send({ newPassword: OTHER_PASSWORD }).expect(404);
    await manager.delete(`${USERS}/${outside.id}`).expect(404);
    await manager.post(USERS).send(aUser()).expect(403);
    await manager
      .post(USERS)
      .send(aUser({ divisionId: north }))
      .expect(200);
  });

  it('get clear reasons against a weak password', async () => {
    const answer = await app.admin
      .post(USERS)
      .send(aUser({ password: 'robin doe' }))
      .expect(400);
    expect(answer.body.details.map(({ errorCode }: { errorCode: string }) => errorCode)).toEqual([
      'password.too.short',
      'password.has.name',
      'password.too.weak',
    ]);
    expect(answer.body.details[0].fieldName).toBe('password');
  });

  it('set their password by an invitation, once', async () => {
    const { body: user } = await app.admin.post(USERS).send(aUser()).expect(200);
    const { body: first } = await app.admin.post(`${USERS}/${user.id}/invite`).expect(200);
    await app.admin.post(`${USERS}/${user.id}/invite`).expect(409);
    const { body: invite } = await app.admin.post(`${USERS}/${user.id}/invite?force=true`).expect(200);
    const hours = (Date.parse(invite.dateExpires) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(71.9);
    expect(hours).toBeLessThanOrEqual(72);
    const browser = new Browser(app.baseUrl);
    const pathOf = (uri: string) => uri.replace(app.baseUrl, '');
    expect((await browser.get(pathOf(first.inviteUri))).status).toBe(410);

    const page = await browser.get(pathOf(invite.inviteUri));
    expect(page.status).toBe(200);
    expect(page.text).toContain(user.email);
    const fields = hiddenFields(page.text);
    const submit = (password: string, repeat = password) =>
      browser.submit('/oauth/password', { ...fields, password, repeat });
    const weak = await submit('password1234');
    expect(weak.status).toBe(400);
    expect(weak.text).toContain('too easy to guess');
    expect((await submit(OTHER_PASSWORD, PASSWORD)).status).toBe(400);
    expect((await submit(OTHER_PASSWORD)).status).toBe(200);
    expect((await submit(PASSWORD)).status).toBe(410);
    expect(await canSignIn(user.email, OTHER_PASSWORD)).toBe(true);
    const [{ count }] = await app.db.query(
      `SELECT count(*)::int AS count FROM password_invites WHERE user_id = $1`,
      [user.id],
    );
    expect(count).toBe(0);
  });

  it('can not use an invitation after its time', async () => {
    const { body: user } = await app.admin.post(USERS).send(aUser()).expect(200);
    const { body: invite } = await app.admin.post(`${USERS}/${user.id}/invite`).expect(200);
    await app.db.query(`UPDATE password_invites SET expires_at = now() WHERE user_id = $1`, [user.id]);
    const browser = new Browser(app.baseUrl);
    expect((await browser.get(invite.inviteUri.replace(app.baseUrl, ''))).status).toBe(410);
  });

  it('lose every token and session at once when they are switched off, and for good', async () => {
    const person = await createPerson(app);
    const browser = new Browser(app.baseUrl);
    const pkce = newPkce();
    const code = codeOf(await signIn(browser, authorizePath(client, pkce), person));
    const { body: tokens } = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
    const open = await obtainCode(app, client, pkce, person);
    await app.admin.patch(`${USERS}/${person.id}`).send({ version: 1, state: 'inactive' }).expect(200);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    expect(await canSignIn(person.email, PASSWORD)).toBe(false);
    await app.admin.patch(`${USERS}/${person.id}`).send({ version: 2, state: 'active' }).expect(200);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    await refresh(app, client, tokens.refresh_token).expect(400);
    await exchange(app, client, { code: open, verifier: pkce.verifier }).expect(400);
    expect((await browser.get(authorizePath(client, newPkce()))).text).toContain('type="password"');
    expect(await canSignIn(person.email, PASSWORD)).toBe(true);
  });

  it('lose every token when they are deleted, or when an administrator says so', async () => {
    const [deleted, revoked] = [await createPerson(app), await createPerson(app)];
    const tokens = [
      await signedInTokens(app, client, deleted),
      await signedInTokens(app, client, revoked),
    ] as const;
    await app.admin.delete(`${USERS}/${deleted.id}`).expect(200);
    await (await app.as(['oauth:client:view'])).delete(`/api/v2/tokens/${revoked.id}`).expect(403);
    await (await app.as(['oauth:token:delete'])).delete(`/api/v2/tokens/${revoked.id}`).expect(200);
    for (const { access_token, refresh_token } of tokens) {
      expect(await statusOf(app, access_token)).toBe(401);
      await refresh(app, client, refresh_token).expect(400);
    }
    await app.admin.delete('/api/v2/tokens/00000000-0000-4000-8000-000000000000').expect(404);
  });

  it('change their own password with the old one, and keep only the sign-in they do it from', async () => {
    const person = await createPerson(app);
    const [here, elsewhere] = [
      await signedInTokens(app, client, person),
      await signedInTokens(app, client, person),
    ];
    const change = (oldPassword: string, newPassword: string) =>
      app.anonymous
        .post(`${USERS}/me/password`)
        .set(bearer(here.access_token))
        .send({ oldPassword, newPassword });
    expect((await change('wrong', OTHER_PASSWORD).expect(400)).body.code).toBe('bad.credentials');
    expect((await change(PASSWORD, 'short').expect(400)).body.code).toBe('password.too.short');
    await change(PASSWORD, OTHER_PASSWORD).expect(204);
    expect(await statusOf(app, here.access_token)).toBe(200);
    expect(await statusOf(app, elsewhere.access_token)).toBe(401);
    expect(await canSignIn(person.email, PASSWORD)).toBe(false);
    expect(await canSignIn(person.email, OTHER_PASSWORD)).toBe(true);
    for (let failure = 0; failure < 6; failure += 1) await change('wrong', OTHER_PASSWORD).expect(400);
    expect((await change(OTHER_PASSWORD, PASSWORD).expect(429)).body.code).toBe('too.many.requests');
    await (
      await app.as([])
    )
      .post(`${USERS}/me/password`)
      .send({ oldPassword: 'a', newPassword: 'b' })
      .expect(400);
  });

  it('get a password from an administrator, but not from one who may do less than they', async () => {
    const [plain, boss] = [await createPerson(app), await createPerson(app, { admin: true })];
    const manager = await app.as(MANAGE);
    const tokens = await signedInTokens(app, client, plain);
    await manager.post(`${USERS}/${plain.id}/password`).send({ newPassword: OTHER_PASSWORD }).expect(204);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    expect(await canSignIn(plain.email, OTHER_PASSWORD)).toBe(true);
    const refused = await manager
      .post(`${USERS}/${boss.id}/password`)
      .send({ newPassword: OTHER_PASSWORD })
      .expect(403);
    expect(refused.body.code).toBe('missing.permissions');
    await manager.post(`${USERS}/${boss.id}/invite`).expect(403);
    expect(await canSignIn(boss.email, PASSWORD)).toBe(true);
  });

  it('see themselves with what they may do, and can not lock themselves out', async () => {
    const boss = await createPerson(app, { admin: true });
    const { access_token } = await signedInTokens(app, client, boss);
    const me = await request(app.baseUrl)
      .get(`${USERS}/me?expand=authorization,organization`)
      .set(bearer(access_token))
      .expect(200);
    expect(me.body.authorization.roles).toEqual([expect.objectContaining({ name: 'admin' })]);
    expect(me.body.authorization.permissions).toContain('outbound:whatsAppCampaign:start');
    expect(me.body.organization.id).toBeTruthy();
    await request(app.baseUrl).delete(`${USERS}/${boss.id}`).set(bearer(access_token)).expect(400);
    await request(app.baseUrl)
      .patch(`${USERS}/${boss.id}`)
      .set(bearer(access_token))
      .send({ version: me.body.version, state: 'inactive' })
      .expect(400);
  });
});
