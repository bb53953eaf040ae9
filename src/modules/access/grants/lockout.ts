import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../platform/errors/api-error.js';
import { GrantsRepository } from './grants.repository.js';

/** Sees to it that somebody can always administer the organisation. */
@Injectable()
export class LockoutProtection {
  constructor(private readonly grants: GrantsRepository) {}

  /**
   * To be called at the end of a change of access, inside `AccessVersion.change`: throws 409 `last.admin.grant` when
   * no active user or OAuth client would hold the role admin in all divisions any more.
   */
  async requireAdmin(): Promise<void> {
    if ((await this.grants.countAdmins()) > 0) return;
    throw new ApiError(
      'conflict',
      'last.admin.grant',
      'Nobody active would hold the role admin in all divisions any more; grant it to another user or OAuth client first.',
    );
  }
}
