import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { EventLogModule } from '../event-log/index.js';
import { ImportQueue } from './import-queue.js';
import { ImportTargets } from './import-targets.js';
import { IMPORT_QUEUE } from './import.jobs.js';
import { ImportsService } from './imports.service.js';
import { RejectionsController } from './rejections/rejections.controller.js';
import { ImportRunsRepository } from './runs/import-runs.repository.js';
import { UploadUrlsService } from './uploads/upload-urls.service.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { UploadsService } from './uploads/uploads.service.js';

const shared = [ImportRunsRepository, ImportTargets, ImportQueue, UploadUrlsService];

/** CSV files in, rows out: uploads, import runs and their progress. */
@Module({
  imports: [BullModule.registerQueue({ name: IMPORT_QUEUE }), StorageModule, EventLogModule],
  controllers: [RejectionsController, UploadsController],
  providers: [...shared, ImportsService, UploadsService],
  exports: [...shared, ImportsService, StorageModule, EventLogModule],
})
export class ImportsModule {}
