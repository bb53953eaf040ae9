import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { TokenClient } from './client-authentication.service.js';
import { invalidClient, OAuthError } from './oauth-error.js';
import { tokenHash } from './secret-hash.js';
import { type IssuedPair, TokenFamilies } from './token-families.service.js';

interface RefreshRow {
  family_id: string;
  client_id: string;
  client_authenticated: boolean;
  is_used: boolean;
}

const LOCK_REFRESH = `
  SELECT r.family_id, f.client_id, f.client_authenticated, r.used_at IS NOT NULL AS is_used
    FROM refresh_tokens r
    JOIN token_families f ON f.id = r.family_id AND f.expires_at > now()
    JOIN users u ON u.id = f.user_id AND u.state = 'active'
    JOIN oauth_clients o ON o.id = f.client_id AND o.state = 'active'
   WHERE r.token_hash = $1
     FOR UPDATE OF r, f FOR SHARE OF u, o`;

/** Refresh tokens: each is good for one use and replaced by the next (RFC 6749, section 6; RFC 9700, section 4.14). */
@Injectable()
export class RefreshGrant {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly families: TokenFamilies,
  ) {}

  /**
   * Exchanges a refresh token for a new pair. One that comes a second time is in two hands: the whole family is
   * revoked. Throws OAuthError `invalid_grant`; `invalid_client` when the client signed in with its secret and now
   * comes without.
   */
  async refresh(client: TokenClient, refreshToken: string): Promise<IssuedPair> {
    // A refusal is returned, not thrown: what it revokes must not be rolled back.
    const outcome = await this.uow.run(() => this.tryRefresh(client, refreshToken));
    if (outcome instanceof OAuthError) throw outcome;
    return outcome;
  }

  private async tryRefresh(client: TokenClient, refreshToken: string): Promise<IssuedPair | OAuthError> {
    const hash = tokenHash(refreshToken);
    const [token] = await this.uow.manager.query<RefreshRow[]>(LOCK_REFRESH, [hash]);
    if (token?.client_id !== client.id)
      return new OAuthError('invalid_grant', 'the refresh token is unknown, expired or revoked');
    if (token.client_authenticated && !client.authenticated) return invalidClient();
    if (token.is_used) {
      await this.families.revoke(token.family_id);
      return new OAuthError('invalid_grant', 'the refresh token has been used already; sign in again');
    }
    await this.uow.manager.query(`UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1`, [hash]);
    return this.families.issue(token.family_id, client);
  }
}
