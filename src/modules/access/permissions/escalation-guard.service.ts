import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import type { GrantedPolicy } from './ability.js';
import { permissionsBeyondGrants } from './delegation.js';
import { findGrantedPolicies } from './granted-policies.js';

/** A role in a division; null stands for all divisions. */
export interface RoleDivision {
  roleId: string;
  divisionId: string | null;
}

const POLICIES_OF_ROLES = `
  SELECT a.division_id AS "divisionId", p.domain, p.entity_name AS "entityName", p.actions
    FROM unnest($1::uuid[], $2::uuid[]) AS a (role_id, division_id)
    JOIN role_policies p ON p.role_id = a.role_id`;

/** Keeps callers from giving, or taking over, more than they hold themselves. */
@Injectable()
export class EscalationGuard {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws 403 `missing.permissions` when the roles allow something that the caller may not. */
  async requireMayGrant(caller: Caller, roles: readonly RoleDivision[]): Promise<void> {
    const asked = await this.uow.manager.query<GrantedPolicy[]>(POLICIES_OF_ROLES, [
      roles.map(({ roleId }) => roleId),
      roles.map(({ divisionId }) => divisionId),
    ]);
    this.require(caller, asked);
  }

  /**
   * Throws 403 `missing.permissions` when the subject may do something that the caller may not: whoever sets the
   * password of a user or the secret of a client can act as them.
   */
  async requireMayTakeOver(caller: Caller, subjectId: string): Promise<void> {
    if (subjectId === caller.identity.subjectId) return;
    this.require(caller, await findGrantedPolicies(this.uow.manager, subjectId));
  }

  private require(caller: Caller, asked: GrantedPolicy[]): void {
    const missing = permissionsBeyondGrants(caller, asked);
    if (missing.length === 0) return;
    throw new ApiError(
      'forbidden',
      'missing.permissions',
      'You can not hand on permissions that you lack yourself: {permissions}',
      { params: { permissions: missing.join(', ') } },
    );
  }
}
