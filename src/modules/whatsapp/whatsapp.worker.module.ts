import { Module } from '@nestjs/common';
import { IntegrationProbe } from './integrations/integration-probe.js';
import { OnboardingProcessor } from './integrations/onboarding.processor.js';
import { OnboardingService } from './integrations/onboarding.service.js';
import { OnboardingSweeper } from './integrations/onboarding.sweeper.js';
import { WhatsAppModule } from './whatsapp.module.js';

/** What only workers do for WhatsApp: signup, activation and health of integrations. */
@Module({
  imports: [WhatsAppModule],
  providers: [IntegrationProbe, OnboardingProcessor, OnboardingService, OnboardingSweeper],
})
export class WhatsAppWorkerModule {}
