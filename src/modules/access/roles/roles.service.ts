import { Injectable } from '@nestjs/common';
import { explainName } from '../../../kernel/object-name.js';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { AccessVersion } from '../access-version.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../caller.js';
import { requireMayHandOut } from '../permissions/delegation.js';
import type { PolicyTerms } from '../permissions/permission-catalogue.js';
import { ADMIN_ROLE, DEFAULT_ROLES, type DefaultRole } from './default-roles.js';
import { explainPolicies, mergePolicies } from './policy-rules.js';
import type { RoleDto, RoleQuery } from './role.dto.js';
import type { Role } from './role.entity.js';
import { adminRoleIsFixed, defaultRoleStays, roleInUse } from './role.errors.js';
import { type RoleView, toRoleView } from './role.view.js';
import { RolesRepository } from './roles.repository.js';

/**
 * Roles. Who writes one needs more than the permission to edit roles: every permission that the role has before and
 * after, in each division in which somebody holds it. Else an edit would hand out, or take, more than the editor holds.
 */
@Injectable()
export class RolesService {
  constructor(
    private readonly roles: RolesRepository,
    private readonly version: AccessVersion,
    private readonly audit: AuditTrail,
  ) {}

  async list(query: RoleQuery, page: PageRequest): Promise<Page<RoleView>> {
    const { name, id, defaultRoleId, permission, userCount = true } = query;
    const filter = { name, ids: id, defaultRoleIds: defaultRoleId, permissions: permission };
    const found = await this.roles.findPage(filter, page);
    return { ...found, entities: await this.toViews(found.entities, userCount) };
  }

  /** Throws 404 `role.not.found`. */
  async get(id: string, userCount = true): Promise<RoleView> {
    const [view] = await this.toViews([await this.roles.get(id)], userCount);
    return view!;
  }

  /** Throws 400 with everything that is wrong, 403 for permissions that the caller does not hold. */
  create(caller: Caller, dto: RoleDto): Promise<RoleView> {
    return this.version.change(async () => {
      requireValid(dto);
      const { description = '', permissionPolicies = [] } = dto;
      const role = { name: dto.name.trim(), policies: mergePolicies(permissionPolicies) };
      requireMayHandOut(caller, role, []);
      const created = await this.roles.insert({ name: role.name, description }, role.policies);
      await this.audited('Create', undefined, created);
      return toRoleView(created, 0);
    });
  }

  /** Throws 404, 400 with everything that is wrong, 403 for permissions that the caller does not hold. */
  update(caller: Caller, id: string, dto: RoleDto): Promise<RoleView> {
    return this.version.change(async () => {
      const role = await this.roles.get(id);
      if (role.defaultRoleId === ADMIN_ROLE) throw adminRoleIsFixed();
      requireValid(dto);
      const policies = dto.permissionPolicies && mergePolicies(dto.permissionPolicies);
      await this.requireMayWrite(caller, role, policies ?? []);
      const { description = role.description } = dto;
      await this.roles.update(id, { name: dto.name.trim(), description }, policies);
      await this.audited('Update', role, await this.roles.get(id));
      return this.get(id);
    });
  }

  /** Sets or clears the mark; it has no effect on what the role allows. */
  mark(id: string, needsUpdate: boolean): Promise<RoleView> {
    return this.version.change(async () => {
      const role = await this.roles.get(id);
      await this.roles.update(id, { needsUpdate });
      await this.audited('Update', role, await this.roles.get(id));
      return this.get(id);
    });
  }

  /** Throws 400 for a default role, 409 with the number of grants while somebody holds it. */
  delete(id: string): Promise<void> {
    return this.version.change(async () => {
      const role = await this.roles.get(id);
      if (role.defaultRoleId !== null) throw defaultRoleStays(role.name);
      const grants = await this.roles.findGrantedDivisions(id);
      if (grants.length > 0) throw roleInUse(role.name, grants.length);
      await this.roles.delete(id);
      await this.audited('Delete', role, undefined);
    });
  }

  /**
   * Creates the default roles that are missing; with `overwrite` also takes back what was changed in the others. Only
   * those of the ids (of the role or of the default) when some are given.
   */
  restoreDefaults(caller: Caller, { overwrite = false, ids = [] as string[] }): Promise<RoleView[]> {
    return this.version.change(async () => {
      const existing = await this.roles.findDefaults();
      const of = ({ defaultRoleId }: DefaultRole): Role | undefined =>
        existing.find((role) => role.defaultRoleId === defaultRoleId);
      requireDefaults(ids, existing);
      const wanted = DEFAULT_ROLES.filter((role) => {
        const named = [role.defaultRoleId, of(role)?.id ?? ''];
        return ids.length === 0 || ids.some((id) => named.includes(id));
      });
      const restored = new Set<string>();
      for (const role of wanted) {
        const present = of(role);
        if (present && !overwrite) continue;
        if (present) await this.requireMayWrite(caller, present, role.policies);
        else requireMayHandOut(caller, role, []);
        await this.roles.restore(role);
        restored.add(role.defaultRoleId);
      }
      const roles = await this.roles.findDefaults();
      for (const role of roles.filter(({ defaultRoleId }) => restored.has(defaultRoleId!)))
        await this.audited(
          'Restore',
          existing.find(({ id }) => id === role.id),
          role,
        );
      return this.toViews(roles, true);
    });
  }

  private async audited(action: string, before?: Role, after?: Role): Promise<void> {
    const { id, name } = (after ?? before)!;
    const [was, is] = [toAudited(before), toAudited(after)];
    await this.audit.record({ action, entity: 'authorization:role', id, name, before: was, after: is });
  }

  private async requireMayWrite(caller: Caller, role: Role, policies: readonly PolicyTerms[]): Promise<void> {
    const divisionIds = [...new Set(await this.roles.findGrantedDivisions(role.id))];
    requireMayHandOut(caller, { name: role.name, policies: [...role.policies, ...policies] }, divisionIds);
  }

  private async toViews(roles: Role[], userCount: boolean): Promise<RoleView[]> {
    const counts = userCount ? await this.roles.countUsers(roles.map(({ id }) => id)) : undefined;
    return roles.map((role) => toRoleView(role, counts && (counts.get(role.id) ?? 0)));
  }
}

function toAudited(role: Role | undefined): object | undefined {
  if (!role) return undefined;
  const { name, description, needsUpdate, policies } = role;
  const texts = policies.map(
    ({ domain, entityName, actions }) => `${domain}:${entityName}:${actions.join(',')}`,
  );
  return { name, description, needsUpdate, permissionPolicies: texts };
}

function requireValid({ name, permissionPolicies = [] }: RoleDto): void {
  const reasons = [...explainName(name), ...explainPolicies(permissionPolicies)];
  if (reasons.length > 0) throw reasonsError(reasons);
}

function requireDefaults(ids: readonly string[], existing: readonly Role[]): void {
  const known = new Set([
    ...DEFAULT_ROLES.map((role) => role.defaultRoleId),
    ...existing.map((role) => role.id),
  ]);
  const reasons = ids
    .filter((id) => !known.has(id))
    .map((id): Reason => {
      const names = DEFAULT_ROLES.map((role) => role.defaultRoleId).join(', ');
      return {
        code: 'role.not.found',
        entityId: id,
        message: `${id} is no default role; these are: ${names}.`,
      };
    });
  if (reasons.length > 0) throw reasonsError(reasons);
}
