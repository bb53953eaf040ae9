import { webcrypto } from 'node:crypto';
import request from 'supertest';
import { Session } from '../../../src/console/web/session.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  authorizePath,
  codeOf,
  createCodeClient,
  createPerson,
  exchange,
  newPkce,
  PASSWORD,
  refresh,
  signIn,
  statusOf,
} from './sign-in-fixtures.js';
import { Browser, hiddenFields } from './browser.js';

const CONSOLE = 'depesche-console';

describe('the sign-in pages', () => {
  let app: TestApp;
  let consoleUri: string;

  beforeAll(async () => {
    app = await startTestApp();
    const [row] = await app.db.query(`SELECT redirect_uris[1] AS uri FROM oauth_clients WHERE id = $1`, [
      CONSOLE,
    ]);
    consoleUri = row.uri;
  });

  afterAll(() => app?.close());

  const consolePath = (overrides: Record<string, string> = {}) =>
    authorizePath({ id: CONSOLE, redirectUri: consoleUri }, newPkce(), overrides);

  it('work without scripts and inline styles, and can not be framed', async () => {
    const client = await createCodeClient(app);
    const answer = await new Browser(app.baseUrl).get(authorizePath(client, newPkce()));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    const policy = answer.headers['content-security-policy'];
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).toContain(`form-action 'self' https://shop.example.com`);
    expect(policy).not.toContain('unsafe');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).not.toMatch(/<script|style=|<style|onclick/u);
    for (const id of ['email', 'password']) {
      expect(answer.text).toContain(`<label for="${id}">`);
      expect(answer.text).toMatch(new RegExp(`<input\\s+id="${id}"`, 'u'));
    }
    await request(app.baseUrl)
      .get('/oauth/sign-in.css')
      .expect(200)
      .expect('content-type', /text\/css/u);
  });

  it('never send a browser to an address that is not registered', async () => {
    const client = await createCodeClient(app);
    const browser = new Browser(app.baseUrl);
    const addresses = [
      'https://evil.example/',
      `${client.redirectUri}&x=1`,
      client.redirectUri.replace('https', 'http'),
      client.redirectUri.toUpperCase(),
      `${client.redirectUri}/../evil`,
      `https://shop.example.com@evil.example/callback?tenant=1`,
      '//evil.example',
      '/oauth/authorize',
      undefined,
    ];
    for (const redirect_uri of addresses) {
      for (const response_type of ['code', 'token', 'nonsense']) {
        const answer = await browser.get(authorizePath(client, newPkce(), { redirect_uri, response_type }));
        expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
        expect(answer.text).toContain('not registered');
      }
    }
    const twice = `${authorizePath(client, newPkce())}&redirect_uri=https%3A%2F%2Fevil.example`;
    expect((await browser.get(twice)).status).toBe(400);
    const unknown = await browser.get(authorizePath({ ...client, id: 'nobody' }, newPkce()));
    expect([unknown.status, unknown.headers.location]).toEqual([400, undefined]);
  });

  it('check the request again when the form comes back', async () => {
    const [client, person] = [await createCodeClient(app), await createPerson(app)];
    const browser = new Browser(app.baseUrl);
    const page = await browser.get(authorizePath(client, newPkce()));
    const answer = await browser.submit('/oauth/authorize', {
      ...hiddenFields(page.text),
      redirect_uri: 'https://evil.example/',
      email: person.email,
      password: PASSWORD,
    });
    expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
  });

  it('refuse the implicit grant clearly', async () => {
    const client = await createCodeClient(app);
    const answer = await new Browser(app.baseUrl).get(
      authorizePath(client, undefined, { response_type: 'token' }),
    );
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers.location!);
    const fragment = new URLSearchParams(target.hash.slice(1));
    expect(fragment.get('error')).toBe('unsupported_response_type');
    expect(fragment.get('error_description')).toContain('PKCE');
    expect(fragment.get('state')).toBe('a&b=c');
  });

  it('refuse a form without the token of this browser, with a wrong or a foreign one', async () => {
    const [client, person] = [await createCodeClient(app), await createPerson(app)];
    const path = authorizePath(client, newPkce());
    const browser = new Browser(app.baseUrl);
    const fields = hiddenFields((await browser.get(path)).text);
    const stranger = hiddenFields((await new Browser(app.baseUrl).get(path)).text);
    const credentials = { email: person.email, password: PASSWORD };
    for (const csrf of [undefined, '', 'wrong', stranger.csrf!]) {
      const { csrf: _own, ...others } = fields;
      const form = { ...others, ...credentials, ...(csrf === undefined ? {} : { csrf }) };
      const answer = await browser.submit('/oauth/authorize', form);
      expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
    }
    const withoutCookie = new Browser(app.baseUrl);
    const answer = await withoutCookie.submit('/oauth/authorize', { ...fields, ...credentials });
    expect(answer.status).toBe(403);
    const [{ count }] = await app.db.query(`SELECT count(*)::int AS count FROM sessions WHERE user_id = $1`, [
      person.id,
    ]);
    expect(count).toBe(0);
    codeOf(await browser.submit('/oauth/authorize', { ...fields, ...credentials }));
  });

  it('set cookies that scripts and other sites do not get, and over https only this host', async () => {
    const secure = await startTestApp({ env: { PUBLIC_URL: 'https://depesche.example.com' } });
    try {
      for (const target of [app, secure]) {
        const [client, person] = [await createCodeClient(target), await createPerson(target)];
        const browser = new Browser(target.baseUrl);
        const path = authorizePath(client, newPkce());
        const page = await browser.get(path);
        const done = await browser.submit('/oauth/authorize', {
          ...hiddenFields(page.text),
          email: person.email,
          password: PASSWORD,
        });
        codeOf(done);
        const lines = [page, done].flatMap(({ headers }) => headers['set-cookie'] as unknown as string[]);
        expect(lines).toHaveLength(2);
        for (const line of lines) {
          expect(line).toMatch(/; HttpOnly/u);
          expect(line).toMatch(/; SameSite=Lax/u);
          expect(line.includes('; Secure')).toBe(target === secure);
          expect(line.startsWith('__Host-')).toBe(target === secure);
        }
      }
    } finally {
      await secure.close();
    }
  });

  it('never adopt a session that the browser brought along', async () => {
    const person = await createPerson(app);
    const browser = new Browser(app.baseUrl);
    browser.cookies.set('depesche-session', 'planted-by-somebody-else');
    codeOf(await signIn(browser, consolePath(), person));
    expect(browser.cookies.get('depesche-session')).not.toBe('planted-by-somebody-else');
  });

  it('let a signed-in browser straight back into the console, unless prompt=login', async () => {
    const person = await createPerson(app);
    const browser = new Browser(app.baseUrl);
    const nobody = await browser.get(consolePath({ prompt: 'none' }));
    expect(new URL(nobody.headers.location!).searchParams.get('error')).toBe('login_required');
    codeOf(await signIn(browser, consolePath(), person));
    codeOf(await browser.get(consolePath()));
    codeOf(await browser.get(consolePath({ prompt: 'none' })));
    const again = await browser.get(consolePath({ prompt: 'login' }));
    expect([again.status, again.headers.location]).toEqual([200, undefined]);
    expect(again.text).toContain('type="password"');
  });

  it('ask before another client gets a code from a session that is open', async () => {
    const [client, person] = [await createCodeClient(app), await createPerson(app)];
    const browser = new Browser(app.baseUrl);
    codeOf(await signIn(browser, consolePath(), person));
    const pkce = newPkce();
    const page = await browser.get(authorizePath(client, pkce));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Kim &lt;Example&gt;');
    expect(page.text).not.toContain('type="password"');
    const { csrf: _csrf, ...forged } = hiddenFields(page.text);
    expect((await browser.submit('/oauth/authorize', { ...forged, continue: 'yes' })).status).toBe(403);
    const agreed = await browser.submit('/oauth/authorize', { ...hiddenFields(page.text), continue: 'yes' });
    await exchange(app, client, { code: codeOf(agreed), verifier: pkce.verifier }).expect(200);
    const signedOut = new Browser(app.baseUrl);
    const fields = hiddenFields((await signedOut.get(authorizePath(client, pkce))).text);
    const answer = await signedOut.submit('/oauth/authorize', { ...fields, continue: 'yes' });
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
  });

  it('sign out with all tokens of the session, and lead on to registered addresses only', async () => {
    const [client, person, pkce] = [await createCodeClient(app), await createPerson(app), newPkce()];
    const browser = new Browser(app.baseUrl);
    const code = codeOf(await signIn(browser, authorizePath(client, pkce), person));
    const { body } = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
    const session = browser.cookies.get('depesche-session')!;
    const foreign = await new Browser(app.baseUrl).get(
      `/logout?client_id=${client.id}&redirect_uri=https%3A%2F%2Fevil.example`,
    );
    expect([foreign.status, foreign.headers.location]).toEqual([200, undefined]);
    const query = new URLSearchParams({ client_id: client.id, redirect_uri: client.redirectUri });
    const answer = await browser.get(`/logout?${query.toString()}`);
    expect([answer.status, answer.headers.location]).toEqual([303, client.redirectUri]);
    expect(browser.cookies.has('depesche-session')).toBe(false);
    expect(await statusOf(app, body.access_token)).toBe(401);
    await refresh(app, client, body.refresh_token).expect(400);
    browser.cookies.set('depesche-session', session);
    const replayed = await browser.get(consolePath());
    expect(replayed.text).toContain('type="password"');
  });

  it('sign in to the console by PKCE, for this tab only, and keep no more than the access token', async () => {
    const { email } = await createPerson(app, { admin: true });
    const browser = new Browser(app.baseUrl);
    const kept = new Map<string, string>();
    const page = (uri: string, assign: (to: string) => void) => ({
      location: { origin: new URL(consoleUri).origin, search: new URL(uri).search, assign },
      history: { replaceState: jest.fn() },
      storage: {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
        removeItem: (key: string) => void kept.delete(key),
      },
      crypto: webcrypto as Crypto,
      fetch: (path: string, init: RequestInit) => fetch(`${app.baseUrl}${path}`, init),
    });
    let leftFor = '';
    await new Session(page(consoleUri, (to) => (leftFor = to))).signIn();
    const back = (await signIn(browser, leftFor, { email })).headers.location!;
    const strange = page(back.replace(/state=[^&]+/u, 'state=other'), jest.fn());
    const asked = new Map(kept);
    await expect(new Session(strange).resume()).rejects.toThrow('does not belong');
    expect(kept.size).toBe(0);

    asked.forEach((value, key) => kept.set(key, value));
    const onEnd = jest.fn();
    const [returned, leave] = [page(back, jest.fn()), jest.fn()];
    const session = new Session({ ...returned, location: { ...returned.location, assign: leave } }, onEnd);
    await session.resume();
    expect(returned.history.replaceState).toHaveBeenCalledWith(null, '', '/');
    expect([...kept.keys()]).toEqual(['depesche.token']);
    expect(await session.api('/users/me')).toMatchObject({ email });
    await expect(session.api('/outbound/messagingcampaigns/none')).rejects.toMatchObject({ status: 404 });

    await browser.get('/logout');
    await expect(session.api('/users/me')).rejects.toMatchObject({ status: 401 });
    expect([onEnd.mock.calls.length, session.isSignedIn, kept.size]).toEqual([1, false, 0]);
    session.signOut();
    expect(leave.mock.calls[0][0]).toContain('/logout?client_id=depesche-console');
    const insecure = { ...returned, crypto: {} as Crypto };
    await expect(new Session(insecure).signIn()).rejects.toThrow('https');
  });

  it('lead back to the console under either name of a loopback address', async () => {
    const [row] = await app.db.query(`SELECT redirect_uris FROM oauth_clients WHERE id = $1`, [CONSOLE]);
    expect(row.redirect_uris.map((uri: string) => new URL(uri).hostname)).toEqual(['127.0.0.1', 'localhost']);
  });
});
