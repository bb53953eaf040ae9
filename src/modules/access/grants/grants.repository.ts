import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { pageOffset } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { GrantDivision } from '../permissions/delegation.js';
import { type DivisionScope, scopeSql } from '../permissions/division-scope.js';
import type { PolicyTerms } from '../permissions/permission-catalogue.js';
import { ADMIN_ROLE } from '../roles/default-roles.js';
import type { Subject } from './subjects.repository.js';

/** A role in a division; null stands for all divisions. */
export interface RoleDivision {
  roleId: string;
  divisionId: GrantDivision;
}

/** Who holds a role where. */
export interface GrantKey extends RoleDivision {
  subjectId: string;
}

/** A grant with what is shown of its role and division. */
export interface GrantRow extends GrantKey {
  grantedAt: Date;
  divisionName: string | null;
  divisionDescription: string | null;
  home: boolean | null;
  roleName: string;
  roleDescription: string;
  defaultRoleId: string | null;
  policies: PolicyTerms[];
}

/** A subject with the divisions in which it holds one role. */
export interface RoleHolder extends Subject {
  divisions: { id: string | null; name: string | null }[];
}

const GRANTS = `
  SELECT g.subject_id AS "subjectId", g.granted_at AS "grantedAt", g.role_id AS "roleId",
         g.division_id AS "divisionId", d.name AS "divisionName", d.description AS "divisionDescription", d.home,
         r.name AS "roleName", r.description AS "roleDescription", r.default_role_id AS "defaultRoleId",
         coalesce((SELECT json_agg(json_build_object('domain', p.domain, 'entityName', p.entity_name,
                                                     'actions', p.actions) ORDER BY p.domain, p.entity_name)
                     FROM role_policies p WHERE p.role_id = r.id), '[]') AS policies
    FROM grants g JOIN roles r ON r.id = g.role_id LEFT JOIN divisions d ON d.id = g.division_id`;

const LABELS = `
  SELECT g.subject_id AS id, r.name || '@' || coalesce(d.name, '*') AS label
    FROM grants g JOIN roles r ON r.id = g.role_id LEFT JOIN divisions d ON d.id = g.division_id
   WHERE g.subject_id = ANY($1) ORDER BY label`;

const INSERT = `
  INSERT INTO grants (subject_id, subject_type, role_id, division_id)
  SELECT k.subject_id, k.subject_type, k.role_id, k.division_id
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[]) AS k(subject_id, subject_type, role_id, division_id)
  ON CONFLICT DO NOTHING`;

const DELETE = `
  DELETE FROM grants g
   USING unnest($1::text[], $2::uuid[], $3::uuid[]) AS k(subject_id, role_id, division_id)
   WHERE g.subject_id = k.subject_id AND g.role_id = k.role_id
     AND g.division_id IS NOT DISTINCT FROM k.division_id`;

const COUNT_ADMINS = `
  SELECT count(*)::int AS count
    FROM grants g JOIN roles r ON r.id = g.role_id AND r.default_role_id = '${ADMIN_ROLE}'
   WHERE g.division_id IS NULL
     AND (EXISTS (SELECT 1 FROM users u WHERE u.id::text = g.subject_id AND u.state = 'active')
       OR EXISTS (SELECT 1 FROM oauth_clients c WHERE c.id = g.subject_id AND c.state = 'active'))`;

const HOLDERS = `
  SELECT s.id, s.type, s.name,
         json_agg(json_build_object('id', d.id, 'name', d.name) ORDER BY d.name NULLS FIRST) AS divisions
    FROM grants g
    JOIN (SELECT u.id::text AS id, 'PC_USER' AS type, u.name FROM users u WHERE u.state <> 'deleted'
          UNION ALL SELECT c.id, 'PC_OAUTH_CLIENT', c.name FROM oauth_clients c) s
      ON s.id = g.subject_id AND s.type = g.subject_type
    LEFT JOIN divisions d ON d.id = g.division_id
   WHERE g.role_id = $1 AND ($2::text IS NULL OR s.type = $2)
   GROUP BY s.id, s.type, s.name`;

