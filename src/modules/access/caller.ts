import { ApiError } from '../../platform/errors/api-error.js';
import { type AccessAbility, subjectOf } from './permissions/ability.js';
import { type DivisionScope, divisionScope, isInScope } from './permissions/division-scope.js';
import type { Permission } from './permissions/permission-catalogue.js';

export type SubjectType = 'PC_OAUTH_CLIENT' | 'PC_USER';

export interface CallerIdentity {
  subjectId: string;
  subjectType: SubjectType;
  name: string;
  /** OAuth client that the token was given to. */
  clientId: string;
  clientName: string;
  /** Scopes that the client's tokens are limited to; none means no limit. */
  scope: readonly string[];
  tokenExpiresAt: Date;
}

/** Who makes a request, and what they may do where. Built once per request. */
export class Caller {
  constructor(
    readonly identity: CallerIdentity,
    private readonly ability: AccessAbility,
  ) {}

  /** True when the permission is held in at least one division. */
  can(permission: Permission): boolean {
    const [domain, entity, action] = permission.split(':') as [string, string, string];
    return this.ability.can(action, subjectOf(domain, entity));
  }

  /** The divisions in which the caller holds at least one of the permissions. */
  scope(...anyOf: Permission[]): DivisionScope {
    return divisionScope(this.ability, anyOf);
  }

  /** Throws 403 `missing.division.permissions` unless the permission is held in that division. */
  requireIn(divisionId: string, permission: Permission): void {
    if (isInScope(this.scope(permission), divisionId)) return;
    throw new ApiError(
      'forbidden',
      'missing.division.permissions',
      'You lack the permission {permissions} in the division {divisionId}.',
      { params: { permissions: permission, divisionId } },
    );
  }
}
