import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import type { GrantedPolicy } from './ability.js';
import { permissionsBeyondGrants } from './delegation.js';

/** A role in a division; null stands for all divisions. */
export interface RoleDivision {
  roleId: string;
  divisionId: string | null;
}

const COLUMNS = `p.domain, p.entity_name AS "entityName", p.actions`;

const POLICIES_OF_SUBJECT = `
  SELECT g.division_id AS "divisionId", ${COLUMNS}
    FROM grants g JOIN role_policies p ON p.role_id = g.role_id
   WHERE g.subject_id = $1`;

const POLICIES_OF_ROLES = `
  SELECT a.division_id AS "divisionId", ${COLUMNS}
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
    this.require(caller, await this.policiesOf(subjectId));
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

  private policiesOf(subjectId: string): Promise<GrantedPolicy[]> {
    return this.uow.manager.query<GrantedPolicy[]>(POLICIES_OF_SUBJECT, [subjectId]);
  }
}
