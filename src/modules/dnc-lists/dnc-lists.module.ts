import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports/index.js';
import { DncEntriesController } from './dnc-entries.controller.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { DncEntriesService } from './dnc-entries.service.js';
import { DncImportRepository } from './importing/dnc-import.repository.js';
import { DncImportTarget } from './importing/dnc-import.target.js';
import { DncListCatalogue } from './dnc-list-catalogue.service.js';
import { DncListsController } from './dnc-lists.controller.js';
import { DncListsRegistration } from './dnc-lists.registration.js';
import { DncListsRepository } from './dnc-lists.repository.js';
import { DncListsService } from './dnc-lists.service.js';

/** Lists of numbers that must not be messaged. */
@Module({
  imports: [ImportsModule],
  controllers: [DncListsController, DncEntriesController],
  providers: [
    DncEntriesRepository,
    DncEntriesService,
    DncImportRepository,
    DncImportTarget,
    DncListCatalogue,
    DncListsRegistration,
    DncListsRepository,
    DncListsService,
  ],
  exports: [DncListsService],
})
export class DncListsModule {}
