import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type request from 'supertest';
import { hashSecret } from '../../../src/modules/access/oauth/secret-hash.js';
import type { TestApp } from '../../support/app.js';
import { Browser, hiddenFields } from './browser.js';

export const PASSWORD = 'purple hamster on a ladder';
let passwordHash: Promise<string> | undefined;

export interface Person {
  id: string;
  email: string;
}

/** A user with PASSWORD, who holds the role admin everywhere when `admin` is set. */
export async function createPerson(
  app: TestApp,
  { admin = false, divisionId = app.homeDivisionId } = {},
): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  passwordHash ??= hashSecret(PASSWORD);
  const [row] = await app.db.query<{ id: string }[]>(
    `INSERT INTO users (name, email, password_hash, division_id) VALUES ('Kim <Example>', $1, $2, $3) RETURNING id`,
    [email, await passwordHash, divisionId],
  );
  if (admin) {
    await app.db.query(
      `INSERT INTO grants (subject_id, subject_type, role_id)
       SELECT $1, 'PC_USER', id FROM roles WHERE default_role_id = 'admin'`,
      [row!.id],
    );
  }
  return { id: row!.id, email };
}

export interface CodeClient {
  id: string;
  secret?: string;
  redirectUri: string;
}

/** A client that signs in users; public when it has no secret. */
export async function createCodeClient(
  app: TestApp,
  { secret, name = 'Shop <app>', scope = [] }: { secret?: string; name?: string; scope?: string[] } = {},
): Promise<CodeClient> {
  const id = randomUUID();
  const redirectUri = 'https://shop.example.com/callback?tenant=1';
  await app.db.query(
    `INSERT INTO oauth_clients (id, name, authorized_grant_type, public, secret_hash, redirect_uris, scope)
     VALUES ($1, $2, 'CODE', $3, $4, $5, $6)`,
    [id, name, secret === undefined, secret ? await hashSecret(secret) : null, [redirectUri], scope],
  );
  return { id, secret, redirectUri };
}

export interface Pkce {
  verifier: string;
  challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Path of an authorization request; `overrides` replace parameters, undefined leaves one out. */
export function authorizePath(
  client: CodeClient,
  pkce: Pkce | undefined,
  overrides: Record<string, string | undefined> = {},
): string {
  const parameters = {
    client_id: client.id,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    state: 'a&b=c',
    ...(pkce ? { code_challenge: pkce.challenge, code_challenge_method: 'S256' } : {}),
    ...overrides,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `/oauth/authorize?${new URLSearchParams(given).toString()}`;
}

/** Opens the sign-in page and sends it off with e-mail and password. */
export async function signIn(
  browser: Browser,
  path: string,
  { email, password = PASSWORD }: { email: string; password?: string },
): Promise<request.Response> {
  const page = await browser.get(path);
  return browser.submit('/oauth/authorize', { ...hiddenFields(page.text), email, password });
}

/** The code in the redirect that ends a sign-in. */
export function codeOf(answer: request.Response): string {
  const location = answer.headers.location;
  const code = location ? new URL(location).searchParams.get('code') : null;
  if (answer.status !== 303 || !code) throw new Error(`no code: ${answer.status} ${location} ${answer.text}`);
  return code;
}

/** Signs a person in by a fresh browser and returns the code. */
export async function obtainCode(
  app: TestApp,
  client: CodeClient,
  pkce: Pkce | undefined,
  person: Person,
): Promise<string> {
  return codeOf(await signIn(new Browser(app.baseUrl), authorizePath(client, pkce), person));
}

/** POST /oauth/token, by Basic authentication when a secret is given. */
export function postToken(
  app: TestApp,
  fields: Record<string, string>,
  basic?: { id: string; secret: string },
): request.Test {
  const form = new URLSearchParams(fields).toString();
  const test = app.anonymous.post('/oauth/token').type('form').send(form);
  return basic ? test.auth(basic.id, basic.secret) : test;
}

/** Exchanges a code as a public client does. */
export function exchange(
  app: TestApp,
  client: CodeClient,
  { code, verifier, redirectUri }: { code: string; verifier?: string; redirectUri?: string },
): request.Test {
  return postToken(app, {
    grant_type: 'authorization_code',
    client_id: client.id,
    code,
    redirect_uri: redirectUri ?? client.redirectUri,
    ...(verifier === undefined ? {} : { code_verifier: verifier }),
  });
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** The whole way from the form to the tokens. */
export async function signedInTokens(app: TestApp, client: CodeClient, person: Person): Promise<Tokens> {
  const pkce = newPkce();
  const code = await obtainCode(app, client, pkce, person);
  const answer = await exchange(app, client, { code, verifier: pkce.verifier }).expect(200);
  return answer.body as Tokens;
}

export function refresh(app: TestApp, client: CodeClient, refreshToken: string): request.Test {
  return postToken(app, { grant_type: 'refresh_token', client_id: client.id, refresh_token: refreshToken });
}

/** Status of GET /users/me with the token. */
export async function statusOf(app: TestApp, accessToken: string): Promise<number> {
  const answer = await app.anonymous.get('/api/v2/users/me').set('authorization', `Bearer ${accessToken}`);
  return answer.status;
}
