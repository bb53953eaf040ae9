import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DivisionedObjects, OrganizationLimits } from '../access/index.js';
import { MAX_NAMED_CONTACTS } from './contacts/contact-selections.service.js';
import { MAX_CONTACT_SORTS } from './contacts/contact-sorts.js';
import { MAX_PER_CALL, MAX_PER_DELETE, MAX_PER_READ } from './contacts/contacts.service.js';
import { MAX_CONDITIONS } from './filters/contact-filter.js';
import { MAX_FILTERS } from './filters/contact-list-filter.errors.js';
import { MAX_LISTS_PER_CALL } from './lists/contact-list-bulk-update.dto.js';
import { MAX_LISTS } from './lists/contact-list-catalogue.service.js';
import {
  MAX_CELL_LENGTH,
  MAX_COLUMN_NAME_LENGTH,
  MAX_COLUMNS,
  MAX_CONTACTS,
  MAX_CONTACTS_OF_ORGANIZATION,
} from './lists/contact-list-definition.js';
import { MAX_DELETES } from './lists/contact-list-removal.service.js';

/** What the floors below know of contact lists: that they belong to divisions, and their limits. */
@Injectable()
export class ContactListsRegistration implements OnModuleInit {
  constructor(
    private readonly objects: DivisionedObjects,
    private readonly limits: OrganizationLimits,
  ) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'CONTACTLIST',
      label: 'contact lists',
      editPermission: 'outbound:contactList:edit',
      table: 'contact_lists',
      stamp: 'version = version + 1, updated_at = now()',
    });
    this.limits.register('outbound', {
      'contact.lists.max': MAX_LISTS,
      'contact.list.columns.max': MAX_COLUMNS,
      'contact.list.column.name.length.max': MAX_COLUMN_NAME_LENGTH,
      'contact.datum.length.max': MAX_CELL_LENGTH,
      'contact.list.filters.max': MAX_FILTERS,
      'contact.list.filter.conditions.max': MAX_CONDITIONS,
      'contact.list.contacts.max': MAX_CONTACTS,
      'contacts.max': MAX_CONTACTS_OF_ORGANIZATION,
      'contacts.per.call.max': MAX_PER_CALL,
      'contacts.per.read.max': MAX_PER_READ,
      'contacts.per.delete.max': MAX_PER_DELETE,
      'contacts.per.selection.max': MAX_NAMED_CONTACTS,
      'contact.sorts.max': MAX_CONTACT_SORTS,
      'contact.lists.per.delete.max': MAX_DELETES,
      'contact.lists.per.update.max': MAX_LISTS_PER_CALL,
    });
  }
}
