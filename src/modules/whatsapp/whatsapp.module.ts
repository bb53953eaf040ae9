import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from '../../platform/crypto/secret-box.js';
import { GraphClient } from './cloud-api/graph-client.js';
import { IntegrationStates } from './integrations/integration-states.js';
import { IntegrationsController } from './integrations/integrations.controller.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { ONBOARDING_QUEUE } from './integrations/onboarding.jobs.js';
import { SenderCache } from './integrations/sender-cache.js';
import { MetaTemplatesRepository } from './meta-templates/meta-templates.repository.js';
import { MetaTemplatesService } from './meta-templates/meta-templates.service.js';
import { PlatformEvents } from './webhooks/platform-events.js';
import { WhatsAppService } from './whatsapp.service.js';

/** WhatsApp: integrations, the Cloud API, templates as the platform approved them, webhook parsing. */
@Module({
  imports: [BullModule.registerQueue({ name: ONBOARDING_QUEUE })],
  controllers: [IntegrationsController],
  providers: [
    {
      provide: SecretBox,
      inject: [Config],
      useFactory: (config: Config) => new SecretBox(config.encryptionKey),
    },
    GraphClient,
    IntegrationStates,
    IntegrationsRepository,
    IntegrationsService,
    MetaTemplatesRepository,
    MetaTemplatesService,
    PlatformEvents,
    SenderCache,
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
    WhatsAppService,
  ],
})
export class WhatsAppModule {}
