import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import type { DivisionScope } from '../../access/index.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import type { ContactSearchDto } from './contact.dto.js';
import { type ContactView, toContactView } from './contact.view.js';
import {
  type ContactSelection,
  ContactSelectionRepository,
  type SelectionStart,
} from './contact-selection.repository.js';
import { ContactSelections } from './contact-selections.service.js';
import { type ContactSort, explainSorts } from './contact-sorts.js';

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
    private readonly selections: ContactSelections,
    private readonly contacts: ContactSelectionRepository,
  ) {}

  /** Throws 404 for the list, 400 with everything that is wrong with the search. */
  async search(scope: DivisionScope, listId: string, search: ContactSearchDto): Promise<ContactsFound> {
    const list = await this.lists.get(scope, listId);
    const sorts = search.toSorts();
    const { selected, reasons } = await this.selections.read(list, search);
    reasons.push(...explainSorts(sorts, list));
    if (reasons.length > 0) throw reasonsError(reasons);
    const selection = { contactListId: listId, ...selected, now: new Date() };
    const page = search.toPage();
    const { total, start } = await this.locate(list, selection, sorts, page);
    const entities = await this.contacts.findPage(selection, sorts, page, start);
    const found = mapPage({ ...page, entities, total }, (contact) =>
      toContactView(listId, list.whatsAppColumns, contact),
    );
    return { page: found, contactsCount: list.size };
  }

  // With sorts there is no way around putting all of them in order.
  private async locate(
    list: ContactList,
    selection: ContactSelection,
    sorts: readonly ContactSort[],
    page: PageRequest,
  ): Promise<{ total: number; start?: SelectionStart }> {
    if (!selection.criteria) return { total: list.size };
    return sorts.length > 0
      ? { total: await this.contacts.count(selection) }
      : this.contacts.locate(selection, page);
  }
}
