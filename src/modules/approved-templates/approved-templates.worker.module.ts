import { Module } from '@nestjs/common';
import { TemplatesModule } from '../templates/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { ApprovedTemplatesModule } from './approved-templates.module.js';
import { TemplateSyncProcessor } from './template-sync.processor.js';
import { TemplateSyncRunner } from './template-sync.runner.js';
import { TemplateSyncSweeper } from './template-sync.sweeper.js';

/** What only workers do: the syncs themselves. */
@Module({
  imports: [ApprovedTemplatesModule, TemplatesModule, WhatsAppModule],
  providers: [TemplateSyncProcessor, TemplateSyncRunner, TemplateSyncSweeper],
})
export class ApprovedTemplatesWorkerModule {}
