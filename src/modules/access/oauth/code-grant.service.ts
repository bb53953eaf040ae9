import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { TokenClient } from './client-authentication.service.js';
import { invalidClient, OAuthError } from './oauth-error.js';
import { isVerifier, verifierMatches } from './pkce.js';
import { newSecret, tokenHash } from './secret-hash.js';
import { type IssuedPair, TokenFamilies } from './token-families.service.js';
import type { TokenRequest } from './token-form.js';

/** Seconds in which a code must be exchanged. */
export const CODE_SECONDS = 60;

export interface CodeOrder {
  clientId: string;
  userId: string;
  sessionId: string;
  redirectUri: string;
  /** PKCE challenge (S256); null when the client will prove itself by its secret. */
  codeChallenge: string | null;
}

type CodeRequest = TokenRequest & { grant: 'authorization_code' };

interface CodeRow {
  client_id: string;
  user_id: string;
  session_id: string | null;
  redirect_uri: string;
  code_challenge: string | null;
  family_id: string | null;
  is_used: boolean;
  is_expired: boolean;
}

const INSERT_CODE = `
  INSERT INTO authorization_codes (code_hash, client_id, user_id, session_id, redirect_uri, code_challenge, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => ${CODE_SECONDS}))`;

// The user is locked as well: no family may start behind a switching off that has just ended all others.
const LOCK_CODE = `
  SELECT c.client_id, c.user_id, c.session_id, c.redirect_uri, c.code_challenge, c.family_id,
         c.used_at IS NOT NULL AS is_used, c.expires_at <= now() AS is_expired
    FROM authorization_codes c
    JOIN users u ON u.id = c.user_id AND u.state = 'active'
    JOIN oauth_clients o ON o.id = c.client_id AND o.state = 'active'
   WHERE c.code_hash = $1
     FOR UPDATE OF c FOR SHARE OF u, o`;

/** Authorization codes: made when a user has signed in, exchanged once for tokens (RFC 6749, section 4.1; RFC 7636). */
@Injectable()
export class CodeGrant {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly families: TokenFamilies,
  ) {}

  /** A new code for the client. */
  async order(order: CodeOrder): Promise<string> {
    const code = newSecret();
    const { clientId, userId, sessionId, redirectUri, codeChallenge } = order;
    const params = [tokenHash(code), clientId, userId, sessionId, redirectUri, codeChallenge];
    await this.uow.manager.query(INSERT_CODE, params);
    return code;
  }

  /**
   * Exchanges a code. A code that comes a second time has been stolen: what was issued from it is revoked. Any attempt
   * uses the code up, a failed one too, so that nobody may try verifiers.
   * Throws OAuthError `invalid_grant`; `invalid_client` when the client needed its secret.
   */
  async redeem(client: TokenClient, request: CodeRequest): Promise<IssuedPair> {
    // A refusal is returned, not thrown: what it revokes must not be rolled back.
    const outcome = await this.uow.run(() => this.tryRedeem(client, request));
    if (outcome instanceof OAuthError) throw outcome;
    return outcome;
  }

  private async tryRedeem(client: TokenClient, request: CodeRequest): Promise<IssuedPair | OAuthError> {
    const hash = tokenHash(request.code);
    const [code] = await this.uow.manager.query<CodeRow[]>(LOCK_CODE, [hash]);
    if (!code) return refused('the code is unknown or no longer valid');
    if (code.is_used) {
      if (code.family_id) await this.families.revoke(code.family_id);
      return refused('the code has been used already');
    }
    const refusal = explainRefusal(code, client, request);
    const familyId = refusal ? null : await this.families.start(client, code.user_id, code.session_id);
    await this.uow.manager.query(
      `UPDATE authorization_codes SET used_at = now(), family_id = $2 WHERE code_hash = $1`,
      [hash, familyId],
    );
    if (refusal) return refusal;
    return this.families.issue(familyId!, client);
  }
}

function explainRefusal(code: CodeRow, client: TokenClient, request: CodeRequest): OAuthError | undefined {
  const { verifier } = request;
  if (code.client_id !== client.id) return refused('the code was given to another client');
  if (code.is_expired) return refused('the code has expired');
  if (code.redirect_uri !== request.redirectUri)
    return refused('redirect_uri differs from the one at sign-in');
  if (code.code_challenge === null) {
    if (!client.authenticated) return invalidClient();
    return verifier === undefined ? undefined : refused('the sign-in had no code_challenge');
  }
  if (verifier === undefined) return refused('code_verifier is missing');
  if (!isVerifier(verifier))
    return refused('code_verifier must have 43 to 128 letters, digits, or any of - . _ ~');
  return verifierMatches(verifier, code.code_challenge)
    ? undefined
    : refused('code_verifier does not match the code_challenge');
}

function refused(reason: string): OAuthError {
  return new OAuthError('invalid_grant', reason);
}
