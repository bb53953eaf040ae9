import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../caller.js';
import { scopeSql } from '../permissions/division-scope.js';
import type { Permission } from '../permissions/permission-catalogue.js';
import type { Division } from './division.entity.js';

/** A kind of object that belongs to divisions. Its owner registers it at start; names of tables are never a caller's. */
export interface DivisionedKind {
  /** Name on the wire, for example CONTACTLIST (Genesys Cloud API, divisions: object types). */
  type: string;
  /** Other names that are accepted. */
  aliases?: string[];
  /** For people, for example "contact lists". */
  label: string;
  /** Needed in the division an object leaves and in the one it comes to. */
  editPermission: Permission;
  /** Has the columns id and division_id. */
  table: string;
  /** SQL condition that leaves out rows which only history needs. */
  condition?: string;
  /** SQL assignments that go with a move, for example the version. */
  stamp: string;
  /** Why some of the objects can't be moved now; they are locked at that time. */
  explainFixed?(ids: readonly string[]): Promise<Reason[]>;
}

type DivisionName = Pick<Division, 'id' | 'name'>;

/** Where an object is. */
interface Place {
  id: string;
  divisionId: string;
}

/** Counts and moves the objects of divisions, whichever module they belong to. */
@Injectable()
export class DivisionedObjects {
  private readonly kinds: DivisionedKind[] = [];

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  register(kind: DivisionedKind): void {
    this.kinds.push(kind);
  }

  /** Objects of each type in each of the divisions; types without objects are there with 0. */
  async count(divisionIds: readonly string[]): Promise<Map<string, Record<string, number>>> {
    const counts = new Map(
      divisionIds.map((id) => [id, Object.fromEntries(this.kinds.map(({ type }) => [type, 0]))]),
    );
    for (const { type, table, condition = 'TRUE' } of this.kinds) {
      const rows = await this.uow.manager.query<{ id: string; count: number }[]>(
        `SELECT division_id AS id, count(*)::int AS count FROM ${table}
          WHERE division_id = ANY($1::uuid[]) AND ${condition} GROUP BY division_id`,
        [divisionIds],
      );
      for (const { id, count } of rows) counts.get(id)![type] = count;
    }
    return counts;
  }

  /** Why the division can't be deleted: one reason for each type that still has objects in it. */
  async explainOccupied(divisionId: string): Promise<Reason[]> {
    const counts = (await this.count([divisionId])).get(divisionId)!;
    return this.kinds
      .filter(({ type }) => counts[type]! > 0)
      .map(({ type, label }) => ({
        code: 'division.not.empty',
        message: `${counts[type]} ${label} are still in the division; move them to another one or delete them first.`,
        params: { objectType: type, count: String(counts[type]) },
      }));
  }

  /**
   * Moves all of the objects to the division, or none. Throws 400 for an unknown type, 403 without the edit permission
   * in the division they come to, 404 with every id that is unknown or out of the caller's reach.
   */
  async move(caller: Caller, division: DivisionName, type: string, ids: readonly string[]): Promise<void> {
    const kind = this.kindOf(type);
    caller.requireIn(division.id, kind.editPermission);
    await this.uow.run(async () => {
      const places = await this.lock(caller, kind, ids);
      const fixed = (await kind.explainFixed?.(ids)) ?? [];
      if (fixed.length > 0) throw reasonsError(fixed, 'conflict');
      await this.uow.manager.query(
        `UPDATE ${kind.table} SET division_id = $2, ${kind.stamp}
          WHERE id = ANY($1::uuid[]) AND division_id <> $2`,
        [ids, division.id],
      );
      await this.audit.record({
        action: 'MoveObjects',
        entity: 'authorization:division',
        id: division.id,
        name: division.name,
        before: Object.fromEntries(places.map(({ id, divisionId }) => [`${kind.type} ${id}`, divisionId])),
        after: Object.fromEntries(places.map(({ id }) => [`${kind.type} ${id}`, division.id])),
      });
    });
  }

  private async lock(caller: Caller, kind: DivisionedKind, ids: readonly string[]): Promise<Place[]> {
    const params: unknown[] = [ids];
    const scope = scopeSql(caller.scope(kind.editPermission), 'division_id', params);
    const rows = await this.uow.manager.query<Place[]>(
      `SELECT id, division_id AS "divisionId" FROM ${kind.table}
        WHERE id = ANY($1::uuid[]) AND ${scope} AND ${kind.condition ?? 'TRUE'} ORDER BY id FOR UPDATE`,
      params,
    );
    const found = new Set(rows.map(({ id }) => id));
    const missing = ids.filter((id) => !found.has(id.toLowerCase()));
    if (missing.length === 0) return rows;
    throw reasonsError(
      missing.map((id) => ({
        code: 'not.found',
        entityId: id,
        message: `There is no object ${id} among the ${kind.label} that you may edit; nothing was moved.`,
      })),
      'not-found',
    );
  }

  private kindOf(type: string): DivisionedKind {
    const wanted = type.toUpperCase();
    const kind = this.kinds.find(({ type: name, aliases = [] }) => [name, ...aliases].includes(wanted));
    if (kind) return kind;
    const known = this.kinds.flatMap(({ type: name, aliases = [] }) => [name, ...aliases]);
    throw new ApiError('invalid', 'invalid.value', 'The object type must be one of {known}; it is {given}.', {
      params: { known: known.join(', '), given: type },
    });
  }
}
