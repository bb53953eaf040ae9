import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { requireNewest, wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import type { NamedListQuery } from '../../../platform/http/named-list-query.js';
import {
  AuditTrail,
  type Caller,
  type DivisionScope,
  DivisionsService,
  EVERYWHERE,
} from '../../access/index.js';
import {
  ImportsService,
  toWireImportStatus,
  type UploadTicket,
  type WireImportStatus,
} from '../../imports/index.js';
import { ContactListsService } from '../contact-lists.service.js';
import type { ContactListDto, ContactListUploadDto } from './contact-list.dto.js';
import { explainDefinition, explainFixedColumns } from './contact-list-definition.js';
import type { ContactList } from './contact-list.entity.js';
import type { ContactListQuery } from './contact-list-query.dto.js';
import { ContactListRetention } from './contact-list-retention.service.js';
import { DUPLICATE_NAME } from './contact-list.errors.js';
import {
  type ContactListDivisionView,
  type ContactListExtras,
  type ContactListView,
  toContactListView,
  toDivisionView,
} from './contact-list.view.js';
import { ContactListsRepository } from './contact-lists.repository.js';

/** Greatest number of contact lists (Genesys Cloud API, limits). */
export const MAX_LISTS = 1_000;
const DEFAULT_URL_SECONDS = 600;

type Include = Pick<NamedListQuery, 'includeImportStatus' | 'includeSize'>;

/** The contact lists as administrators and pickers see them. */
@Injectable()
export class ContactListCatalogue {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly facade: ContactListsService,
    private readonly divisions: DivisionsService,
    private readonly imports: ImportsService,
    private readonly retention: ContactListRetention,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async list(scope: DivisionScope, query: ContactListQuery): Promise<Page<ContactListView>> {
    const page = await this.lists.findPage(
      scope,
      query.toFilter(),
      query.toPage(),
      query.toFieldConditions(),
    );
    const extras = await this.extras(page.entities, query);
    return mapPage(page, (list) => toContactListView(list, extras(list)));
  }

  /** For pickers: lists by a part of their name, each with the reasons why a campaign can't use it. */
  async listViews(scope: DivisionScope, query: NamedListQuery): Promise<Page<ContactListDivisionView>> {
    const page = await this.lists.findPage(scope, query.toFilter('Contains'), query.toPage());
    const views = await this.toViews(page.entities, query);
    return { ...page, entities: views };
  }

  async getView(scope: DivisionScope, id: string, include: Include): Promise<ContactListDivisionView> {
    const [view] = await this.toViews([await this.lists.get(scope, id)], include);
    return view!;
  }

  async get(scope: DivisionScope, id: string, include: Include): Promise<ContactListView> {
    return this.toView(await this.lists.get(scope, id), include);
  }

  /** Throws 400 with everything that is wrong with the definition. */
  async create(caller: Caller, dto: ContactListDto): Promise<ContactListView> {
    const division = await this.divisions.resolve(caller, 'outbound:contactList:add', dto.division?.id);
    const definition = dto.toDefinition();
    const { retention, reasons: wrong } = await this.retention.ofNew(dto);
    const reasons = [
      ...explainDefinition(definition),
      ...wrong,
      ...(await this.explainTaken(definition.name)),
    ];
    if ((await this.lists.count()) >= MAX_LISTS) reasons.push(tooManyLists());
    if (reasons.length > 0) throw reasonsError(reasons);
    const list = await this.uow.run(async () => {
      const created = await this.lists.insert({ ...definition, ...retention, divisionId: division.id });
      await this.audited('Create', undefined, created);
      return created;
    });
    return this.toView(list, {});
  }

  /** Throws 409 for a version that is not the newest, 400 with everything that is wrong with the change. */
  async update(caller: Caller, id: string, dto: ContactListDto): Promise<ContactListView> {
    const scope = caller.scope('outbound:contactList:edit');
    const existing = await this.lists.get(scope, id);
    const version = requireNewest(existing, dto.version);
    const definition = dto.toDefinition(existing);
    const { retention, reasons: wrong } = this.retention.ofExisting(existing, dto);
    const reasons = [
      ...explainDefinition(definition),
      ...wrong,
      ...(await this.explainTaken(definition.name, id)),
      ...explainFixedColumns(existing, definition),
    ];
    if (reasons.length > 0) throw reasonsError(reasons);
    const { name, trimWhitespace, columnDataTypeSpecifications } = definition;
    const divisionId = dto.division
      ? (await this.divisions.resolve(caller, 'outbound:contactList:edit', dto.division.id)).id
      : existing.divisionId;
    const changes = { ...retention, name, trimWhitespace, columnDataTypeSpecifications, divisionId };
    const updated = await this.uow.run(async () => {
      if (!(await this.lists.update(id, version, changes))) {
        throw wrongVersion(await this.lists.get(scope, id), version);
      }
      // Moved to a division, it may be out of the caller's reach for good.
      const list = await this.lists.get(EVERYWHERE, id);
      await this.audited('Update', existing, list);
      return list;
    });
    return this.toView(updated, {});
  }

  async importStatus(scope: DivisionScope, id: string): Promise<WireImportStatus> {
    await this.lists.get(scope, id);
    return this.imports.status('contact-list', id);
  }

  async createUploadUrl(scope: DivisionScope, dto: ContactListUploadDto): Promise<UploadTicket> {
    await this.lists.get(scope, dto.id);
    return this.imports.createUploadUrl({
      kind: 'contact-list',
      targetId: dto.id,
      contentType: dto.contentType,
      options: { contactIdName: dto.contactIdName?.trim(), clearSystemData: dto.clearSystemData ?? false },
      timeoutSeconds: dto.signedUrlTimeoutSeconds ?? DEFAULT_URL_SECONDS,
    });
  }

  private async audited(action: string, before?: ContactList, after?: ContactList): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'outbound:contactList', id, name, before, after });
  }

  private async explainTaken(name: string, exceptId?: string): Promise<Reason[]> {
    return (await this.lists.isNameTaken(name, exceptId)) ? [DUPLICATE_NAME] : [];
  }

  private async toView(list: ContactList, include: Include): Promise<ContactListView> {
    const extras = await this.extras([list], include);
    return toContactListView(list, extras(list));
  }

  private async toViews(lists: ContactList[], include: Include): Promise<ContactListDivisionView[]> {
    const extras = await this.extras(lists, include);
    const unusable = await this.facade.explainUnusable(lists.map(({ id }) => id));
    return lists.map((list) => ({
      ...toDivisionView(list, extras(list)),
      unusableReasons: (unusable.get(list.id) ?? []).map(({ code, message }) => ({ code, message })),
    }));
  }

  private async extras(
    lists: ContactList[],
    { includeImportStatus, includeSize }: Include,
  ): Promise<(list: ContactList) => ContactListExtras> {
    const divisions = await this.divisions.refs(lists.map(({ divisionId }) => divisionId));
    const imports = includeImportStatus
      ? await this.imports.findNewest(
          'contact-list',
          lists.map(({ id }) => id),
        )
      : undefined;
    return (list) => ({
      division: divisions.get(list.divisionId)!,
      importStatus: imports && toWireImportStatus(imports.get(list.id)),
      includeSize,
    });
  }
}

function tooManyLists(): Reason {
  return {
    code: 'max.entity.count.reached',
    message: `There are ${MAX_LISTS} contact lists already; delete one that is no longer needed.`,
    params: { limit: String(MAX_LISTS) },
  };
}
