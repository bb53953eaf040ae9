import { isChallenge } from '../oauth/pkce.js';

/** Parameters of an authorization request that travel on through the sign-in form. */
const CARRIED = [
  'client_id',
  'redirect_uri',
  'response_type',
  'code_challenge',
  'code_challenge_method',
  'state',
  'prompt',
] as const;

type Carried = (typeof CARRIED)[number];
export type AuthorizeFields = Partial<Record<Carried, string>>;

/** What the request needs to know of the client it names. */
export interface AuthorizeClient {
  id: string;
  name: string;
  redirectUris: readonly string[];
  public: boolean;
  canSignInUsers: boolean;
}

export interface AuthorizeRequest {
  client: AuthorizeClient;
  redirectUri: string;
  codeChallenge: string | null;
  state?: string;
  /** login: ask for the password even when signed in; none: never show a page. */
  prompt?: string;
  fields: AuthorizeFields;
}

/**
 * `page`: the client or the address is wrong, so nothing may be sent there and the page says why.
 * `redirect`: the client is told at its registered address (RFC 6749, section 4.1.2.1).
 */
export type AuthorizeRefusal = { kind: 'page'; reason: string } | { kind: 'redirect'; uri: string };

/** The known parameters of a query or form; a repeated one counts as absent, since it could be read either way. */
export function readFields(parameters: Readonly<Record<string, unknown>>): AuthorizeFields {
  const given = CARRIED.map((name) => [name, parameters[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** Checks an authorization request against the client that it names. */
export function checkRequest(
  fields: AuthorizeFields,
  client: AuthorizeClient | undefined,
): AuthorizeRequest | AuthorizeRefusal {
  if (!client?.canSignInUsers)
    return page('The application that sent you here is not known, or may not sign in users.');
  const redirectUri = fields.redirect_uri;
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri))
    return page('The address to return to is not registered for the application that sent you here.');
  const { state, prompt, code_challenge: challenge } = fields;
  const problem = problemOf(fields, client);
  if (problem) return { kind: 'redirect', uri: errorUri(redirectUri, { ...problem, state }) };
  return { client, redirectUri, codeChallenge: challenge ?? null, state, prompt, fields };
}

/** Address of the client with an error in its query, or in its fragment for an implicit grant. */
export function errorUri(redirectUri: string, problem: Problem & { state?: string }): string {
  const { error, description, state, inFragment } = problem;
  const answer = new URLSearchParams({ error, error_description: description });
  if (state !== undefined) answer.set('state', state);
  if (inFragment) return `${redirectUri}#${answer.toString()}`;
  return withQuery(redirectUri, answer);
}

/** Address of the client with the code in its query. */
export function codeUri({ redirectUri, state }: AuthorizeRequest, code: string): string {
  const answer = new URLSearchParams({ code });
  if (state !== undefined) answer.set('state', state);
  return withQuery(redirectUri, answer);
}

interface Problem {
  error: string;
  description: string;
  inFragment?: boolean;
}

function problemOf(fields: AuthorizeFields, client: AuthorizeClient): Problem | undefined {
  if (fields.response_type === 'token') {
    const description = 'The implicit grant is not offered; use response_type=code with PKCE.';
    return { error: 'unsupported_response_type', description, inFragment: true };
  }
  if (fields.response_type !== 'code')
    return { error: 'unsupported_response_type', description: 'response_type must be code.' };
  const challenge = fields.code_challenge;
  if (challenge === undefined) {
    return client.public
      ? { error: 'invalid_request', description: 'A public client must send a code_challenge (PKCE).' }
      : undefined;
  }
  if (fields.code_challenge_method !== 'S256')
    return { error: 'invalid_request', description: 'code_challenge_method must be S256.' };
  if (!isChallenge(challenge))
    return { error: 'invalid_request', description: 'code_challenge must be 43 characters of base64url.' };
  return undefined;
}

function page(reason: string): AuthorizeRefusal {
  return { kind: 'page', reason };
}

// Not by the URL class: it would normalise the address, and clients compare it character by character.
function withQuery(uri: string, answer: URLSearchParams): string {
  return `${uri}${uri.includes('?') ? '&' : '?'}${answer.toString()}`;
}
