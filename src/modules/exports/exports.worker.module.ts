import { Module } from '@nestjs/common';
import { ExportsModule } from './exports.module.js';
import { ExportsProcessor } from './exports.processor.js';
import { ExportsSweeper } from './exports.sweeper.js';
import { ExportRunner } from './runs/export-runner.service.js';
import { ExportWriter } from './runs/export-writer.js';

/** The part of the exports that only workers have. */
@Module({
  imports: [ExportsModule],
  providers: [ExportRunner, ExportsProcessor, ExportsSweeper, ExportWriter],
})
export class ExportsWorkerModule {}
