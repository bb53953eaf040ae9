import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/index.js';
import { ImportsModule } from '../imports/index.js';
import { DncAppends } from './dnc-appends.service.js';
import { DncEntriesController } from './dnc-entries.controller.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { DncEntriesService } from './dnc-entries.service.js';
import { DncExportSource } from './exporting/dnc-export.source.js';
import { DncExportsController } from './exporting/dnc-exports.controller.js';
import { DncExports } from './exporting/dnc-exports.service.js';
import { DncUploads } from './importing/dnc-uploads.service.js';
import { DncImportRepository } from './importing/dnc-import.repository.js';
import { DncImportTarget } from './importing/dnc-import.target.js';
import { DncLimits } from './dnc-limits.js';
import { DncListCatalogue } from './dnc-list-catalogue.service.js';
import { DncListsController } from './dnc-lists.controller.js';
import { DncListsRegistration } from './dnc-lists.registration.js';
import { DncListsRepository } from './dnc-lists.repository.js';
import { DncListsService } from './dnc-lists.service.js';
import { HeldRecipients } from './opt-outs/held-recipients.service.js';
import { OptOutsRepository } from './opt-outs/opt-outs.repository.js';
import { OptOuts } from './opt-outs/opt-outs.service.js';

/** Lists of people who must not be messaged. */
@Module({
  imports: [ExportsModule, ImportsModule],
  controllers: [DncListsController, DncEntriesController, DncExportsController],
  providers: [
    DncAppends,
    DncEntriesRepository,
    DncEntriesService,
    DncExports,
    DncExportSource,
    DncImportRepository,
    DncImportTarget,
    DncUploads,
    DncLimits,
    DncListCatalogue,
    DncListsRegistration,
    DncListsRepository,
    DncListsService,
    HeldRecipients,
    OptOuts,
    OptOutsRepository,
  ],
  exports: [DncAppends, DncEntriesRepository, DncListsService, HeldRecipients, OptOuts],
})
export class DncListsModule {}
