import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../../kernel/page.js';
import type { Reason } from '../../kernel/reason.js';
import { requireNewest, wrongVersion } from '../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { reasonsError } from '../../platform/errors/api-error.js';
import type { NamedListQuery } from '../../platform/http/named-list-query.js';
import {
  AuditTrail,
  type Caller,
  type DivisionScope,
  DivisionsService,
  EVERYWHERE,
} from '../access/index.js';
import { ExportsService } from '../exports/index.js';
import { ImportsService, toWireImportStatus, type WireImportStatus } from '../imports/index.js';
import type { DncListDto, DncListQuery } from './dnc-list.dto.js';
import type { DncList } from './dnc-list.entity.js';
import { DUPLICATE_NAME, keptByServer } from './dnc-list.errors.js';
import { MAX_LISTS } from './dnc-limits.js';
import { readDncDefinition, type ValidDncDefinition } from './dnc-list-rules.js';
import {
  type DncListDivisionView,
  type DncListExtras,
  type DncListView,
  toDncDivisionView,
  toDncListView,
} from './dnc-list.view.js';
import { DncListsRepository } from './dnc-lists.repository.js';
import { DncListsService } from './dnc-lists.service.js';

type Include = Pick<NamedListQuery, 'includeImportStatus' | 'includeSize'>;

