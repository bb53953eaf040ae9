import platformClient from 'purecloud-platform-client-v2';
import { startTestApp, type TestApp } from '../../support/app.js';
import { createPerson, obtainCode, type Person, signIn, authorizePath, newPkce } from './sign-in-fixtures.js';
import { Browser } from './browser.js';

const PASSWORD = 'seven green umbrellas sing';

// The SDK is one object per process, hence one story. Its browser part (sending the user to the page) is done by hand.
describe('the official SDK, signed in by authorization code and PKCE', () => {
  const sdk = platformClient.ApiClient.instance;
  const users = new platformClient.UsersApi();
  const clients = new platformClient.OAuthApi();
  const tokens = new platformClient.TokensApi();
  const redirectUri = 'https://shop.example.com/callback';
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await createPerson(app, { admin: true });
    sdk.config.live_reload_config = false;
    const { hostname, port } = new URL(app.baseUrl);
    sdk.setGateway({ host: hostname, protocol: 'http', port: Number(port) });
  });

  afterAll(() => app?.close());

  async function loginBySdk(clientId: string, person: Person): Promise<void> {
    const verifier = sdk.generatePKCECodeVerifier(128);
    const challenge = await sdk.computePKCECodeChallenge(verifier);
    const code = await obtainCode(app, { id: clientId, redirectUri }, { verifier, challenge }, person);
    await sdk.authorizePKCEGrant(clientId, verifier, code, redirectUri);
  }

  it('creates a client by client credentials, and signs a user in to it', async () => {
    await sdk.loginClientCredentialsGrant('admin', 'admin-secret-of-tests');
    const website = await clients.postOauthClients({
      name: 'Website',
      authorizedGrantType: 'CODE',
      registeredRedirectUri: [redirectUri],
      accessTokenValiditySeconds: 900,
    });
    await expect(users.getUsersMe()).rejects.toMatchObject({ status: 400 });
    await loginBySdk(website.id!, admin);
    const me = await users.getUsersMe({ expand: ['authorization'] });
    expect(me).toMatchObject({ id: admin.id, email: admin.email });
    expect(me.authorization?.permissions).toContain('oauth:client:add');
    const info = await tokens.getTokensMe();
    expect(info.OAuthClient?.id).toBe(website.id);
  });

  it('drives OAuth clients', async () => {
    const roles = await app.db.query<{ id: string }[]>(
      `SELECT id FROM roles WHERE default_role_id = 'admin'`,
    );
    const body = {
      name: 'Nightly import',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      roleDivisions: [{ roleId: roles[0]!.id, divisionId: app.homeDivisionId }],
    };
    const created = await clients.postOauthClients(body);
    expect(created.secret).toBeTruthy();
    const rotated = await clients.postOauthClientSecret(created.id!);
    expect(rotated.secret).not.toBe(created.secret);
    const changed = await clients.putOauthClient(created.id!, { ...body, name: 'Import', state: 'inactive' });
    expect(changed).toMatchObject({ name: 'Import', state: 'inactive', roleDivisions: body.roleDivisions });
    const listing = await clients.getOauthClients();
    expect(listing.entities?.map(({ id }) => id)).toContain(created.id);
    expect((await clients.getOauthScopes()).total).toBeGreaterThan(5);
    await clients.deleteOauthClient(created.id!);
    await expect(clients.getOauthClient(created.id!)).rejects.toMatchObject({
      status: 404,
      code: 'not.found',
    });
  });

  it('drives users', async () => {
    const user = await users.postUsers({
      name: 'Robin Doe',
      email: 'robin@example.com',
      divisionId: app.homeDivisionId,
    });
    await users.postUserPassword(user.id!, { newPassword: PASSWORD });
    const credentials = { email: 'robin@example.com', password: PASSWORD };
    const consoleClient = await clients.getOauthClient('depesche-console');
    const target = { id: consoleClient.id!, redirectUri: consoleClient.registeredRedirectUri![0]! };
    const answer = await signIn(new Browser(app.baseUrl), authorizePath(target, newPkce()), credentials);
    expect(answer.status).toBe(303);
    const changed = await users.patchUser(user.id!, { version: 1, title: 'Lead', state: 'inactive' });
    expect(changed).toMatchObject({ title: 'Lead', state: 'inactive', version: 2 });
    await expect(users.patchUser(user.id!, { version: 1 })).rejects.toMatchObject({
      status: 409,
      code: 'general.conflict',
    });
    const inactive = await users.getUsers({ state: 'inactive' });
    expect(inactive.entities?.map(({ id }) => id)).toEqual([user.id]);
    await tokens.deleteToken(user.id!);
    await users.deleteUser(user.id!);
    await expect(users.getUser(user.id!)).rejects.toMatchObject({ status: 404 });
  });

  it('ends its own token', async () => {
    await tokens.deleteTokensMe();
    await expect(tokens.getTokensMe()).rejects.toMatchObject({ status: 401, code: 'bad.credentials' });
  });
});
