import { Module } from '@nestjs/common';
import { CampaignsModule } from './campaigns.module.js';
import { HealthProcessor } from './health/health.processor.js';
import { HealthSweeper } from './health/health.sweeper.js';
import { ScheduleProcessor } from './schedules/schedule.processor.js';
import { ScheduleRunner, SequenceScheduleRunner } from './schedules/schedule-runner.service.js';
import { ScheduleSweeper } from './schedules/schedule.sweeper.js';
import { SequenceRunner } from './sequences/sequence-runner.service.js';
import { SequenceWorker } from './sequences/sequence.worker.js';

/** What campaigns do by themselves: their health, their schedules and their sequences. Runs in worker processes only. */
@Module({
  imports: [CampaignsModule],
  providers: [
    HealthProcessor,
    HealthSweeper,
    ScheduleProcessor,
    ScheduleRunner,
    ScheduleSweeper,
    SequenceScheduleRunner,
    SequenceRunner,
    SequenceWorker,
  ],
})
export class CampaignsWorkerModule {}
