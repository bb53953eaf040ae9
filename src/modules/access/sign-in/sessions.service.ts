import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { newSecret, tokenHash } from '../oauth/secret-hash.js';
import { TokenFamilies } from '../oauth/token-families.service.js';

/** Seconds for which a browser stays signed in. */
export const SESSION_SECONDS = 12 * 60 * 60;

export interface SignedIn {
  sessionId: string;
  userId: string;
  userName: string;
  email: string;
}

const FIND_SESSION = `
  SELECT s.id AS "sessionId", u.id AS "userId", u.name AS "userName", u.email
    FROM sessions s JOIN users u ON u.id = s.user_id AND u.state = 'active'
   WHERE s.token_hash = $1 AND s.expires_at > now()`;

// The user is locked and checked again: no session may start behind a new password or a switching off.
const START_SESSION = `
  INSERT INTO sessions (token_hash, user_id, expires_at)
  SELECT $1, id, now() + make_interval(secs => ${SESSION_SECONDS})
    FROM users WHERE id = $2 AND state = 'active' AND password_hash = $3
     FOR SHARE
  RETURNING id`;

// What has expired is cleared by those who sign in, so that the tables need no job of their own. Access tokens may
// outlive their family by two days at most, therefore it stays a little longer.
const CLEAR_EXPIRED = `
  WITH codes AS (DELETE FROM authorization_codes WHERE expires_at < now() - interval '1 day'),
       invites AS (DELETE FROM password_invites WHERE expires_at < now()),
       families AS (DELETE FROM token_families WHERE expires_at < now() - interval '3 days')
  DELETE FROM sessions WHERE expires_at < now()`;

/** Browsers in which users are signed in. */
@Injectable()
export class Sessions {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly families: TokenFamilies,
  ) {}

  /** Who is signed in by the cookie, if anybody. */
  async find(token: string | undefined): Promise<SignedIn | undefined> {
    if (!token) return undefined;
    const [row] = await this.uow.manager.query<SignedIn[]>(FIND_SESSION, [tokenHash(token)]);
    return row;
  }

  /**
   * Signs a user in: a new session, never one that the browser brought along. Undefined when the user has been
   * switched off or has got a new password meanwhile.
   */
  async start(
    userId: string,
    passwordHash: string,
  ): Promise<{ sessionId: string; token: string } | undefined> {
    const token = newSecret();
    const { manager } = this.uow;
    const [row] = await manager.query<{ id: string }[]>(START_SESSION, [
      tokenHash(token),
      userId,
      passwordHash,
    ]);
    if (!row) return undefined;
    await manager.query(`UPDATE users SET last_sign_in_at = now() WHERE id = $1`, [userId]);
    await this.uow.afterCommit(() => manager.query(CLEAR_EXPIRED));
    return { sessionId: row.id, token };
  }

  /** Signs the browser out, and ends every token that came from it. */
  async end(token: string): Promise<void> {
    await this.uow.run(async () => {
      const session = await this.find(token);
      if (!session) return;
      await this.families.revokeOfSession(session.sessionId);
      await this.uow.manager.query(`DELETE FROM sessions WHERE id = $1`, [session.sessionId]);
    });
  }

  /** Signs the user out of every browser. */
  async endOfUser(userId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM sessions WHERE user_id = $1`, [userId]);
  }
}
