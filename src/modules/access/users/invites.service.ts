import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../caller.js';
import { newSecret, tokenHash } from '../oauth/secret-hash.js';
import type { DivisionScope } from '../permissions/division-scope.js';
import { EscalationGuard } from '../permissions/escalation-guard.service.js';
import { explainPassword, type PasswordOwner } from './password-rules.js';
import { Passwords } from './passwords.service.js';
import type { InviteView } from './user.dto.js';
import { UsersService } from './users.service.js';

/** Hours in which an invitation can be used. */
const INVITE_HOURS = 72;

/** Whom an invitation is for. */
export interface Invited extends PasswordOwner {
  userId: string;
}

const FIND_INVITE = `
  SELECT u.id AS "userId", u.name, u.email
    FROM password_invites i JOIN users u ON u.id = i.user_id AND u.state = 'active'
   WHERE i.token_hash = $1 AND i.expires_at > now()`;

const UPSERT_INVITE = `
  INSERT INTO password_invites AS i (user_id, token_hash, expires_at)
  VALUES ($1, $2, now() + make_interval(hours => ${INVITE_HOURS}))
  ON CONFLICT (user_id) DO UPDATE
    SET token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()
  WHERE $3 OR i.expires_at <= now()
  RETURNING expires_at`;

/** Links by which users set their password themselves, once (Genesys Cloud API, users: invite). */
@Injectable()
export class Invites {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly escalation: EscalationGuard,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * A new link for the user; it is handed to the caller, who passes it on. An open one is replaced only by force.
   * Throws 404, 400 for a user who is not active, 409 for an open invitation, 403 when the user may do more than the
   * caller.
   */
  async invite(caller: Caller, scope: DivisionScope, id: string, force: boolean): Promise<InviteView> {
    const user = await this.users.find(scope, id);
    await this.escalation.requireMayTakeOver(caller, id);
    if (user.state !== 'active')
      throw new ApiError('invalid', 'invalid.update', 'The user is inactive; activate them first.');
    const token = newSecret();
    const params = [id, tokenHash(token), force];
    const row = await this.uow.run(async () => {
      const rows = await this.uow.manager.query<{ expires_at: Date }[]>(UPSERT_INVITE, params);
      const { name } = user;
      if (rows[0]) await this.audit.record({ action: 'Invite', entity: 'directory:user', id, name });
      return rows[0];
    });
    if (!row) {
      throw new ApiError(
        'conflict',
        'general.conflict',
        'The user has an open invitation already; send force=true to replace it.',
      );
    }
    return {
      inviteUri: `${this.config.publicUrl}/oauth/password?invite=${token}`,
      dateExpires: toWireDate(row.expires_at),
    };
  }

  /** Whom the invitation is for; undefined when it is unknown, used or expired. */
  async find(token: string): Promise<Invited | undefined> {
    const [row] = await this.uow.manager.query<Invited[]>(FIND_INVITE, [tokenHash(token)]);
    return row;
  }

  /** Uses the invitation up and sets the password; else says what is wrong with the password. */
  async accept(token: string, invited: Invited, password: string): Promise<Reason[] | 'done' | 'gone'> {
    const reasons = await explainPassword(password, invited, 'password');
    if (reasons.length > 0) return reasons;
    return this.uow.run(async () => {
      const used = await this.uow.manager.query<unknown[]>(
        `WITH used AS (DELETE FROM password_invites WHERE token_hash = $1 AND expires_at > now() RETURNING user_id)
         SELECT user_id FROM used`,
        [tokenHash(token)],
      );
      if (used.length === 0) return 'gone';
      await this.passwords.store({ id: invited.userId, name: invited.name }, password);
      return 'done';
    });
  }
}
