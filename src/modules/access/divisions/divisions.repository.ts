import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { findNamedPage } from '../../../platform/database/named-page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, whereInScope } from '../permissions/division-scope.js';
import { divisionNotFound } from './division.errors.js';
import { DeletedDivision, Division } from './division.entity.js';
import type { DivisionCursor } from './division-cursor.js';

export interface DivisionFilter {
  /** Part of the name. */
  name?: string;
  ids?: string[];
}

interface CursorRequest {
  size: number;
  after?: DivisionCursor;
  before?: DivisionCursor;
}

/** Divisions around a cursor. */
export interface CursorPage {
  entities: Division[];
  hasNext: boolean;
  hasPrevious: boolean;
}

// Deleted users stay for history's sake and must belong somewhere.
const MOVE_DELETED_USERS = `
  UPDATE users SET division_id = (SELECT id FROM divisions WHERE home)
   WHERE division_id = $1 AND state = 'deleted'`;

const KEEP_DELETED = `
  INSERT INTO deleted_divisions (id, name, description, created_at)
  SELECT id, name, description, created_at FROM divisions WHERE id = $1`;

const BRING_BACK = `
  WITH deleted AS (DELETE FROM deleted_divisions WHERE id = $1 RETURNING *)
  INSERT INTO divisions (id, name, description, created_at)
  SELECT id, coalesce($2, name), description, created_at FROM deleted
  RETURNING id`;

@Injectable()
export class DivisionsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws 404 `division.not.found`. */
  async get(id: string): Promise<Division> {
    const division = await this.uow.manager.findOneBy(Division, { id });
    if (!division) throw divisionNotFound(id);
    return division;
  }

  getHome(): Promise<Division> {
    return this.uow.manager.findOneByOrFail(Division, { home: true });
  }

  find(ids: readonly string[]): Promise<Division[]> {
    return this.query().where('division.id = ANY(:ids)', { ids }).getMany();
  }

  findPage(scope: DivisionScope, filter: DivisionFilter, page: PageRequest): Promise<Page<Division>> {
    const query = whereInScope(this.query(), 'division.id', scope);
    return findNamedPage(query, { ...filter, match: 'Contains', descending: false }, page);
  }

  /** All of the divisions within the scope whose name has the part. */
  findAll(scope: DivisionScope, name: string | undefined): Promise<Division[]> {
    const query = whereInScope(this.query(), 'division.id', scope);
    return filtered(query, { name }).orderBy('division.name').addOrderBy('division.id').getMany();
  }

  /** A page of all divisions after, or before, a place in their order. */
  async findAround(filter: DivisionFilter, { size, after, before }: CursorRequest): Promise<CursorPage> {
    const backwards = before !== undefined && after === undefined;
    const cursor = after ?? before;
    const query = filtered(this.query(), filter);
    if (cursor) {
      query.andWhere(
        `(lower(division.name), division.id) ${backwards ? '<' : '>'} (:name, :id::uuid)`,
        cursor,
      );
    }
    const direction = backwards ? 'DESC' : 'ASC';
    // The selected expression gives ORDER BY a name that TypeORM knows.
    const found = await query
      .addSelect('lower(division.name)', 'name_key')
      .orderBy('name_key', direction)
      .addOrderBy('division.id', direction)
      .limit(size + 1)
      .getMany();
    const more = found.length > size;
    const entities = found.slice(0, size);
    if (backwards) entities.reverse();
    return {
      entities,
      hasNext: backwards ? true : more,
      hasPrevious: backwards ? more : cursor !== undefined,
    };
  }

  async findDeletedPage(page: PageRequest): Promise<Page<DeletedDivision>> {
    const [entities, total] = await this.uow.manager.findAndCount(DeletedDivision, {
      order: { deletedAt: 'DESC', id: 'ASC' },
      skip: pageOffset(page),
      take: page.pageSize,
    });
    return { ...page, entities, total };
  }

  count(): Promise<number> {
    return this.uow.manager.count(Division);
  }

  insert(division: Pick<Division, 'name' | 'description'>): Promise<Division> {
    return this.uow.manager.save(this.uow.manager.create(Division, division));
  }

  async update(id: string, change: Partial<Pick<Division, 'name' | 'description'>>): Promise<void> {
    await this.uow.manager.update(Division, { id }, change);
  }

  /** Takes the division away with the grants in it; the foreign keys of its objects stand in the way of more. */
  async delete(id: string): Promise<void> {
    const { manager } = this.uow;
    await manager.query(MOVE_DELETED_USERS, [id]);
    await manager.query(`DELETE FROM grants WHERE division_id = $1`, [id]);
    await manager.query(KEEP_DELETED, [id]);
    await manager.delete(Division, { id });
  }

  /** False when no deleted division has the id. */
  async restore(id: string, name: string | undefined): Promise<boolean> {
    const rows = await this.uow.manager.query<unknown[]>(BRING_BACK, [id, name ?? null]);
    return rows.length === 1;
  }

  private query(): SelectQueryBuilder<Division> {
    return this.uow.manager.createQueryBuilder(Division, 'division');
  }
}

function filtered(
  query: SelectQueryBuilder<Division>,
  { name, ids }: DivisionFilter,
): SelectQueryBuilder<Division> {
  if (name) query.andWhere('strpos(lower(division.name), lower(:part)) > 0', { part: name });
  if (ids) query.andWhere('division.id = ANY(:ids)', { ids });
  return query;
}
