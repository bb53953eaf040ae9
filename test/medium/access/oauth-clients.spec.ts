import { randomUUID } from 'node:crypto';
import type { Permission } from '../../../src/modules/access/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  createPerson,
  newPkce,
  obtainCode,
  postToken,
  refresh,
  signedInTokens,
  statusOf,
} from './sign-in-fixtures.js';

const CLIENTS = '/api/v2/oauth/clients';
const MANAGE: Permission[] = [
  'oauth:client:add',
  'oauth:client:edit',
  'oauth:client:view',
  'oauth:client:delete',
];

describe('OAuth clients', () => {
  let app: TestApp;
  let adminRole: string;
  let viewRole: string;

  beforeAll(async () => {
    app = await startTestApp();
    [{ id: adminRole }] = await app.db.query(`SELECT id FROM roles WHERE default_role_id = 'admin'`);
    [{ id: viewRole }] = await app.db.query(`INSERT INTO roles (name) VALUES ('Viewers') RETURNING id`);
    await app.db.query(
      `INSERT INTO role_policies (role_id, domain, entity_name, actions)
       VALUES ($1, 'outbound', 'contactList', '{view}')`,
      [viewRole],
    );
  });

  afterAll(() => app?.close());

  const program = (overrides: object = {}) => ({
    name: 'Nightly import',
    authorizedGrantType: 'CLIENT-CREDENTIALS',
    roleDivisions: [{ roleId: viewRole, divisionId: app.homeDivisionId }],
    ...overrides,
  });
  const website = (overrides: object = {}) => ({
    name: 'Website',
    authorizedGrantType: 'CODE',
    registeredRedirectUri: ['https://shop.example.com/callback'],
    ...overrides,
  });
  const login = (id: string, secret: string) =>
    postToken(app, { grant_type: 'client_credentials' }, { id, secret });
  const asBearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('are created with a secret that is shown once, and log in with their roles', async () => {
    const created = await app.admin
      .post(CLIENTS)
      .send(program({ accessTokenValiditySeconds: 600 }))
      .expect(200);
    const { id, secret } = created.body;
    expect(created.headers['cache-control']).toBe('no-store');
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(created.body).toMatchObject({
      state: 'active',
      roleDivisions: [{ roleId: viewRole, divisionId: app.homeDivisionId }],
      selfUri: `${CLIENTS}/${id}`,
    });
    const read = await app.admin.get(`${CLIENTS}/${id}`).expect(200);
    expect(read.body).not.toHaveProperty('secret');
    const list = await app.admin.get(CLIENTS).expect(200);
    expect(list.body.entities.find((client: { id: string }) => client.id === id)).toEqual(read.body);
    expect(JSON.stringify(list.body)).not.toContain(secret);
    const token = await login(id, secret).expect(200);
    expect(token.body.expires_in).toBe(600);
    const bearer = asBearer(token.body.access_token);
    await app.anonymous.get('/api/v2/outbound/contactlists').set(bearer).expect(200);
    await app.anonymous.get(CLIENTS).set(bearer).expect(403);
    await app.anonymous.get('/api/v2/users/me').set(bearer).expect(400);
  });

  it('are refused with every reason at once', async () => {
    const answer = await app.admin
      .post(CLIENTS)
      .send(
        website({
          registeredRedirectUri: ['javascript:alert(1)', 'https://a.example/#x', 'https://*.example/'],
          roleDivisions: [{ roleId: randomUUID(), divisionId: '*' }],
        }),
      )
      .expect(400);
    expect(answer.body.details.map(({ errorCode }: { errorCode: string }) => errorCode)).toEqual([
      'invalid.value',
      'invalid.redirect.uri',
      'invalid.redirect.uri',
      'invalid.redirect.uri',
      'role.not.found',
    ]);
  });

  it.each([
    ['no roles', { roleDivisions: [] }, 'missing.client.roles'],
    ['no grant type', { authorizedGrantType: undefined }, 'grant.type.required'],
    ['a grant type that is not offered', { authorizedGrantType: 'PASSWORD' }, 'bad.grant.type'],
    ['too short a token life', { accessTokenValiditySeconds: 299 }, 'invalid.value'],
    ['too long a token life', { accessTokenValiditySeconds: 172_801 }, 'invalid.value'],
    ['a state of no kind', { state: 'asleep' }, 'invalid.value'],
    ['no secret to keep', { public: true }, 'invalid.value'],
  ])('are refused with %s', async (_what, overrides, code) => {
    const answer = await app.admin.post(CLIENTS).send(program(overrides)).expect(400);
    expect(answer.body.code).toBe(code);
  });

  it('give nobody more than their creator holds', async () => {
    const other = await app.createDivision('Elsewhere');
    const manager = await app.as([...MANAGE, 'outbound:contactList:view'], [app.homeDivisionId]);
    await manager.post(CLIENTS).send(program()).expect(200);
    for (const roleDivisions of [
      [{ roleId: adminRole, divisionId: app.homeDivisionId }],
      [{ roleId: viewRole, divisionId: other }],
      [{ roleId: viewRole, divisionId: '*' }],
    ]) {
      const refused = await manager.post(CLIENTS).send(program({ roleDivisions })).expect(403);
      expect(refused.body.code).toBe('missing.permissions');
      expect(refused.body.message).toMatch(/outbound:contactList:(view|add)/u);
    }
    const { body: strong } = await app.admin
      .post(CLIENTS)
      .send(program({ roleDivisions: [{ roleId: adminRole, divisionId: '*' }] }))
      .expect(200);
    // What it holds already is no gain; its secret would be.
    const kept = { ...program(), roleDivisions: [{ roleId: adminRole, divisionId: '*' }], description: 'x' };
    await manager.put(`${CLIENTS}/${strong.id}`).send(kept).expect(200);
    await manager.post(`${CLIENTS}/${strong.id}/secret`).expect(403);
    await login(strong.id, strong.secret).expect(200);
  });

  it('lose their tokens at once by a new secret', async () => {
    const { body: client } = await app.admin.post(CLIENTS).send(program()).expect(200);
    const { body: token } = await login(client.id, client.secret).expect(200);
    const { body: rotated } = await app.admin.post(`${CLIENTS}/${client.id}/secret`).expect(200);
    expect(rotated.secret).not.toBe(client.secret);
    await app.anonymous.head('/api/v2/tokens/me').set(asBearer(token.access_token)).expect(401);
    expect((await login(client.id, client.secret).expect(400)).body.error).toBe('invalid_client');
    await login(client.id, rotated.secret).expect(200);
  });

  it.each(['disabled', 'inactive'])('lose their tokens at once when %s, and for good', async (state) => {
    const { body: client } = await app.admin.post(CLIENTS).send(program()).expect(200);
    const { body: token } = await login(client.id, client.secret).expect(200);
    await app.admin.put(`${CLIENTS}/${client.id}`).send(program({ state })).expect(200);
    await login(client.id, client.secret).expect(400);
    const edited = await app.admin.put(`${CLIENTS}/${client.id}`).send(program()).expect(200);
    expect(edited.body.state).toBe(state);
    await app.admin
      .put(`${CLIENTS}/${client.id}`)
      .send(program({ state: 'active' }))
      .expect(200);
    await app.anonymous.head('/api/v2/tokens/me').set(asBearer(token.access_token)).expect(401);
    await login(client.id, client.secret).expect(200);
  });

  it('take the tokens and codes of their users along when disabled', async () => {
    const person = await createPerson(app);
    const { body } = await app.admin
      .post(CLIENTS)
      .send(website({ public: true }))
      .expect(200);
    expect(body).not.toHaveProperty('secret');
    const client = { id: body.id as string, redirectUri: body.registeredRedirectUri[0] as string };
    const tokens = await signedInTokens(app, client, person);
    const pkce = newPkce();
    const code = await obtainCode(app, client, pkce, person);
    for (const state of ['disabled', 'active'])
      await app.admin.put(`${CLIENTS}/${client.id}`).send(website({ state })).expect(200);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    await refresh(app, client, tokens.refresh_token).expect(400);
    const late = await postToken(app, {
      grant_type: 'authorization_code',
      client_id: client.id,
      code,
      code_verifier: pkce.verifier,
      redirect_uri: client.redirectUri,
    });
    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant']);
    await app.admin.post(`${CLIENTS}/${client.id}/secret`).expect(400);
  });

  it('can be deleted only when they are not active, and their roles go with them', async () => {
    const { body: client } = await app.admin.post(CLIENTS).send(program()).expect(200);
    const refused = await app.admin.delete(`${CLIENTS}/${client.id}`).expect(400);
    expect(refused.body.code).toBe('cannot.delete.client');
    await app.admin
      .put(`${CLIENTS}/${client.id}`)
      .send(program({ state: 'inactive' }))
      .expect(200);
    await app.admin.delete(`${CLIENTS}/${client.id}`).expect(200);
    await app.admin.get(`${CLIENTS}/${client.id}`).expect(404);
    const [{ count }] = await app.db.query(
      `SELECT count(*)::int AS count FROM grants WHERE subject_id = $1`,
      [client.id],
    );
    expect(count).toBe(0);
  });

  it('keep their kind, and the one of the console stays as it is', async () => {
    const { body: client } = await app.admin.post(CLIENTS).send(program()).expect(200);
    const answer = await app.admin.put(`${CLIENTS}/${client.id}`).send(website()).expect(400);
    expect(answer.body.code).toBe('bad.grant.type');
    const builtIn = await app.admin.get(`${CLIENTS}/depesche-console`).expect(200);
    expect(builtIn.body).toMatchObject({ authorizedGrantType: 'CODE', public: true });
    await app.admin.put(`${CLIENTS}/depesche-console`).send(website()).expect(400);
    await app.admin.delete(`${CLIENTS}/depesche-console`).expect(400);
    await app.admin.post(`${CLIENTS}/depesche-console/secret`).expect(400);
  });

  it('have scopes that everybody may read', async () => {
    const { body } = await (await app.as([])).get('/api/v2/oauth/scopes').expect(200);
    const ids = body.entities.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['outbound', 'outbound:readonly', 'user-basic-info']));
    expect(body.total).toBe(ids.length);
  });
});
