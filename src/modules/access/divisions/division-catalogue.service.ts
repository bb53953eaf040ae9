import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import { explainName } from '../../../kernel/object-name.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AccessVersion } from '../access-version.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../caller.js';
import { EVERYWHERE } from '../permissions/division-scope.js';
import { DivisionedObjects } from './divisioned-objects.js';
import type { Division } from './division.entity.js';
import { deletedDivisionNotFound, homeDivisionStays, tooManyDivisions } from './division.errors.js';
import { decodeCursor, encodeCursor } from './division-cursor.js';
import type { DivisionCursorQuery, DivisionDto, DivisionQuery } from './division.dto.js';
import { DIVISIONS_PATH, type DivisionView, toDivisionView } from './division.view.js';
import { DivisionsRepository } from './divisions.repository.js';

/** Greatest number of divisions. The Genesys Cloud API only says that there is one; this is generous. */
export const MAX_DIVISIONS = 1_000;

/** Cursor listing on the wire (Genesys Cloud API, divisions: AuthzDivisionCursorListing). */
export interface DivisionCursorListing {
  entities: DivisionView[];
  selfUri: string;
  nextUri?: string;
  previousUri?: string;
}

/** The divisions as administrators see and keep them. */
@Injectable()
export class DivisionCatalogue {
  constructor(
    private readonly divisions: DivisionsRepository,
    private readonly objects: DivisionedObjects,
    private readonly version: AccessVersion,
    private readonly audit: AuditTrail,
  ) {}

  async home(): Promise<DivisionView> {
    return toDivisionView(await this.divisions.getHome());
  }

  async list({ name, id, objectCount }: DivisionQuery, page: PageRequest): Promise<Page<DivisionView>> {
    const found = await this.divisions.findPage(EVERYWHERE, { name, ids: id }, page);
    return { ...found, entities: await this.toViews(found.entities, objectCount) };
  }

  /** Pages by cursor: a division made or deleted meanwhile neither repeats nor hides another. */
  async query(query: DivisionCursorQuery): Promise<DivisionCursorListing> {
    const size = query.toSize();
    const { entities, hasNext, hasPrevious } = await this.divisions.findAround(
      { name: query.name, ids: query.id },
      {
        size,
        after: query.after === undefined ? undefined : decodeCursor(query.after),
        before: query.before === undefined ? undefined : decodeCursor(query.before),
      },
    );
    const uri = (cursor: Record<string, string>): string => cursorUri(query, size, cursor);
    const [first, last] = [entities[0], entities.at(-1)];
    const { after, before } = query;
    return {
      entities: entities.map((division) => toDivisionView(division)),
      selfUri: uri(after ? { after } : before ? { before } : {}),
      nextUri: hasNext && last ? uri({ after: encodeCursor(last) }) : undefined,
      previousUri: hasPrevious && first ? uri({ before: encodeCursor(first) }) : undefined,
    };
  }

  /** Throws 404 `division.not.found`. */
  async get(id: string, objectCount: boolean | undefined): Promise<DivisionView> {
    const [view] = await this.toViews([await this.divisions.get(id)], objectCount);
    return view!;
  }

  /** Throws 400 for a bad or taken name, or when there are too many. Nobody gets grants by it. */
  create(dto: DivisionDto): Promise<DivisionView> {
    return this.version.change(async () => {
      requireName(dto.name);
      if ((await this.divisions.count()) >= MAX_DIVISIONS) throw tooManyDivisions(MAX_DIVISIONS);
      const { name, description = '' } = dto;
      const division = await this.divisions.insert({ name: name.trim(), description });
      await this.audited('Create', undefined, division);
      return toDivisionView(division);
    });
  }

  update(id: string, { name, description }: DivisionDto): Promise<DivisionView> {
    return this.version.change(async () => {
      requireName(name);
      const before = await this.divisions.get(id);
      const { description: same } = before;
      await this.divisions.update(id, { name: name.trim(), description: description ?? same });
      const after = await this.divisions.get(id);
      await this.audited('Update', before, after);
      return toDivisionView(after);
    });
  }

  /**
   * Deletes a division that has no objects; the grants in it end. Throws 400 with the number of objects of each type,
   * also for the home division.
   */
  delete(id: string): Promise<void> {
    return this.version.change(async () => {
      const division = await this.divisions.get(id);
      if (division.home) throw homeDivisionStays();
      const reasons = await this.objects.explainOccupied(id);
      if (reasons.length > 0) throw occupied(division, reasons);
      await this.divisions.delete(id);
      await this.audited('Delete', division, undefined);
    });
  }

  /** Brings a deleted division back under its id, without grants. Throws 404, 400 when its name is taken by now. */
  restore(id: string, name: string | undefined): Promise<DivisionView> {
    return this.version.change(async () => {
      if (name !== undefined) requireName(name);
      if ((await this.divisions.count()) >= MAX_DIVISIONS) throw tooManyDivisions(MAX_DIVISIONS);
      if (!(await this.divisions.restore(id, name?.trim()))) throw deletedDivisionNotFound(id);
      const division = await this.divisions.get(id);
      await this.audited('Restore', undefined, division);
      return toDivisionView(division);
    });
  }

  /** Deleted divisions, the newest deletion first. */
  async listDeleted(page: PageRequest): Promise<Page<DivisionView>> {
    const found = await this.divisions.findDeletedPage(page);
    return mapPage(found, (division) => toDivisionView({ ...division, home: false }));
  }

  /** Moves all of the objects into the division, or none; see DivisionedObjects. */
  async moveObjects(caller: Caller, id: string, move: { type: string; ids: string[] }): Promise<void> {
    await this.objects.move(caller, await this.divisions.get(id), move.type, move.ids);
  }

  private async audited(action: string, before?: Division, after?: Division): Promise<void> {
    const { id, name } = (after ?? before)!;
    const [was, is] = [toAudited(before), toAudited(after)];
    await this.audit.record({ action, entity: 'authorization:division', id, name, before: was, after: is });
  }

  private async toViews(divisions: Division[], objectCount: boolean | undefined): Promise<DivisionView[]> {
    const counts = objectCount ? await this.objects.count(divisions.map(({ id }) => id)) : undefined;
    return divisions.map((division) => toDivisionView(division, counts?.get(division.id)));
  }
}

function toAudited(division: Division | undefined): object | undefined {
  return division && { name: division.name, description: division.description };
}

function requireName(name: string): void {
  const reasons = explainName(name);
  if (reasons.length > 0) throw reasonsError(reasons);
}

function occupied({ id, name }: Division, reasons: Parameters<typeof reasonsError>[0]): ApiError {
  const error = reasonsError(reasons);
  const options = { ...error.options, entityId: id, entityName: name };
  return new ApiError(error.kind, error.code, error.messageWithParams, options);
}

function cursorUri({ name, id }: DivisionCursorQuery, size: number, cursor: Record<string, string>): string {
  const params = new URLSearchParams({ pageSize: String(size), ...cursor });
  if (name) params.set('name', name);
  if (id) params.set('id', id.join(','));
  return `${DIVISIONS_PATH}/query?${params.toString()}`;
}
