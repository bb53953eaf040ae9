import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../caller.js';
import { hashSecret, verifySecret } from '../oauth/secret-hash.js';
import { TokenFamilies } from '../oauth/token-families.service.js';
import { type DivisionScope, EVERYWHERE } from '../permissions/division-scope.js';
import { EscalationGuard } from '../permissions/escalation-guard.service.js';
import { Sessions } from '../sign-in/sessions.service.js';
import { SignInAttempts } from '../sign-in/sign-in-attempts.service.js';
import { explainPassword } from './password-rules.js';
import type { ChangeMyPasswordDto } from './user.dto.js';
import type { User } from './user.entity.js';
import { UsersService } from './users.service.js';

/** From whom a change of the own password comes. */
export interface ChangeOrigin {
  /** The access token of the request; its sign-in goes on. */
  accessToken: string | undefined;
  /** Network address. */
  address: string;
}

type PasswordSubject = Pick<User, 'id' | 'name'>;

/** Sets passwords. A new password ends every older sign-in and invitation. */
@Injectable()
export class Passwords {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly users: UsersService,
    private readonly families: TokenFamilies,
    private readonly sessions: Sessions,
    private readonly escalation: EscalationGuard,
    private readonly attempts: SignInAttempts,
    private readonly audit: AuditTrail,
  ) {}

  /** An administrator sets it. Throws 404, 400 with all reasons, 403 when the user may do more than the caller. */
  async set(caller: Caller, scope: DivisionScope, id: string, password: string): Promise<void> {
    const user = await this.users.find(scope, id);
    await this.escalation.requireMayTakeOver(caller, id);
    const reasons = await explainPassword(password, user, 'newPassword');
    if (reasons.length > 0) throw reasonsError(reasons);
    await this.store(user, password);
  }

  /**
   * The user sets it. Throws 400 `bad.credentials` when the old one is wrong, 400 with all reasons against the new one,
   * 429 after too many wrong ones.
   */
  async change(caller: Caller, dto: ChangeMyPasswordDto, origin: ChangeOrigin): Promise<void> {
    const user = await this.users.find(EVERYWHERE, caller.identity.subjectId);
    const seconds = await this.attempts.admit(user.email, origin.address);
    if (seconds > 0) {
      throw new ApiError(
        'too-many-requests',
        'too.many.requests',
        'Too many attempts have failed; try again in {seconds} seconds.',
        { params: { seconds } },
      );
    }
    if (!(await verifySecret(user.passwordHash ?? undefined, dto.oldPassword)))
      throw reasonsError([
        { code: 'bad.credentials', field: 'oldPassword', message: 'The old password is wrong.' },
      ]);
    await this.attempts.succeeded(user.email, origin.address);
    const reasons = await explainPassword(dto.newPassword, user, 'newPassword');
    if (reasons.length > 0) throw reasonsError(reasons);
    await this.store(user, dto.newPassword, origin.accessToken);
  }

  /** Stores a password that has been checked; `exceptToken` keeps the sign-in that this access token belongs to. */
  async store({ id, name }: PasswordSubject, password: string, exceptToken?: string): Promise<void> {
    const passwordHash = await hashSecret(password);
    await this.uow.run(async () => {
      const { manager } = this.uow;
      await manager.query(`UPDATE users SET password_hash = $2 WHERE id = $1`, [id, passwordHash]);
      await this.families.revokeOfUser(id, exceptToken);
      await this.sessions.endOfUser(id);
      await manager.query(`DELETE FROM password_invites WHERE user_id = $1`, [id]);
      await this.audit.record({ action: 'SetPassword', entity: 'directory:user', id, name });
    });
  }
}
