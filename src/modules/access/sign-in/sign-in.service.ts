import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { verifySecret } from '../oauth/secret-hash.js';
import { Sessions } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';

export type SignInOutcome =
  | { kind: 'signed-in'; userId: string; sessionId: string; sessionToken: string }
  | { kind: 'wrong' }
  | { kind: 'wait'; seconds: number };

export interface SignInAttempt {
  email: string;
  password: string;
  /** Network address that it comes from. */
  address: string;
}

interface UserRow {
  id: string;
  state: string;
  password_hash: string | null;
}

/** Checks e-mail address and password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly attempts: SignInAttempts,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Signs a user in. An unknown address, a wrong password, and a user without password or not active all end the same
   * way, after the same work.
   */
  async attempt({ email, password, address }: SignInAttempt): Promise<SignInOutcome> {
    const account = email.trim().toLowerCase();
    const seconds = await this.attempts.admit(account, address);
    if (seconds > 0) return { kind: 'wait', seconds };
    const [user] = await this.uow.manager.query<UserRow[]>(
      `SELECT id, state, password_hash FROM users WHERE lower(email) = $1 AND state <> 'deleted'`,
      [account],
    );
    const hash = user?.password_hash ?? undefined;
    const right = await verifySecret(hash, password);
    if (!user || !hash || !right || user.state !== 'active') return { kind: 'wrong' };
    const session = await this.sessions.start(user.id, hash);
    if (!session) return { kind: 'wrong' };
    await this.attempts.succeeded(account, address);
    return {
      kind: 'signed-in',
      userId: user.id,
      sessionId: session.sessionId,
      sessionToken: session.token,
    };
  }
}
