import { Module } from '@nestjs/common';
import { CampaignsModule } from './campaigns.module.js';
import { HealthProcessor } from './health/health.processor.js';
import { HealthSweeper } from './health/health.sweeper.js';
import { ScheduleProcessor } from './schedules/schedule.processor.js';
import { ScheduleRunner } from './schedules/schedule-runner.service.js';
import { ScheduleSweeper } from './schedules/schedule.sweeper.js';

/** What campaigns do by themselves: their health and their schedules. Runs in worker processes only. */
@Module({
  imports: [CampaignsModule],
  providers: [HealthProcessor, HealthSweeper, ScheduleProcessor, ScheduleRunner, ScheduleSweeper],
})
export class CampaignsWorkerModule {}