@Injectable()
export class GrantsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The grants of a subject that count in the divisions of the scope; those for all divisions count everywhere. */
  findOf(scope: DivisionScope, subjectId: string): Promise<GrantRow[]> {
    const params: unknown[] = [subjectId];
    return this.uow.manager.query<GrantRow[]>(
      `${GRANTS} WHERE g.subject_id = $1
         AND (g.division_id IS NULL OR ${scopeSql(scope, 'g.division_id', params)})
       ORDER BY lower(r.name), d.name NULLS FIRST, g.id`,
      params,
    );
  }

  /** The grants that count in a division, those for all divisions among them. */
  async findPageIn(divisionId: string, page: PageRequest): Promise<Page<GrantRow>> {
    const where = `(g.division_id IS NULL OR g.division_id = $1)`;
    const [row] = await this.uow.manager.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM grants g WHERE ${where}`,
      [divisionId],
    );
    const entities = await this.uow.manager.query<GrantRow[]>(
      `${GRANTS} WHERE ${where} ORDER BY g.granted_at, g.id LIMIT $2 OFFSET $3`,
      [divisionId, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: row!.count };
  }

  /** Who holds the role, and where; only users when asked for. */
  async findHolders(
    roleId: string,
    type: 'PC_USER' | undefined,
    page: PageRequest,
  ): Promise<Page<RoleHolder>> {
    const params = [roleId, type ?? null];
    const [row] = await this.uow.manager.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM (${HOLDERS}) h`,
      params,
    );
    const entities = await this.uow.manager.query<RoleHolder[]>(
      `${HOLDERS} ORDER BY lower(s.name), s.id LIMIT $3 OFFSET $4`,
      [...params, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: row!.count };
  }

  findKeys(where: { subjectIds: readonly string[]; roleId?: string }): Promise<GrantKey[]> {
    return this.uow.manager.query<GrantKey[]>(
      `SELECT subject_id AS "subjectId", role_id AS "roleId", division_id AS "divisionId" FROM grants
        WHERE subject_id = ANY($1) AND ($2::uuid IS NULL OR role_id = $2)`,
      [where.subjectIds, where.roleId ?? null],
    );
  }

  /** What each of the subjects holds, for people to read: role@division by name, `*` for all divisions. */
  async findLabels(subjectIds: readonly string[]): Promise<Map<string, string[]>> {
    const labels = new Map<string, string[]>(subjectIds.map((id) => [id, []]));
    const rows = await this.uow.manager.query<{ id: string; label: string }[]>(LABELS, [subjectIds]);
    for (const { id, label } of rows) labels.get(id)!.push(label);
    return labels;
  }

  /** Stores the grants; those that exist stay as they are. */
  async insert(subjects: ReadonlyMap<string, Subject>, keys: readonly GrantKey[]): Promise<void> {
    await this.uow.manager.query(INSERT, [
      keys.map(({ subjectId }) => subjectId),
      keys.map(({ subjectId }) => subjects.get(subjectId)!.type),
      keys.map(({ roleId }) => roleId),
      keys.map(({ divisionId }) => divisionId),
    ]);
  }

  async delete(keys: readonly GrantKey[]): Promise<void> {
    await this.uow.manager.query(DELETE, [
      keys.map(({ subjectId }) => subjectId),
      keys.map(({ roleId }) => roleId),
      keys.map(({ divisionId }) => divisionId),
    ]);
  }

  /** Active users and clients that hold the role admin in all divisions. */
  async countAdmins(): Promise<number> {
    const [row] = await this.uow.manager.query<{ count: number }[]>(COUNT_ADMINS);
    return row!.count;
  }

  /** Number of different roles of each subject. */
  async countRoles(scope: DivisionScope, subjectIds: readonly string[]): Promise<Record<string, number>> {
    const params: unknown[] = [subjectIds];
    const rows = await this.uow.manager.query<{ id: string; count: number }[]>(
      `SELECT subject_id AS id, count(DISTINCT role_id)::int AS count FROM grants g
        WHERE subject_id = ANY($1) AND (g.division_id IS NULL OR ${scopeSql(scope, 'g.division_id', params)})
        GROUP BY subject_id`,
      params,
    );
    const counts = new Map(rows.map(({ id, count }) => [id, count]));
    return Object.fromEntries(subjectIds.map((id) => [id, counts.get(id) ?? 0]));
  }
}
