import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import { OrganizationsService, type OrganizationView } from '../organization/organizations.service.js';
import { EVERYWHERE } from '../permissions/division-scope.js';
import { ALL_PERMISSIONS, type Permission } from '../permissions/permission-catalogue.js';
import type { UserView } from './user.dto.js';
import { UsersService } from './users.service.js';

interface Authorization {
  roles: { id: string; name: string }[];
  unusedRoles: never[];
  permissions: string[];
  permissionPolicies: never[];
}

/** Genesys Cloud API, users: UserMe. */
export interface UserMe extends UserView {
  authorization?: Authorization;
  organization?: OrganizationView;
}

/** The user behind a token. */
@Injectable()
export class MeService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
  ) {}

  /** The user, with what `expand` names of authorization and organization. Throws 400 for client credentials. */
  async get(caller: Caller, expand: readonly string[]): Promise<UserMe> {
    this.requireUser(caller);
    const user = await this.users.get(EVERYWHERE, caller.identity.subjectId);
    return {
      ...user,
      authorization: expand.includes('authorization') ? await this.authorization(caller) : undefined,
      organization: expand.includes('organization') ? await this.organizations.me() : undefined,
    };
  }

  /** Throws 400 unless the token belongs to a user. */
  requireUser(caller: Caller): void {
    if (caller.identity.subjectType === 'PC_USER') return;
    throw new ApiError(
      'invalid',
      'bad.request',
      'The token comes from client credentials and belongs to no user; sign in as a user.',
    );
  }

  private async authorization(caller: Caller): Promise<Authorization> {
    const roles = await this.uow.manager.query<{ id: string; name: string }[]>(
      `SELECT DISTINCT r.id, r.name FROM grants g JOIN roles r ON r.id = g.role_id
        WHERE g.subject_id = $1 ORDER BY r.name, r.id`,
      [caller.identity.subjectId],
    );
    const all = ALL_PERMISSIONS.map(
      ({ domain, entity, action }) => `${domain}:${entity}:${action}` as Permission,
    );
    const permissions = all.filter((permission) => caller.can(permission));
    return { roles, unusedRoles: [], permissions, permissionPolicies: [] };
  }
}
