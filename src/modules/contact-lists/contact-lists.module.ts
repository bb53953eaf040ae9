import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/index.js';
import { OutboundSettingsModule } from '../outbound-settings/index.js';
import { ImportsModule } from '../imports/index.js';
import { CONTACT_BULK_QUEUE } from './bulk/contact-bulk-job.js';
import { ContactBulkJobsRepository } from './bulk/contact-bulk-jobs.repository.js';
import { ContactBulkQueue } from './bulk/contact-bulk-queue.js';
import { ContactBulkController } from './bulk/contact-bulk.controller.js';
import { ContactBulk } from './bulk/contact-bulk.service.js';
import { ContactListsRegistration } from './contact-lists.registration.js';
import { ContactListsService } from './contact-lists.service.js';
import { ContactChanges } from './contacts/contact-changes.service.js';
import { ContactRoom } from './contacts/contact-room.js';
import { ContactSearch } from './contacts/contact-search.service.js';
import { ContactPositions } from './contacts/contact-positions.js';
import { ContactSelections } from './contacts/contact-selections.service.js';
import { ContactSelectionRepository } from './contacts/contact-selection.repository.js';
import { ContactUse } from './contacts/contact-use.js';
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
import { ContactListBulkUpdate } from './lists/contact-list-bulk-update.service.js';
import { ContactListRemoval } from './lists/contact-list-removal.service.js';
import { ContactListRetention } from './lists/contact-list-retention.service.js';
import { TimeZonePreviews } from './lists/time-zone-preview.service.js';
import { ContactListCatalogue } from './lists/contact-list-catalogue.service.js';
import { ContactListsController } from './lists/contact-lists.controller.js';
import { ContactListsRepository } from './lists/contact-lists.repository.js';

/** Lists of people to contact. */
@Module({
  imports: [
    BullModule.registerQueue({ name: CONTACT_BULK_QUEUE }),
    ExportsModule,
    ImportsModule,
    OutboundSettingsModule,
  ],
  controllers: [
    ContactBulkController,
    ContactExportsController,
    ContactListFiltersController,
    ContactListsController,
    ContactsController,
  ],
  providers: [
    ContactBulk,
    ContactBulkJobsRepository,
    ContactBulkQueue,
    ContactChanges,
    ContactExports,
    ContactExportSource,
    ContactFilters,
    ContactImportRepository,
    ContactImportTarget,
    ContactListBulkUpdate,
    ContactListCatalogue,
    ContactListRemoval,
    ContactListRetention,
    TimeZonePreviews,
    ContactListsRegistration,
    ContactListFiltersRepository,
    ContactListsRepository,
    ContactListsService,
    ContactPositions,
    ContactRoom,
    ContactSearch,
    ContactSelections,
    ContactSelectionRepository,
    ContactsRepository,
    ContactsService,
    ContactUse,
    FilterCatalogue,
  ],
  exports: [
    ContactBulkJobsRepository,
    ContactBulkQueue,
    ContactChanges,
    ContactFilters,
    ContactListRemoval,
    ContactListsRepository,
    ContactListsService,
    ContactSelectionRepository,
    ContactsRepository,
    ContactUse,
    ExportsModule,
    ImportsModule,
  ],
})
export class ContactListsModule {}
