import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/index.js';
import { ImportsModule } from '../imports/index.js';
import { ContactListsRegistration } from './contact-lists.registration.js';
import { ContactListsService } from './contact-lists.service.js';
import { ContactSearch } from './contacts/contact-search.service.js';
import { ContactSelections } from './contacts/contact-selections.service.js';
import { ContactSelectionRepository } from './contacts/contact-selection.repository.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { ContactsRepository } from './contacts/contacts.repository.js';
import { ContactsService } from './contacts/contacts.service.js';
import { ContactExportSource } from './exporting/contact-export.source.js';
import { ContactExportsController } from './exporting/contact-exports.controller.js';
import { ContactExports } from './exporting/contact-exports.service.js';
import { ContactFilters } from './filters/contact-filters.service.js';
import { ContactListFiltersController } from './filters/contact-list-filters.controller.js';
import { ContactListFiltersRepository } from './filters/contact-list-filters.repository.js';
import { FilterCatalogue } from './filters/filter-catalogue.service.js';
import { ContactImportRepository } from './importing/contact-import.repository.js';
import { ContactImportTarget } from './importing/contact-import.target.js';
import { ContactListCatalogue } from './lists/contact-list-catalogue.service.js';
import { ContactListsController } from './lists/contact-lists.controller.js';
import { ContactListsRepository } from './lists/contact-lists.repository.js';

/** Lists of people to contact. */
@Module({
  imports: [ExportsModule, ImportsModule],
  controllers: [
    ContactExportsController,
    ContactListFiltersController,
    ContactListsController,
    ContactsController,
  ],
  providers: [
    ContactExports,
    ContactExportSource,
    ContactFilters,
    ContactImportRepository,
    ContactImportTarget,
    ContactListCatalogue,
    ContactListsRegistration,
    ContactListFiltersRepository,
    ContactListsRepository,
    ContactListsService,
    ContactSearch,
    ContactSelections,
    ContactSelectionRepository,
    ContactsRepository,
    ContactsService,
    FilterCatalogue,
  ],
  exports: [ContactFilters, ContactListsService],
})
export class ContactListsModule {}
