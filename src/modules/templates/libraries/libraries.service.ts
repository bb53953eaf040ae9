import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { mapPage, type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import {
  AuditTrail,
  type Caller,
  type DivisionRef,
  type DivisionScope,
  DivisionsService,
  whereInScope,
} from '../../access/index.js';
import { libraryNotFound } from '../templates.errors.js';
import { type CriteriaGroup, narrowByCriteria } from './library-criteria.js';
import type { CreateLibraryDto, LibraryQuery, LibraryView, UpdateLibraryDto } from './library.dto.js';
import { Library } from './library.entity.js';

/** Path of the collection. */
export const LIBRARIES_PATH = '/api/v2/responsemanagement/libraries';

const HOLDS_WHATSAPP_TEMPLATE = `EXISTS (
  SELECT 1 FROM response_library_members m JOIN responses r ON r.id = m.response_id
   WHERE m.library_id = library.id AND r.messaging_template ->> 'whatsApp' IS NOT NULL)`;

// Goes before the library itself: responses that no other library holds.
const DELETE_ORPHANS = `
  DELETE FROM responses r
   WHERE EXISTS (SELECT 1 FROM response_library_members m WHERE m.response_id = r.id AND m.library_id = $1)
     AND NOT EXISTS (SELECT 1 FROM response_library_members m WHERE m.response_id = r.id AND m.library_id <> $1)`;

/** Libraries of responses (Genesys Cloud API, response management). */
@Injectable()
export class LibrariesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly divisions: DivisionsService,
    private readonly audit: AuditTrail,
  ) {}

  list(scope: DivisionScope, page: PageRequest, filter: LibraryQuery): Promise<Page<LibraryView>> {
    return this.findPage(scope, page, (query) => {
      if (filter.libraryPrefix)
        query.andWhere('starts_with(lower(library.name), lower(:prefix))', { prefix: filter.libraryPrefix });
      if (filter.messagingTemplateFilter) query.andWhere(HOLDS_WHATSAPP_TEMPLATE);
    });
  }

  /** Those of the libraries that exist within the scope. */
  findMany(scope: DivisionScope, ids: string[]): Promise<Page<LibraryView>> {
    const page = { pageNumber: 1, pageSize: Math.max(1, ids.length) };
    return this.findPage(scope, page, (query) => query.andWhere('library.id = ANY(:ids)', { ids }));
  }

  search(scope: DivisionScope, page: PageRequest, criteria: CriteriaGroup[]): Promise<Page<LibraryView>> {
    return this.findPage(scope, page, (query) => narrowByCriteria(query, criteria));
  }

  private async findPage(
    scope: DivisionScope,
    page: PageRequest,
    narrow: (query: SelectQueryBuilder<Library>) => void,
  ): Promise<Page<LibraryView>> {
    const query = this.uow.manager
      .createQueryBuilder(Library, 'library')
      .where('TRUE')
      .orderBy('library.name')
      .addOrderBy('library.id')
      .skip(pageOffset(page))
      .take(page.pageSize);
    whereInScope(query, 'library.divisionId', scope);
    narrow(query);
    const [entities, total] = await query.getManyAndCount();
    const refs = await this.divisions.refs(entities.map(({ divisionId }) => divisionId));
    return mapPage({ ...page, entities, total }, (library) => toView(library, refs.get(library.divisionId)!));
  }

  /** Throws 404 `rms.library.not.found`. */
  async get(scope: DivisionScope, id: string): Promise<LibraryView> {
    const library = await this.find(scope, id);
    return toView(library, await this.divisions.ref(library.divisionId));
  }

  /** Throws 400 `duplicate.name`, 403 without the permission in the division. */
  async create(caller: Caller, body: CreateLibraryDto): Promise<LibraryView> {
    const division = await this.divisions.resolve(caller, 'responses:library:add', body.division?.id);
    const { subjectId, subjectType } = caller.identity;
    return this.uow.run(async () => {
      const { manager } = this.uow;
      const library = await manager.save(
        manager.create(Library, {
          name: body.name,
          divisionId: division.id,
          createdBy: subjectType === 'PC_USER' ? subjectId : null,
        }),
      );
      await this.audited('Create', undefined, library);
      return toView(library, division);
    });
  }

  /** Throws 404, 409 for an older version, 400 `duplicate.name`. */
  async update(caller: Caller, id: string, body: UpdateLibraryDto): Promise<LibraryView> {
    const library = await this.find(caller.scope('responses:library:edit'), id);
    const division = await this.divisions.resolve(
      caller,
      'responses:library:edit',
      body.division?.id ?? library.divisionId,
    );
    const changes = { name: body.name, divisionId: division.id, version: body.version + 1 };
    const changed = { ...library, ...changes };
    await this.uow.run(async () => {
      const result = await this.uow.manager.update(Library, { id, version: body.version }, changes);
      if (result.affected !== 1) throw wrongVersion(library, body.version);
      await this.audited('Update', library, changed);
    });
    return toView(changed, division);
  }

  /** Deletes the library with the responses that no other library holds. Throws 404, 400 `response.in.use`. */
  async remove(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      const library = await this.find(scope, id);
      await this.uow.manager.query(DELETE_ORPHANS, [id]);
      await this.uow.manager.delete(Library, { id });
      await this.audited('Delete', library, undefined);
    });
  }

  private async audited(action: string, before?: Library, after?: Library): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'responses:library', id, name, before, after });
  }

  private async find(scope: DivisionScope, id: string): Promise<Library> {
    const query = this.uow.manager.createQueryBuilder(Library, 'library').where('library.id = :id', { id });
    const found = await whereInScope(query, 'library.divisionId', scope).getOne();
    if (!found) throw libraryNotFound([id]);
    return found;
  }
}

function toView(library: Library, division: DivisionRef): LibraryView {
  const { id, name, version, createdBy, createdAt } = library;
  return {
    id,
    name,
    version,
    division,
    dateCreated: toWireDate(createdAt),
    createdBy: createdBy ? { id: createdBy, selfUri: `/api/v2/users/${createdBy}` } : undefined,
    selfUri: `${LIBRARIES_PATH}/${id}`,
  };
}
