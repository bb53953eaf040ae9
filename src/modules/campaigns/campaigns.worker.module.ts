import { Module } from '@nestjs/common';
import { CampaignsModule } from './campaigns.module.js';
import { HealthProcessor } from './health/health.processor.js';
import { HealthSweeper } from './health/health.sweeper.js';

/** What campaigns do by themselves: their health. Runs in worker processes only. */
@Module({
  imports: [CampaignsModule],
  providers: [HealthProcessor, HealthSweeper],
})
export class CampaignsWorkerModule {}
