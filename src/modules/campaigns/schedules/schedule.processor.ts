import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { isPassing } from '../automatic-switch.service.js';
import { CAMPAIGN_SCHEDULE_QUEUE, ScheduleBell, type ScheduleJob } from './schedule-bell.js';
import { ScheduleRunner, SequenceScheduleRunner } from './schedule-runner.service.js';

const CONCURRENCY = 5;
const RETRY_MS = 2_000;

@Injectable()
@Processor(CAMPAIGN_SCHEDULE_QUEUE)
export class ScheduleProcessor extends JobProcessor {
  constructor(
    private readonly campaigns: ScheduleRunner,
    private readonly sequences: SequenceScheduleRunner,
    private readonly bell: ScheduleBell,
  ) {
    super();
  }

  @Process({ concurrency: CONCURRENCY })
  run(job: Job<ScheduleJob>): Promise<void> {
    const { kind, ownerId } = job.data;
    const runner = kind === 'sequence' ? this.sequences : this.campaigns;
    return this.within(job, { kind, ownerId }, async () => {
      try {
        await runner.run(ownerId);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.logger.info({ err: error, kind, ownerId }, 'a schedule could not be followed yet; trying again');
        this.bell.ring({ kind, ownerId }, new Date(Date.now() + RETRY_MS));
      }
    });
  }
}
