import { OAuthError } from './oauth-error.js';

/** How a client says who it is; a public client has no secret. */
export interface ClientCredentials {
  id: string;
  secret?: string;
}

/** A checked token request (RFC 6749, sections 4.1.3, 4.4.2 and 6; RFC 7636, section 4.5). */
export type TokenRequest =
  | { grant: 'client_credentials' }
  | { grant: 'authorization_code'; code: string; redirectUri: string; verifier?: string }
  | { grant: 'refresh_token'; refreshToken: string };

export type TokenForm = Readonly<Record<string, unknown>>;

/** The token request in the form. Throws OAuthError `unsupported_grant_type` or `invalid_request`. */
export function readTokenRequest(form: TokenForm): TokenRequest {
  switch (form.grant_type) {
    case 'client_credentials':
      return { grant: 'client_credentials' };
    case 'authorization_code':
      return {
        grant: 'authorization_code',
        code: required(form, 'code'),
        redirectUri: required(form, 'redirect_uri'),
        verifier: optional(form, 'code_verifier'),
      };
    case 'refresh_token':
      return { grant: 'refresh_token', refreshToken: required(form, 'refresh_token') };
    default:
      throw new OAuthError(
        'unsupported_grant_type',
        'grant_type must be client_credentials, authorization_code or refresh_token',
      );
  }
}

/** Id and secret from the Basic header, else from the form. Throws OAuthError `invalid_request` without an id. */
export function readCredentials(authorization: string | undefined, form: TokenForm): ClientCredentials {
  const basic = /^basic\s+(\S+)$/iu.exec(authorization ?? '')?.[1];
  if (!basic) {
    const id = optional(form, 'client_id');
    if (!id) throw noCredentials();
    return { id, secret: optional(form, 'client_secret') };
  }
  const [id, ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  if (!id) throw noCredentials();
  return { id, secret: secret.join(':') || undefined };
}

function noCredentials(): OAuthError {
  return new OAuthError(
    'invalid_request',
    'send the client id and secret by Basic authentication, or client_id alone for a public client',
  );
}

function required(form: TokenForm, name: string): string {
  const value = optional(form, name);
  if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}

function optional(form: TokenForm, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
