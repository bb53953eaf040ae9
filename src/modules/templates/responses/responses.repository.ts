import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { pageOffset } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import { filterSql, phraseSql } from './response-filters.js';
import type { ResponseFilterDto } from './response.dto.js';
import { ResponseEntity, ResponseLibraryMember } from './response.entity.js';

export interface LibraryRef {
  id: string;
  name: string;
  divisionId: string;
}

/** A response with the libraries that hold it and that the caller may see, by name. */
export interface ResponseInLibraries extends ResponseEntity {
  libraries: LibraryRef[];
}

export interface ResponseCriteria {
  ids?: readonly string[];
  libraryId?: string;
  phrase?: string;
  filters?: ResponseFilterDto[];
}

interface Row extends ResponseInLibraries {
  total: number;
}

@Injectable()
export class ResponsesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** One page by name. */
  async search(
    scope: DivisionScope,
    criteria: ResponseCriteria,
    page: PageRequest,
  ): Promise<Page<ResponseInLibraries>> {
    const params: unknown[] = [];
    const where = conditions(criteria, params);
    const inScope = scopeSql(scope, 'l.division_id', params);
    const from = `FROM responses r
      JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'divisionId', l.division_id)
                         ORDER BY l.name, l.id) AS libraries
          FROM response_library_members m JOIN response_libraries l ON l.id = m.library_id
         WHERE m.response_id = r.id AND ${inScope}
      ) seen ON seen.libraries IS NOT NULL
      WHERE ${where}`;
    const [count] = await this.uow.manager.query<{ total: number }[]>(
      `SELECT count(*)::int AS total ${from}`,
      params,
    );
    params.push(page.pageSize, pageOffset(page));
    const entities = await this.uow.manager.query<Row[]>(
      `SELECT r.id, r.name, r.version, r.response_type AS "responseType", r.interaction_type AS "interactionType",
              r.texts, r.substitutions, r.messaging_template AS "messagingTemplate", r.template_state AS "templateState",
              r.integration_id AS "integrationId", r.created_by AS "createdBy",
              r.created_at AS "createdAt", seen.libraries
       ${from}
       ORDER BY lower(r.name), r.id LIMIT $${params.length - 1} OFFSET $${params.length}`,
      params,
    );
    return { ...page, entities, total: count?.total ?? 0 };
  }

  /** Those of the responses that exist within the scope. */
  async find(scope: DivisionScope, ids: readonly string[]): Promise<ResponseInLibraries[]> {
    if (ids.length === 0) return [];
    const page = { pageNumber: 1, pageSize: ids.length };
    return (await this.search(scope, { ids }, page)).entities;
  }

  /** The libraries that exist within the scope. */
  findLibraries(scope: DivisionScope, ids: readonly string[]): Promise<LibraryRef[]> {
    const params: unknown[] = [ids];
    return this.uow.manager.query(
      `SELECT l.id, l.name, l.division_id AS "divisionId" FROM response_libraries l
        WHERE l.id = ANY($1::uuid[]) AND ${scopeSql(scope, 'l.division_id', params)}`,
      params,
    );
  }

  async insert(response: Partial<ResponseEntity>, libraryIds: string[]): Promise<string> {
    const { manager } = this.uow;
    const { id } = await manager.save(manager.create(ResponseEntity, response));
    await this.addToLibraries(id, libraryIds);
    return id;
  }

  /** Returns false when the response has another version by now. */
  async update(
    { id, version }: { id: string; version: number },
    change: Omit<Partial<ResponseEntity>, 'integration'>,
    libraries: { remove: string[]; add: string[] },
  ): Promise<boolean> {
    const { manager } = this.uow;
    const result = await manager.update(ResponseEntity, { id, version }, { ...change, version: version + 1 });
    if (result.affected !== 1) return false;
    for (const libraryId of libraries.remove)
      await manager.delete(ResponseLibraryMember, { responseId: id, libraryId });
    await this.addToLibraries(id, libraries.add);
    return true;
  }

  async remove(id: string): Promise<void> {
    await this.uow.manager.delete(ResponseEntity, { id });
  }

  private async addToLibraries(responseId: string, libraryIds: string[]): Promise<void> {
    const members = libraryIds.map((libraryId) => ({ responseId, libraryId }));
    await this.uow.manager.insert(ResponseLibraryMember, members);
  }
}

function conditions(criteria: ResponseCriteria, params: unknown[]): string {
  const all = (criteria.filters ?? []).map((filter) => filterSql(filter, params));
  if (criteria.ids) all.push(`r.id = ANY($${params.push(criteria.ids)}::uuid[])`);
  if (criteria.phrase) all.push(phraseSql(criteria.phrase, params));
  if (criteria.libraryId)
    all.push(`EXISTS (SELECT 1 FROM response_library_members m
      WHERE m.response_id = r.id AND m.library_id = $${params.push(criteria.libraryId)})`);
  return all.length > 0 ? all.join(' AND ') : 'TRUE';
}
