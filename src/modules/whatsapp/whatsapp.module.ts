import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { GraphClient } from './cloud-api/graph-client.js';
import { AccessTokens } from './integrations/access-tokens.service.js';
import { IntegrationPresenter } from './integrations/integration-presenter.js';
import { IntegrationStates } from './integrations/integration-states.js';
import { IntegrationsController } from './integrations/integrations.controller.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { ONBOARDING_QUEUE } from './integrations/onboarding.jobs.js';
import { MessagingIntegrationsController } from './integrations/messaging-integrations.controller.js';
import { SenderCache } from './integrations/sender-cache.js';
import { WhatsAppAccount } from './integrations/whatsapp-account.js';
import { MetaTemplatesRepository } from './meta-templates/meta-templates.repository.js';
import { MetaTemplatesService } from './meta-templates/meta-templates.service.js';
import { MessagingSettingsController } from './profiles/messaging-settings.controller.js';
import { MessagingSettingsService } from './profiles/messaging-settings.service.js';
import { ProfilesRepository } from './profiles/profiles.repository.js';
import { SupportedContentsController } from './profiles/supported-contents.controller.js';
import { SupportedContentsService } from './profiles/supported-contents.service.js';
import { PlatformEvents } from './webhooks/platform-events.js';
import { WhatsAppService } from './whatsapp.service.js';

/** WhatsApp: integrations, the Cloud API, templates as the platform approved them, webhook parsing. */
@Module({
  imports: [BullModule.registerQueue({ name: ONBOARDING_QUEUE })],
  controllers: [
    IntegrationsController,
    MessagingIntegrationsController,
    MessagingSettingsController,
    SupportedContentsController,
  ],
  providers: [
    AccessTokens,
    GraphClient,
    IntegrationPresenter,
    IntegrationStates,
    IntegrationsRepository,
    IntegrationsService,
    MessagingSettingsService,
    MetaTemplatesRepository,
    MetaTemplatesService,
    PlatformEvents,
    ProfilesRepository,
    SenderCache,
    SupportedContentsService,
    WhatsAppAccount,
    WhatsAppService,
  ],
  exports: [
    BullModule,
    GraphClient,
    IntegrationStates,
    IntegrationsRepository,
    MetaTemplatesRepository,
    MetaTemplatesService,
    PlatformEvents,
    WhatsAppAccount,
    WhatsAppService,
  ],
})
export class WhatsAppModule {}
