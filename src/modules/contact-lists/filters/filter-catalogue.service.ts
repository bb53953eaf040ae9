import { Injectable } from '@nestjs/common';
import { explainName } from '../../../kernel/object-name.js';
import { mapPage, type Page } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { requireNewest, wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type DivisionScope, EVERYWHERE } from '../../access/index.js';
import { toContactView } from '../contacts/contact.view.js';
import { ContactSelectionRepository } from '../contacts/contact-selection.repository.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import type { ContactListFilterDto, ContactListFiltersQuery } from './contact-list-filter.dto.js';
import type { ContactListFilter } from './contact-list-filter.entity.js';
import { DUPLICATE_FILTER_NAME, MAX_FILTERS, tooManyFilters } from './contact-list-filter.errors.js';
import {
  type ContactListFilterView,
  type FilterPreviewView,
  toFilterView,
} from './contact-list-filter.view.js';
import { ContactListFiltersRepository, type FilterContent } from './contact-list-filters.repository.js';
import { explainCriteria, toCriteria } from './filter-rules.js';

const PREVIEW_CONTACTS = 10;
// Nobody types control characters into a name, and PostgreSQL refuses one of them.
const CONTROL_CHARACTER = /\p{Cc}/u;

/** Saved filters as administrators see them. */
@Injectable()
export class FilterCatalogue {
  constructor(
    private readonly filters: ContactListFiltersRepository,
    private readonly lists: ContactListsRepository,
    private readonly contacts: ContactSelectionRepository,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async list(scope: DivisionScope, query: ContactListFiltersQuery): Promise<Page<ContactListFilterView>> {
    const filter = { ...query.toFilter(), contactListId: query.contactListId };
    return mapPage(await this.filters.findPage(scope, filter, query.toPage()), toFilterView);
  }

  /** The filters with these ids, in the order of the ids; those that don't exist are left out. */
  async retrieve(scope: DivisionScope, ids: readonly string[]): Promise<Page<ContactListFilterView>> {
    const found = new Map((await this.filters.find(scope, ids)).map((filter) => [filter.id, filter]));
    const entities = [...new Set(ids.map((id) => id.toLowerCase()))]
      .map((id) => found.get(id))
      .filter((filter) => filter !== undefined)
      .map(toFilterView);
    return { entities, total: entities.length, pageNumber: 1, pageSize: Math.max(1, entities.length) };
  }

  async get(scope: DivisionScope, id: string): Promise<ContactListFilterView> {
    return toFilterView(await this.filters.get(scope, id));
  }

  /** Throws 400 with everything that is wrong with the filter. */
  async create(scope: DivisionScope, dto: ContactListFilterDto): Promise<ContactListFilterView> {
    const { list, reasons: listReasons } = await this.findList(scope, dto);
    const content = toContent(dto);
    return this.uow.run(async () => {
      await this.filters.lock();
      const reasons = [
        ...(await this.explainFilterName(content.name)),
        ...listReasons,
        ...explainCriteria(dto.toDraft(), list?.columnNames),
      ];
      if ((await this.filters.count()) >= MAX_FILTERS) reasons.push(tooManyFilters());
      if (!list || reasons.length > 0) throw reasonsError(reasons);
      const filter = await this.filters.get(EVERYWHERE, await this.filters.insert(list.id, content));
      await this.audited('Create', undefined, filter);
      return toFilterView(filter);
    });
  }

  /** Throws 404, 409 for a version that is not the newest, 400 with everything that is wrong with the filter. */
  async update(scope: DivisionScope, id: string, dto: ContactListFilterDto): Promise<ContactListFilterView> {
    const stored = await this.filters.get(scope, id);
    const version = requireNewest(stored, dto.version);
    const content = toContent(dto);
    const reasons = [
      ...(await this.explainFilterName(content.name, id)),
      ...explainOtherList(stored, dto),
      ...explainCriteria(dto.toDraft(), stored.contactList.columnNames),
    ];
    if (reasons.length > 0) throw reasonsError(reasons);
    return this.uow.run(async () => {
      if (!(await this.filters.update(id, version, content))) {
        throw wrongVersion(await this.filters.get(scope, id), version);
      }
      const filter = await this.filters.get(scope, id);
      await this.audited('Update', stored, filter);
      return toFilterView(filter);
    });
  }

  /** Throws 404, 400 while a campaign uses the filter. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      const filter = await this.filters.get(scope, id);
      await this.filters.delete(id);
      await this.audited('Delete', filter, undefined);
    });
  }

  /** What a filter, saved or not, selects at this moment. Throws 400 with everything that is wrong with it. */
  async preview(scope: DivisionScope, dto: ContactListFilterDto): Promise<FilterPreviewView> {
    const { list, reasons } = await this.findList(scope, dto);
    const draft = dto.toDraft();
    reasons.push(...explainCriteria(draft, list?.columnNames));
    if (!list || reasons.length > 0) throw reasonsError(reasons);
    const selection = { contactListId: list.id, criteria: toCriteria(draft), now: new Date() };
    const first = { pageNumber: 1, pageSize: PREVIEW_CONTACTS };
    const [contacts, filteredContacts] = await Promise.all([
      this.contacts.findPage(selection, [], first),
      this.contacts.count(selection),
    ]);
    return {
      filteredContacts,
      totalContacts: list.size,
      preview: contacts.map((contact) => toContactView(list.id, list.whatsAppColumns, contact)),
    };
  }

  private async audited(
    action: string,
    before?: ContactListFilter,
    after?: ContactListFilter,
  ): Promise<void> {
    const { id, name } = (after ?? before)!;
    const [was, is] = [toAudited(before), toAudited(after)];
    await this.audit.record({
      action,
      entity: 'outbound:contactListFilter',
      id,
      name,
      before: was,
      after: is,
    });
  }

  private async findList(
    scope: DivisionScope,
    { contactList }: ContactListFilterDto,
  ): Promise<{ list?: ContactList; reasons: Reason[] }> {
    const field = 'contactList';
    if (!contactList) {
      const message = 'Name the contact list that the filter is for.';
      return { reasons: [{ code: 'contact.list.cannot.be.blank', field, message }] };
    }
    const [list] = await this.lists.find(scope, [contactList.id]);
    if (list) return { list, reasons: [] };
    const message = `There is no contact list with the id ${contactList.id}, or you may not see it.`;
    return { reasons: [{ code: 'contact.list.not.found', field, message, entityId: contactList.id }] };
  }

  private async explainFilterName(name: string, exceptId?: string): Promise<Reason[]> {
    const reasons = explainName(name);
    if (CONTROL_CHARACTER.test(name)) {
      const message = 'The name has a control character, such as a line break; remove it.';
      reasons.push({ code: 'invalid.value', field: 'name', message });
    }
    if (reasons.length > 0) return reasons;
    return (await this.filters.isNameTaken(name, exceptId)) ? [DUPLICATE_FILTER_NAME] : [];
  }
}

function toAudited(filter: ContactListFilter | undefined): object | undefined {
  if (!filter) return undefined;
  const { name, contactListId, filterType, clauses } = filter;
  return { name, contactListId, filterType, clauses };
}

function toContent(dto: ContactListFilterDto): FilterContent {
  const { filterType, clauses } = toCriteria(dto.toDraft());
  return { name: (dto.name ?? '').trim(), filterType: filterType ?? null, clauses };
}

// A campaign that uses the filter is for the contacts of its list.
function explainOtherList(stored: ContactListFilter, { contactList }: ContactListFilterDto): Reason[] {
  if (!contactList || contactList.id.toLowerCase() === stored.contactListId) return [];
  const message = 'The contact list of a filter is fixed when it is created; make a new filter.';
  return [{ code: 'cannot.update.contact.list', field: 'contactList', message }];
}
