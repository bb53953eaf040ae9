import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { TokenClient } from './client-authentication.service.js';
import { newSecret, tokenHash } from './secret-hash.js';
import type { IssuedToken } from './tokens.service.js';

/** Days after which a user has to sign in again, however often the tokens are refreshed. */
const FAMILY_DAYS = 30;

export interface IssuedPair extends IssuedToken {
  refreshToken: string;
}

const START_FAMILY = `
  INSERT INTO token_families (client_id, user_id, session_id, client_authenticated, expires_at)
  VALUES ($1, $2, $3, $4, now() + make_interval(days => ${FAMILY_DAYS}))
  RETURNING id`;

const INSERT_PAIR = `
  WITH refresh AS (INSERT INTO refresh_tokens (token_hash, family_id) VALUES ($1, $2))
  INSERT INTO access_tokens (token_hash, client_id, subject_id, subject_type, family_id, expires_at)
  SELECT $3, f.client_id, f.user_id, 'PC_USER', f.id, now() + make_interval(secs => $4)
    FROM token_families f WHERE f.id = $2`;

/** The tokens of signed-in users, kept in families: revoking the family ends all that came from one sign-in. */
@Injectable()
export class TokenFamilies {
  constructor(private readonly uow: UnitOfWork) {}

  /** Opens a family for a user at a client; returns its id. */
  async start(client: TokenClient, userId: string, sessionId: string | null): Promise<string> {
    const params = [client.id, userId, sessionId, client.authenticated];
    const [row] = await this.uow.manager.query<{ id: string }[]>(START_FAMILY, params);
    return row!.id;
  }

  /** A new access and refresh token of the family. */
  async issue(familyId: string, client: TokenClient): Promise<IssuedPair> {
    const accessToken = newSecret();
    const refreshToken = newSecret();
    const expiresInSeconds = client.accessTokenValiditySeconds;
    await this.uow.manager.query(INSERT_PAIR, [
      tokenHash(refreshToken),
      familyId,
      tokenHash(accessToken),
      expiresInSeconds,
    ]);
    return { accessToken, refreshToken, expiresInSeconds };
  }

  async revoke(familyId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM token_families WHERE id = $1`, [familyId]);
  }

  /** Ends whatever was issued through a sign-in session. */
  async revokeOfSession(sessionId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM token_families WHERE session_id = $1`, [sessionId]);
  }

  /** Ends everything that was issued to a client: tokens of its own and of its users, and open codes. */
  async revokeOfClient(clientId: string): Promise<void> {
    const { manager } = this.uow;
    await manager.query(`DELETE FROM authorization_codes WHERE client_id = $1`, [clientId]);
    await manager.query(`DELETE FROM token_families WHERE client_id = $1`, [clientId]);
    await manager.query(`DELETE FROM access_tokens WHERE client_id = $1`, [clientId]);
  }

  /** Ends the tokens and open codes of a user; `exceptToken` keeps the sign-in that this access token belongs to. */
  async revokeOfUser(userId: string, exceptToken?: string): Promise<void> {
    const { manager } = this.uow;
    const kept = exceptToken === undefined ? null : tokenHash(exceptToken);
    await manager.query(`DELETE FROM authorization_codes WHERE user_id = $1 AND used_at IS NULL`, [userId]);
    await manager.query(
      `DELETE FROM token_families f WHERE f.user_id = $1
          AND NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.family_id = f.id AND t.token_hash = $2)`,
      [userId, kept],
    );
  }
}
