import { Module } from '@nestjs/common';
import { ContactListsModule } from '../contact-lists/index.js';
import { DncListsModule } from '../dnc-lists/index.js';
import { TemplatesModule } from '../templates/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { CampaignLifecycle } from './campaign-lifecycle.service.js';
import { CampaignPresenter } from './campaign-presenter.service.js';
import { CampaignSwitch } from './campaign-switch.service.js';
import { CampaignValidator } from './campaign-validator.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRegistration } from './campaigns.registration.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';

/** WhatsApp campaigns: their definition, its validation, and their life from off to complete. */
@Module({
  imports: [ContactListsModule, DncListsModule, TemplatesModule, WhatsAppModule],
  controllers: [CampaignsController],
  providers: [
    CampaignLifecycle,
    CampaignPresenter,
    CampaignSwitch,
    CampaignValidator,
    CampaignsRegistration,
    CampaignsRepository,
    CampaignsService,
  ],
  exports: [CampaignLifecycle],
})
export class CampaignsModule {}
