import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import { ContactListFiltersRepository } from '../filters/contact-list-filters.repository.js';
import type { FilterCriteria } from '../filters/contact-filter.js';
import { explainCriteria, toCriteria } from '../filters/filter-rules.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import type { ContactSearchDto } from './contact.dto.js';
import { type ContactView, toContactView } from './contact.view.js';
import { ContactSelectionRepository } from './contact-selection.repository.js';
import { explainSorts } from './contact-sorts.js';

/** The contacts that a search found, and how many the list has altogether. */
export interface ContactsFound {
  page: Page<ContactView>;
  contactsCount: number;
}

/** Finds contacts of a list, by a saved filter or by criteria. */
@Injectable()
export class ContactSearch {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly filters: ContactListFiltersRepository,
    private readonly contacts: ContactSelectionRepository,
  ) {}

  /** Throws 404 for the list, 400 with everything that is wrong with the search. */
  async search(scope: DivisionScope, listId: string, search: ContactSearchDto): Promise<ContactsFound> {
    const list = await this.lists.get(scope, listId);
    const sorts = search.toSorts();
    const { criteria, reasons } = await this.criteriaOf(list, search);
    reasons.push(...explainSorts(sorts, list));
    if (reasons.length > 0) throw reasonsError(reasons);
    const selection = { contactListId: listId, criteria, now: new Date() };
    const page = search.toPage();
    const total = criteria ? await this.contacts.count(selection) : list.size;
    const entities = await this.contacts.findPage(selection, sorts, page);
    const found = mapPage({ ...page, entities, total }, (contact) =>
      toContactView(listId, list.whatsAppColumns, contact),
    );
    return { page: found, contactsCount: list.size };
  }

  private async criteriaOf(
    list: ContactList,
    { contactListFilterId: filterId, criteria: dto }: ContactSearchDto,
  ): Promise<{ criteria?: FilterCriteria; reasons: Reason[] }> {
    if (filterId && dto) {
      const message = 'Name a contact list filter or send criteria, not both.';
      return { reasons: [{ code: 'bad.request', field: 'criteria', message }] };
    }
    if (filterId) return this.savedCriteria(list, filterId);
    if (!dto) return { reasons: [] };
    const draft = dto.toDraft();
    return { criteria: toCriteria(draft), reasons: explainCriteria(draft, list.columnNames, 'criteria') };
  }

  // A filter of another list is named whoever asks: it exists as little for this list as one that is gone.
  private async savedCriteria(
    list: ContactList,
    filterId: string,
  ): Promise<{ criteria?: FilterCriteria; reasons: Reason[] }> {
    const [filter] = await this.filters.find(EVERYWHERE, [filterId]);
    if (filter?.contactListId === list.id) {
      return {
        criteria: { filterType: filter.filterType ?? undefined, clauses: filter.clauses },
        reasons: [],
      };
    }
    const message = `The contact list "${list.name}" has no filter with the id ${filterId}.`;
    const code = 'contact.list.filter.not.found';
    return { reasons: [{ code, field: 'contactListFilterId', message, entityId: filterId }] };
  }
}
