import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { GrantDivision } from '../permissions/delegation.js';
import type { PolicyTerms } from '../permissions/permission-catalogue.js';
import { type DefaultRole, restoreDefaultRole, writePolicies } from './default-roles.js';
import { Role } from './role.entity.js';
import { roleNotFound } from './role.errors.js';

export interface RoleFilter {
  /** Part of the name. */
  name?: string;
  ids?: string[];
  defaultRoleIds?: string[];
  /** Permissions that the role must allow, wildcards counted in. */
  permissions?: string[];
}

const ALLOWS = (index: number): string => `EXISTS (
  SELECT 1 FROM role_policies p
   WHERE p.role_id = role.id AND p.domain = :domain${index} AND p.entity_name IN ('*', :entity${index})
     AND p.actions && ARRAY['*', :action${index}])`;

@Injectable()
export class RolesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws 404 `role.not.found`. */
  async get(id: string): Promise<Role> {
    const [role] = await this.find([id]);
    if (!role) throw roleNotFound(id);
    return role;
  }

  async find(ids: readonly string[]): Promise<Role[]> {
    if (ids.length === 0) return [];
    return this.query().andWhere('role.id = ANY(:ids)', { ids }).getMany();
  }

  findDefaults(): Promise<Role[]> {
    return this.query().andWhere('role.defaultRoleId IS NOT NULL').orderBy('role.name').getMany();
  }

  async findPage(filter: RoleFilter, page: PageRequest): Promise<Page<Role>> {
    const query = this.uow.manager.createQueryBuilder(Role, 'role').where('TRUE');
    applyFilter(query, filter);
    const total = await query.getCount();
    const rows = await query
      .orderBy('role.name')
      .addOrderBy('role.id')
      .offset(pageOffset(page))
      .limit(page.pageSize)
      .getMany();
    const loaded = new Map((await this.find(rows.map(({ id }) => id))).map((role) => [role.id, role]));
    return { ...page, total, entities: rows.map(({ id }) => loaded.get(id)!) };
  }

  async insert(role: { name: string; description: string }, policies: readonly PolicyTerms[]): Promise<Role> {
    const { identifiers } = await this.uow.manager.insert(Role, role);
    const { id } = identifiers[0] as { id: string };
    await writePolicies(this.uow.manager, id, policies);
    return this.get(id);
  }

  async update(
    id: string,
    change: Partial<Pick<Role, 'name' | 'description' | 'needsUpdate'>>,
    policies?: readonly PolicyTerms[],
  ): Promise<void> {
    await this.uow.manager.update(Role, { id }, change);
    if (policies) await writePolicies(this.uow.manager, id, policies);
  }

  restore(role: DefaultRole): Promise<void> {
    return restoreDefaultRole(this.uow.manager, role);
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.delete(Role, { id });
  }

  /** The divisions in which somebody holds the role, null for all; one entry for each grant. */
  async findGrantedDivisions(id: string): Promise<GrantDivision[]> {
    const rows = await this.uow.manager.query<{ division_id: GrantDivision }[]>(
      `SELECT division_id FROM grants WHERE role_id = $1`,
      [id],
    );
    return rows.map((row) => row.division_id);
  }

  /** Users that hold each of the roles somewhere. */
  async countUsers(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.uow.manager.query<{ id: string; count: number }[]>(
      `SELECT g.role_id AS id, count(DISTINCT g.subject_id)::int AS count
         FROM grants g JOIN users u ON u.id::text = g.subject_id AND u.state <> 'deleted'
        WHERE g.role_id = ANY($1::uuid[]) AND g.subject_type = 'PC_USER' GROUP BY g.role_id`,
      [ids],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  private query(): SelectQueryBuilder<Role> {
    return this.uow.manager
      .createQueryBuilder(Role, 'role')
      .leftJoinAndSelect('role.policies', 'policy')
      .where('TRUE')
      .addOrderBy('policy.domain')
      .addOrderBy('policy.entityName');
  }
}

function applyFilter(query: SelectQueryBuilder<Role>, filter: RoleFilter): void {
  const { name, ids, defaultRoleIds, permissions = [] } = filter;
  if (name) query.andWhere('strpos(lower(role.name), lower(:name)) > 0', { name });
  if (ids) query.andWhere('role.id = ANY(:ids)', { ids });
  if (defaultRoleIds) query.andWhere('role.defaultRoleId = ANY(:defaultRoleIds)', { defaultRoleIds });
  permissions.forEach((permission, index) => {
    const [domain, entity, action] = permission.split(':');
    query.andWhere(ALLOWS(index), {
      [`domain${index}`]: domain,
      [`entity${index}`]: entity ?? '',
      [`action${index}`]: action ?? '',
    });
  });
}
