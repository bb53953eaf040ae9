import { startTestApp, type TestApp } from '../../support/app.js';
import {
  authorizePath,
  codeOf,
  createCodeClient,
  createPerson,
  exchange,
  newPkce,
  obtainCode,
  postToken,
  refresh,
  signedInTokens,
  signIn,
  statusOf,
} from './sign-in-fixtures.js';
import { Browser, hiddenFields } from './browser.js';

describe('the authorization code grant', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app?.close());

  describe('of a public client', () => {
    it('signs a user in by the form and hands out tokens of that user', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const browser = new Browser(app.baseUrl);
      const answer = await signIn(browser, authorizePath(client, pkce), person);
      expect(answer.status).toBe(303);
      const target = new URL(answer.headers.location!);
      expect(`${target.origin}${target.pathname}`).toBe('https://shop.example.com/callback');
      expect(target.searchParams.get('tenant')).toBe('1');
      expect(target.searchParams.get('state')).toBe('a&b=c');

      const code = codeOf(answer);
      const tokens = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
      expect(tokens.headers['cache-control']).toBe('no-store');
      expect(tokens.body).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
      const me = await app.anonymous
        .get('/api/v2/users/me')
        .set('authorization', `Bearer ${tokens.body.access_token}`)
        .expect(200);
      expect(me.body).toMatchObject({ id: person.id, email: person.email, state: 'active' });
    });

    it('keeps neither codes nor tokens in clear', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const code = await obtainCode(app, client, pkce, person);
      const { body } = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
      for (const table of [
        'authorization_codes',
        'access_tokens',
        'refresh_tokens',
        'sessions',
        'token_families',
      ]) {
        const [row] = await app.db.query<{ all: string }[]>(
          `SELECT coalesce(json_agg(t)::text, '') || string_agg(encode(convert_to(t::text, 'UTF8'), 'escape'), '') AS all
             FROM ${table} t`,
        );
        for (const secret of [code, body.access_token, body.refresh_token, pkce.verifier]) {
          expect(row!.all).not.toContain(secret);
          expect(row!.all).not.toContain(Buffer.from(secret as string).toString('hex'));
        }
      }
    });

    it('wants PKCE, and by S256 only', async () => {
      const client = await createCodeClient(app);
      const browser = new Browser(app.baseUrl);
      for (const overrides of [
        {},
        { code_challenge: newPkce().challenge },
        { code_challenge: newPkce().challenge, code_challenge_method: 'plain' },
        { code_challenge: 'short', code_challenge_method: 'S256' },
      ]) {
        const answer = await browser.get(authorizePath(client, undefined, overrides));
        expect(answer.status).toBe(303);
        const target = new URL(answer.headers.location!);
        expect(target.searchParams.get('error')).toBe('invalid_request');
        expect(target.searchParams.get('state')).toBe('a&b=c');
        expect(target.searchParams.get('code')).toBeNull();
      }
    });

    it('may not exchange a code without the verifier, with a wrong, a short or a long one', async () => {
      const [person, client] = [await createPerson(app), await createCodeClient(app)];
      for (const verifier of [undefined, newPkce().verifier, 'a'.repeat(42), 'a'.repeat(129)]) {
        const code = await obtainCode(app, client, newPkce(), person);
        const answer = await exchange(app, client, { code, verifier }).expect(400);
        expect(answer.body).toMatchObject({
          error: 'invalid_grant',
          error_description: expect.stringContaining('code_verifier'),
        });
      }
    });

    it('uses a code up by a failed attempt, so that verifiers can not be tried', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const code = await obtainCode(app, client, pkce, person);
      await exchange(app, client, { code, verifier: newPkce().verifier }).expect(400);
      await exchange(app, client, { code, verifier: pkce.verifier }).expect(400);
    });
  });

  describe('and theft', () => {
    it('revokes what was issued from a code that comes a second time', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const code = await obtainCode(app, client, pkce, person);
      const { body } = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
      expect(await statusOf(app, body.access_token)).toBe(200);
      const again = await exchange(app, client, { code, verifier: pkce.verifier }).expect(400);
      expect(again.body.error).toBe('invalid_grant');
      expect(await statusOf(app, body.access_token)).toBe(401);
      await refresh(app, client, body.refresh_token).expect(400);
    });

    it('gives tokens to at most one of many exchanges at the same moment', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const code = await obtainCode(app, client, pkce, person);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => exchange(app, client, { code, verifier: pkce.verifier })),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      expect(await statusOf(app, winners[0]!.body.access_token)).toBe(401);
    });

    it('refuses the code to another client, and with another redirect_uri', async () => {
      const person = await createPerson(app);
      const [client, thief, pkce] = [await createCodeClient(app), await createCodeClient(app), newPkce()];
      const first = await obtainCode(app, client, pkce, person);
      const stolen = await exchange(app, thief, { code: first, verifier: pkce.verifier }).expect(400);
      expect(stolen.body.error).toBe('invalid_grant');
      const second = await obtainCode(app, client, pkce, person);
      const redirectUri = 'https://shop.example.com/callback';
      const moved = await exchange(app, client, { code: second, verifier: pkce.verifier, redirectUri });
      expect([moved.status, moved.body.error]).toEqual([400, 'invalid_grant']);
      const third = await obtainCode(app, client, pkce, person);
      const missing = await postToken(app, {
        grant_type: 'authorization_code',
        client_id: client.id,
        code: third,
        code_verifier: pkce.verifier,
      });
      expect([missing.status, missing.body.error]).toEqual([400, 'invalid_request']);
    });

    it('refuses a code after its minute', async () => {
      const [person, client, pkce] = [await createPerson(app), await createCodeClient(app), newPkce()];
      const code = await obtainCode(app, client, pkce, person);
      const [{ seconds }] = await app.db.query(
        `SELECT extract(epoch FROM expires_at - now())::float AS seconds FROM authorization_codes WHERE client_id = $1`,
        [client.id],
      );
      expect(seconds).toBeLessThanOrEqual(60);
      await app.db.query(`UPDATE authorization_codes SET expires_at = now() WHERE client_id = $1`, [
        client.id,
      ]);
      const answer = await exchange(app, client, { code, verifier: pkce.verifier }).expect(400);
      expect(answer.body.error).toBe('invalid_grant');
    });

    it('rotates refresh tokens, and revokes the whole family when an old one comes back', async () => {
      const [person, client] = [await createPerson(app), await createCodeClient(app)];
      const first = await signedInTokens(app, client, person);
      const second = (await refresh(app, client, first.refresh_token).expect(200)).body;
      expect(second.refresh_token).not.toBe(first.refresh_token);
      const third = (await refresh(app, client, second.refresh_token).expect(200)).body;
      expect(await statusOf(app, third.access_token)).toBe(200);
      const reuse = await refresh(app, client, first.refresh_token).expect(400);
      expect(reuse.body.error).toBe('invalid_grant');
      for (const { access_token } of [first, second, third])
        expect(await statusOf(app, access_token)).toBe(401);
      await refresh(app, client, third.refresh_token).expect(400);
    });

    it('refuses a refresh token to another client, and past the end of its family', async () => {
      const person = await createPerson(app);
      const [client, thief] = [await createCodeClient(app), await createCodeClient(app)];
      const tokens = await signedInTokens(app, client, person);
      const stolen = await refresh(app, thief, tokens.refresh_token).expect(400);
      expect(stolen.body.error).toBe('invalid_grant');
      await app.db.query(`UPDATE token_families SET expires_at = now() WHERE client_id = $1`, [client.id]);
      await refresh(app, client, tokens.refresh_token).expect(400);
    });
  });

  describe('of a confidential client', () => {
    const secret = 'secret-of-the-confidential-client';

    it('wants the secret when the sign-in had no challenge', async () => {
      const [person, client] = [await createPerson(app), await createCodeClient(app, { secret })];
      const fields = (code: string) => ({
        grant_type: 'authorization_code',
        code,
        redirect_uri: client.redirectUri,
      });
      const bare = await exchange(app, client, { code: await obtainCode(app, client, undefined, person) });
      expect([bare.status, bare.body.error]).toEqual([400, 'invalid_client']);
      const code = await obtainCode(app, client, undefined, person);
      const wrong = await postToken(app, fields(code), { id: client.id, secret: 'wrong' }).expect(400);
      expect(wrong.body.error).toBe('invalid_client');
      const tokens = await postToken(app, fields(code), { id: client.id, secret }).expect(200);
      expect(await statusOf(app, tokens.body.access_token)).toBe(200);

      const refreshForm = { grant_type: 'refresh_token', refresh_token: tokens.body.refresh_token };
      const without = await refresh(app, client, tokens.body.refresh_token).expect(400);
      expect(without.body.error).toBe('invalid_client');
      await postToken(app, refreshForm, { id: client.id, secret }).expect(200);
    });

    it('may prove itself by PKCE alone, as the SDK does', async () => {
      const [person, client] = [await createPerson(app), await createCodeClient(app, { secret })];
      const tokens = await signedInTokens(app, client, person);
      expect(await statusOf(app, tokens.access_token)).toBe(200);
      await refresh(app, client, tokens.refresh_token).expect(200);
    });

    it('may not send a verifier for a sign-in without challenge', async () => {
      const [person, client] = [await createPerson(app), await createCodeClient(app, { secret })];
      const code = await obtainCode(app, client, undefined, person);
      const form = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri };
      const answer = await postToken(
        app,
        { ...form, code_verifier: newPkce().verifier },
        { id: client.id, secret },
      );
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    });
  });

  it('limits the tokens to the scopes of the client', async () => {
    const person = await createPerson(app, { admin: true });
    const client = await createCodeClient(app, { scope: ['outbound:readonly'] });
    const { access_token } = await signedInTokens(app, client, person);
    const bearer = { authorization: `Bearer ${access_token}` };
    await app.anonymous.get('/api/v2/outbound/contactlists').set(bearer).expect(200);
    await app.anonymous.post('/api/v2/outbound/contactlists').set(bearer).send({}).expect(403);
    await app.anonymous.get('/api/v2/oauth/clients').set(bearer).expect(403);
    const info = await app.anonymous.get('/api/v2/tokens/me').set(bearer).expect(200);
    expect(info.body.authorizedScope).toEqual(['outbound:readonly']);
  });

  it('refuses other grants and clients that are of another kind or unknown', async () => {
    const password = await postToken(app, { grant_type: 'password', username: 'a', password: 'b' });
    expect([password.status, password.body.error]).toEqual([400, 'unsupported_grant_type']);
    const unknown = await exchange(app, { id: 'nobody', redirectUri: 'https://a.example' }, { code: 'x' });
    expect([unknown.status, unknown.body.error]).toEqual([400, 'invalid_client']);
    const program = await exchange(app, { id: 'admin', redirectUri: 'https://a.example' }, { code: 'x' });
    expect([program.status, program.body.error]).toEqual([400, 'unauthorized_client']);
    const client = await createCodeClient(app, { secret: 'secret-of-code-client' });
    const credentials = { id: client.id, secret: 'secret-of-code-client' };
    const wrongKind = await postToken(app, { grant_type: 'client_credentials' }, credentials);
    expect([wrongKind.status, wrongKind.body.error]).toEqual([400, 'unauthorized_client']);
  });

  it('ends the sign-in with its refresh token by DELETE /tokens/me', async () => {
    const [person, client] = [await createPerson(app), await createCodeClient(app)];
    const tokens = await signedInTokens(app, client, person);
    await app.anonymous
      .delete('/api/v2/tokens/me')
      .set('authorization', `Bearer ${tokens.access_token}`)
      .expect(200);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    await refresh(app, client, tokens.refresh_token).expect(400);
  });

  it('lets hidden fields carry the request unharmed through the page', async () => {
    const client = await createCodeClient(app);
    const state = `"><script>alert(1)</script>'&`;
    const page = await new Browser(app.baseUrl).get(authorizePath(client, newPkce(), { state }));
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('Shop &lt;app&gt;');
    expect(hiddenFields(page.text).state).toBe(state);
  });
});
