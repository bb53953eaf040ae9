import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Caller } from '../caller.js';
import { DivisionsRepository } from '../divisions/divisions.repository.js';
import { type DivisionScope, EVERYWHERE } from '../permissions/division-scope.js';
import { spellOut } from '../permissions/permission-catalogue.js';
import { RolesRepository } from '../roles/roles.repository.js';
import {
  type GrantView,
  type RoleHolderView,
  type SubjectView,
  toGrantView,
  toHolderView,
  toSubjectView,
} from './grant.view.js';
import { GrantsRepository } from './grants.repository.js';
import { SubjectsRepository } from './subjects.repository.js';

interface RoleRef {
  id: string;
  name: string;
}

/** The roles and permissions of a user (Genesys Cloud API, user roles: UserAuthorization). */
export interface UserAuthorization {
  roles: RoleRef[];
  unusedRoles: RoleRef[];
  permissions: string[];
  permissionPolicies: { domain: string; entityName: string; actionSet: string[]; allowConditions: boolean }[];
}

export interface UserRef {
  id: string;
  name: string;
  selfUri: string;
}

/** Who holds what where, to be read. */
@Injectable()
export class GrantedService {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly subjects: SubjectsRepository,
    private readonly roles: RolesRepository,
    private readonly divisions: DivisionsRepository,
  ) {}

  /** The grants of a subject that count where the caller may look. Throws 404 for an unknown subject. */
  async subject(scope: DivisionScope, id: string): Promise<SubjectView> {
    const subject = await this.subjects.get(id);
    return toSubjectView(subject, await this.grants.findOf(scope, id));
  }

  /** Everything that the caller was granted. */
  mine({ identity }: Caller): Promise<SubjectView> {
    return this.subject(EVERYWHERE, identity.subjectId);
  }

  roleCounts(scope: DivisionScope, ids: readonly string[]): Promise<Record<string, number>> {
    return this.grants.countRoles(scope, ids);
  }

  /** The grants that count in a division. Throws 404, 403 without the permission to see grants there. */
  async inDivision(caller: Caller, divisionId: string, page: PageRequest): Promise<Page<GrantView>> {
    await this.divisions.get(divisionId);
    caller.requireIn(divisionId, 'authorization:grant:view');
    return mapPage(await this.grants.findPageIn(divisionId, page), toGrantView);
  }

  async holdersOf(roleId: string, page: PageRequest): Promise<Page<RoleHolderView>> {
    await this.roles.get(roleId);
    return mapPage(await this.grants.findHolders(roleId, undefined, page), toHolderView);
  }

  async usersOf(roleId: string, page: PageRequest): Promise<Page<UserRef>> {
    await this.roles.get(roleId);
    return mapPage(await this.grants.findHolders(roleId, 'PC_USER', page), ({ id, name }) => ({
      id,
      name,
      selfUri: `/api/v2/users/${id}`,
    }));
  }

  /** The roles of a user or client within the scope, and what they allow. */
  async authorization(scope: DivisionScope, subjectId: string): Promise<UserAuthorization> {
    await this.subjects.get(subjectId);
    const rows = await this.grants.findOf(scope, subjectId);
    const roles = new Map(rows.map((row) => [row.roleId, row]));
    const policies = [...roles.values()].flatMap((row) => row.policies);
    return {
      roles: [...roles.values()].map(({ roleId, roleName }) => ({ id: roleId, name: roleName })),
      unusedRoles: [],
      permissions: spellOut(policies).map(({ permission }) => permission),
      permissionPolicies: policies.map(({ domain, entityName, actions }) => ({
        domain,
        entityName,
        actionSet: [...actions],
        allowConditions: false,
      })),
    };
  }
}
