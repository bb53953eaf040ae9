import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DownloadLinks } from './downloads/download-links.js';
import { DownloadsController } from './downloads/downloads.controller.js';
import { ExportQueue } from './export-queue.js';
import { ExportSources } from './export-sources.js';
import { EXPORT_QUEUE } from './export.jobs.js';
import { ExportsService } from './exports.service.js';
import { ExportFilesRepository } from './runs/export-files.repository.js';
import { ExportStore } from './runs/export-store.js';

const shared = [ExportFilesRepository, ExportQueue, ExportSources, ExportStore];

/** Rows out, as files: exports, their progress and their downloads. */
@Module({
  imports: [BullModule.registerQueue({ name: EXPORT_QUEUE })],
  controllers: [DownloadsController],
  providers: [...shared, DownloadLinks, ExportsService],
  exports: [...shared, ExportsService],
})
export class ExportsModule {}
