import { Module } from '@nestjs/common';
import { ImportsModule } from './imports.module.js';
import { ImportsProcessor } from './imports.processor.js';
import { ImportsSweeper } from './imports-sweeper.service.js';
import { ImportOutcome } from './runs/import-outcome.service.js';
import { ImportRunner } from './runs/import-runner.service.js';

/** The part of the imports that only workers have. */
@Module({
  imports: [ImportsModule],
  providers: [ImportOutcome, ImportRunner, ImportsProcessor, ImportsSweeper],
})
export class ImportsWorkerModule {}
