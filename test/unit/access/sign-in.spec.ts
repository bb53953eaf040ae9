import { isWithinScopes } from '../../../src/modules/access/oauth/scopes.js';
import { explainRedirectUri } from '../../../src/modules/access/oauth/clients/redirect-uri.js';
import { isChallenge, isVerifier, verifierMatches } from '../../../src/modules/access/oauth/pkce.js';
import { verifySecret } from '../../../src/modules/access/oauth/secret-hash.js';
import { readCredentials, readTokenRequest } from '../../../src/modules/access/oauth/token-form.js';
import {
  type AuthorizeClient,
  checkRequest,
  readFields,
} from '../../../src/modules/access/sign-in/authorize-request.js';
import { waitAfter } from '../../../src/modules/access/sign-in/back-off.js';
import { html } from '../../../src/modules/access/sign-in/html.js';
import { explainPassword } from '../../../src/modules/access/users/password-rules.js';

describe('PKCE', () => {
  // RFC 7636, appendix B.
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

  it('matches the example of the RFC and nothing else', () => {
    expect(verifierMatches(verifier, challenge)).toBe(true);
    expect(verifierMatches(`${verifier}x`, challenge)).toBe(false);
    expect(verifierMatches(verifier, challenge.replace('E9', 'F9'))).toBe(false);
    expect(verifierMatches(verifier, verifier.slice(0, 20))).toBe(false);
    expect(verifierMatches(challenge, challenge)).toBe(false);
  });

  it('knows verifiers and challenges by length and alphabet', () => {
    expect(isVerifier('a'.repeat(43))).toBe(true);
    expect(isVerifier('~'.repeat(128))).toBe(true);
    for (const bad of ['a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)} `, `${'a'.repeat(43)}\n`])
      expect(isVerifier(bad)).toBe(false);
    expect(isChallenge(challenge)).toBe(true);
    for (const bad of ['', `${challenge}=`, challenge.slice(1)]) expect(isChallenge(bad)).toBe(false);
  });
});

describe('a secret', () => {
  it('takes argon2 to check also where there is none', async () => {
    await verifySecret(undefined, 'warm-up');
    const startedAt = performance.now();
    expect(await verifySecret(undefined, 'anything')).toBe(false);
    expect(performance.now() - startedAt).toBeGreaterThan(2);
  });
});

describe('a token request', () => {
  it('names what is missing', () => {
    expect(() => readTokenRequest({ grant_type: 'authorization_code', code: 'x' })).toThrow('redirect_uri');
    expect(() => readTokenRequest({ grant_type: 'refresh_token' })).toThrow('refresh_token');
    expect(() => readTokenRequest({})).toThrow('grant_type');
  });

  it('takes the client from the Basic header first, colons in the secret included', () => {
    const basic = `Basic ${Buffer.from('id:a:b').toString('base64')}`;
    expect(readCredentials(basic, { client_id: 'other' })).toEqual({ id: 'id', secret: 'a:b' });
    expect(readCredentials(undefined, { client_id: 'id' })).toEqual({ id: 'id', secret: undefined });
    expect(() => readCredentials(undefined, {})).toThrow('client_id');
  });
});

describe('a redirect URI', () => {
  const https = 'https://depesche.example.com';

  it.each([
    'https://shop.example.com/callback?x=1',
    'http://localhost:8080/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:9/cb',
    'com.example.app:/cb',
  ])('may be %s', (uri) => {
    expect(explainRedirectUri(uri, https)).toBeUndefined();
  });

  it.each([
    'http://shop.example.com/',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://a.example/#f',
    'https://a.example/#',
    'https://user:secret@a.example/',
    'https://*.example/',
    '/callback',
    'https://a.example/a b',
    'https://a.example/\r\nx',
    `https://a.example/${'a'.repeat(2_000)}`,
  ])('may not be %s', (uri) => {
    expect(explainRedirectUri(uri, https)).toEqual(expect.any(String));
  });

  it('may be plain http where the installation itself is', () => {
    expect(explainRedirectUri('http://shop.example.com/', 'http://depesche.lan')).toBeUndefined();
  });
});

describe('an authorization request', () => {
  const client: AuthorizeClient = {
    id: 'shop',
    name: 'Shop',
    redirectUris: ['https://shop.example.com/cb'],
    public: false,
    canSignInUsers: true,
  };
  const fields = { client_id: 'shop', redirect_uri: 'https://shop.example.com/cb', response_type: 'code' };

  it('counts a repeated parameter as absent', () => {
    expect(readFields({ client_id: ['a', 'b'], state: 'x', other: 'y', prompt: '' })).toEqual({ state: 'x' });
  });

  it('stays on the page unless the client and its address are known', () => {
    expect(checkRequest(fields, undefined)).toMatchObject({ kind: 'page' });
    expect(checkRequest(fields, { ...client, canSignInUsers: false })).toMatchObject({ kind: 'page' });
    expect(checkRequest({ ...fields, redirect_uri: undefined }, client)).toMatchObject({ kind: 'page' });
  });

  it('may do without PKCE only when the client has a secret', () => {
    expect(checkRequest(fields, client)).toMatchObject({ codeChallenge: null });
    expect(checkRequest(fields, { ...client, public: true })).toMatchObject({
      kind: 'redirect',
      uri: expect.stringContaining('error=invalid_request'),
    });
  });
});

describe('HTML', () => {
  it('escapes values, in text and attributes, but not its own parts', () => {
    const nasty = `<b a="1" c='2'>&`;
    const escaped = '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;';
    expect(html`<p title="${nasty}">${nasty}${undefined}${[html`<i>${1}</i>`]}</p>`.text).toBe(
      `<p title="${escaped}">${escaped}<i>1</i></p>`,
    );
  });
});

describe('the back-off', () => {
  it('doubles up to the longest wait', () => {
    expect([1, 2, 3, 4].map((excess) => waitAfter(excess, 900))).toEqual([30, 60, 120, 240]);
    expect(waitAfter(10_000, 900)).toBe(900);
  });
});

describe('scopes', () => {
  const entry = (domain: string, action: string) => ({ domain, action });

  it('limit a token to their domains, read-only ones to looking', () => {
    expect(isWithinScopes([], entry('oauth', 'delete'))).toBe(true);
    expect(isWithinScopes(['outbound'], entry('outbound', 'delete'))).toBe(true);
    expect(isWithinScopes(['outbound'], entry('oauth', 'view'))).toBe(false);
    expect(isWithinScopes(['outbound:readonly'], entry('outbound', 'view'))).toBe(true);
    expect(isWithinScopes(['outbound:readonly'], entry('outbound', 'delete'))).toBe(false);
    expect(isWithinScopes(['user-basic-info'], entry('directory', 'view'))).toBe(false);
  });
});

describe('a password', () => {
  const owner = { name: 'Erika Mustermann', email: 'erika.m@example.com' };
  const codes = async (password: string) =>
    (await explainPassword(password, owner, 'password')).map(({ code }) => code);

  it('is fit when it is long and hard to guess', async () => {
    expect(await codes('purple hamster on a ladder')).toEqual([]);
  });

  it.each([
    ['short', ['password.too.short', 'password.too.weak']],
    ['Password1234!', ['password.too.weak']],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', ['password.too.weak']],
    ['MUSTERMANN-lamp-27-xyzzy', ['password.has.name']],
    ['x'.repeat(129), ['password.too.long']],
  ])('may not be %s', async (password, expected) => {
    expect(await codes(password)).toEqual(expected);
  });

  it('is checked quickly however long it is', async () => {
    await codes('a1b2');
    const startedAt = performance.now();
    await codes('a1b2'.repeat(32));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
