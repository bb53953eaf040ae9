import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { ContactListsModule } from '../contact-lists/index.js';
import { TemplatesModule } from '../templates/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { PreviewsController } from './previews.controller.js';
import { PreviewsService } from './previews.service.js';
import { TEMPLATE_SYNC_QUEUE } from './template-sync.jobs.js';
import { TemplateSyncsController } from './template-syncs.controller.js';
import { TemplateSyncsRepository } from './template-syncs.repository.js';
import { TemplateSyncs } from './template-syncs.service.js';

const queues = BullModule.registerQueue({ name: TEMPLATE_SYNC_QUEUE });

/** Brings together what WhatsApp approved, the responses, and the contacts: sync into libraries, and previews. */
@Module({
  imports: [queues, ContactListsModule, TemplatesModule, WhatsAppModule],
  controllers: [PreviewsController, TemplateSyncsController],
  providers: [PreviewsService, TemplateSyncs, TemplateSyncsRepository],
  exports: [queues, TemplateSyncs, TemplateSyncsRepository],
})
export class ApprovedTemplatesModule {}