/** The DNC lists as administrators and pickers see them. */
@Injectable()
export class DncListCatalogue {
  constructor(
    private readonly lists: DncListsRepository,
    private readonly facade: DncListsService,
    private readonly divisions: DivisionsService,
    private readonly imports: ImportsService,
    private readonly exports: ExportsService,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async list(scope: DivisionScope, query: DncListQuery): Promise<Page<DncListView>> {
    const filter = { ...query.toFilter(), dncSourceType: query.dncSourceType };
    const page = await this.lists.findPage(scope, filter, query.toPage());
    const extras = await this.extras(page.entities, query);
    return mapPage(page, (list) => toDncListView(list, extras(list)));
  }

  /** For pickers: lists by a part of their name, each with the reasons why a campaign can't use it. */
  async listViews(scope: DivisionScope, query: DncListQuery): Promise<Page<DncListDivisionView>> {
    const filter = { ...query.toFilter('Contains'), dncSourceType: query.dncSourceType };
    const page = await this.lists.findPage(scope, filter, query.toPage());
    return { ...page, entities: await this.toViews(page.entities, query) };
  }

  async getView(scope: DivisionScope, id: string, include: Include): Promise<DncListDivisionView> {
    const [view] = await this.toViews([await this.lists.get(scope, id)], include);
    return view!;
  }

  async get(scope: DivisionScope, id: string, include: Include): Promise<DncListView> {
    return this.toView(await this.lists.get(scope, id), include);
  }

  /** Throws 400 with everything that is wrong with the definition. */
  async create(caller: Caller, dto: DncListDto): Promise<DncListView> {
    const division = await this.divisions.resolve(caller, 'outbound:dncList:add', dto.division?.id);
    const read = readDncDefinition({ ...dto, name: dto.name ?? '' });
    const reasons = read.ok ? [] : read.reasons;
    if (await this.lists.isNameTaken((dto.name ?? '').trim())) reasons.push(DUPLICATE_NAME);
    if ((await this.lists.count()) >= MAX_LISTS) reasons.push(tooManyLists());
    if (!read.ok || reasons.length > 0) throw reasonsError(reasons);
    const list = await this.uow.run(async () => {
      const created = await this.lists.insert({ ...read.definition, divisionId: division.id });
      await this.audited('Create', undefined, created);
      return created;
    });
    return this.toView(list, {});
  }

  /** Throws 409 for a version that is not the newest, 400 with everything that is wrong with the change. */
  async update(caller: Caller, id: string, dto: DncListDto): Promise<DncListView> {
    const scope = caller.scope('outbound:dncList:edit');
    const existing = await this.lists.get(scope, id);
    const version = requireNewest(existing, dto.version);
    const read = readDncDefinition({
      name: dto.name ?? '',
      dncSourceType: dto.dncSourceType ?? existing.dncSourceType,
      contactMethod: dto.contactMethod ?? existing.contactMethod ?? undefined,
      customExclusionColumn: dto.customExclusionColumn ?? existing.customExclusionColumn ?? undefined,
    });
    const reasons = read.ok ? explainFixed(existing, read.definition) : read.reasons;
    if (await this.lists.isNameTaken((dto.name ?? '').trim(), id)) reasons.push(DUPLICATE_NAME);
    if (!read.ok || reasons.length > 0) throw reasonsError(reasons);
    const { name, contactMethod } = read.definition;
    if (existing.optOuts && contactMethod !== existing.contactMethod) throw keptByServer(existing);
    const divisionId = dto.division
      ? (await this.divisions.resolve(caller, 'outbound:dncList:edit', dto.division.id)).id
      : existing.divisionId;
    const updated = await this.uow.run(async () => {
      if (!(await this.lists.update(id, version, { name, contactMethod, divisionId }))) {
        throw wrongVersion(await this.lists.get(scope, id), version);
      }
      // Moved to a division, it may be out of the caller's reach for good.
      const list = await this.lists.get(EVERYWHERE, id);
      await this.audited('Update', existing, list);
      return list;
    });
    return this.toView(updated, {});
  }

  /** Deletes the list with its entries. Throws 409 during an import, 400 while a campaign uses it. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      const list = await this.lists.get(scope, id);
      if (list.optOuts) throw keptByServer(list);
      await this.imports.requireIdle('dnc-list', id);
      await this.imports.forget('dnc-list', id);
      await this.exports.forget('dnc-list', id);
      await this.lists.delete(id);
      await this.audited('Delete', list, undefined);
    });
  }

  async importStatus(scope: DivisionScope, id: string): Promise<WireImportStatus> {
    await this.lists.get(scope, id);
    return this.imports.status('dnc-list', id);
  }

  private async audited(action: string, before?: DncList, after?: DncList): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'outbound:dncList', id, name, before, after });
  }

  private async toView(list: DncList, include: Include): Promise<DncListView> {
    const extras = await this.extras([list], include);
    return toDncListView(list, extras(list));
  }

  private async toViews(lists: DncList[], include: Include): Promise<DncListDivisionView[]> {
    const extras = await this.extras(lists, include);
    const unusable = await this.facade.explainUnusable(lists.map(({ id }) => id));
    return lists.map((list) => ({
      ...toDncDivisionView(list, extras(list)),
      unusableReasons: (unusable.get(list.id) ?? []).map(({ code, message }) => ({ code, message })),
    }));
  }

  private async extras(
    lists: DncList[],
    { includeImportStatus, includeSize }: Include,
  ): Promise<(list: DncList) => DncListExtras> {
    const divisions = await this.divisions.refs(lists.map(({ divisionId }) => divisionId));
    const ids = lists.map(({ id }) => id);
    const imports = includeImportStatus ? await this.imports.findNewest('dnc-list', ids) : undefined;
    const expired = includeSize ? await this.facade.countExpired(ids) : undefined;
    return (list) => ({
      division: divisions.get(list.divisionId)!,
      importStatus: imports && toWireImportStatus(imports.get(list.id)),
      size: expired && list.size - (expired.get(list.id) ?? 0),
    });
  }
}

// The entries would no longer mean what they were put in for.
function explainFixed(existing: DncList, changed: ValidDncDefinition): Reason[] {
  return (['dncSourceType', 'customExclusionColumn'] as const)
    .filter((field) => existing[field] !== changed[field])
    .map((field) => {
      const message = `${field} of a DNC list can't be changed; make another list.`;
      return { code: 'invalid.update', field, message };
    });
}

function tooManyLists(): Reason {
  return {
    code: 'max.entity.count.reached',
    message: `There are ${MAX_LISTS} DNC lists already; delete one that is no longer needed.`,
    params: { limit: String(MAX_LISTS) },
  };
}
