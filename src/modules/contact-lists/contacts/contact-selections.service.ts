import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { EVERYWHERE } from '../../access/index.js';
import { ContactListFiltersRepository } from '../filters/contact-list-filters.repository.js';
import type { FilterCriteria } from '../filters/contact-filter.js';
import type { FilterCriteriaDto } from '../filters/filter-criteria.dto.js';
import { explainCriteria, toCriteria } from '../filters/filter-rules.js';
import type { ContactList } from '../lists/contact-list.entity.js';

/** Greatest number of contacts that one call may name (Genesys Cloud API, contacts). */
export const MAX_NAMED_CONTACTS = 1_000;

/** How a caller says which contacts are meant. */
export interface SelectionRequest {
  contactListFilterId?: string;
  criteria?: FilterCriteriaDto;
  contactIds?: string[];
}

/** Which contacts of a list; all of them without either. */
export interface SelectedContacts {
  criteria?: FilterCriteria;
  contactIds?: string[];
}

/** Reads which contacts of a list a caller means: the same for search, bulk jobs and exports. */
@Injectable()
export class ContactSelections {
  constructor(private readonly filters: ContactListFiltersRepository) {}

  /** The contacts that are meant, or everything that is wrong with how they are named. */
  async read(
    list: ContactList,
    request: SelectionRequest,
  ): Promise<{ selected: SelectedContacts; reasons: Reason[] }> {
    const { contactListFilterId, criteria, contactIds } = request;
    const ways = [contactListFilterId, criteria, contactIds].filter((way) => way !== undefined);
    if (ways.length > 1) {
      const message = 'Name the contacts in one way: by a contact list filter, by criteria, or by their ids.';
      return { selected: {}, reasons: [{ code: 'bad.request', field: 'criteria', message }] };
    }
    if (contactListFilterId) return this.readFilter(list, contactListFilterId);
    if (contactIds) return { selected: { contactIds }, reasons: explainIds(contactIds) };
    if (!criteria) return { selected: {}, reasons: [] };
    const draft = criteria.toDraft();
    return {
      selected: { criteria: toCriteria(draft) },
      reasons: explainCriteria(draft, list.columnNames, 'criteria'),
    };
  }

  // A filter of another list is named whoever asks: it exists as little for this list as one that is gone.
  private async readFilter(
    list: ContactList,
    filterId: string,
  ): Promise<{ selected: SelectedContacts; reasons: Reason[] }> {
    const [filter] = await this.filters.find(EVERYWHERE, [filterId]);
    if (filter?.contactListId === list.id) {
      const criteria = { filterType: filter.filterType ?? undefined, clauses: filter.clauses };
      return { selected: { criteria }, reasons: [] };
    }
    const message = `The contact list "${list.name}" has no filter with the id ${filterId}.`;
    const code = 'contact.list.filter.not.found';
    return {
      selected: {},
      reasons: [{ code, field: 'contactListFilterId', message, entityId: filterId }],
    };
  }
}

function explainIds(contactIds: readonly string[]): Reason[] {
  const field = 'contactIds';
  if (contactIds.length === 0) {
    return [{ code: 'no.contacts.specified', field, message: 'contactIds names no contact.' }];
  }
  if (contactIds.length <= MAX_NAMED_CONTACTS) return [];
  const params = { limit: String(MAX_NAMED_CONTACTS), given: String(contactIds.length) };
  const message = `contactIds may name at most ${params.limit} contacts; there are ${params.given}.`;
  return [{ code: 'too.many.contacts.requested', field, message, params }];
}
