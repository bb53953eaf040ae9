import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { isPassing } from '../automatic-switch.service.js';
import { CAMPAIGN_SCHEDULE_QUEUE, ScheduleBell, type ScheduleJob } from './schedule-bell.js';
import { ScheduleRunner } from './schedule-runner.service.js';

const CONCURRENCY = 5;
const RETRY_MS = 2_000;

@Injectable()
@Processor(CAMPAIGN_SCHEDULE_QUEUE)
export class ScheduleProcessor extends JobProcessor {
  constructor(
    private readonly runner: ScheduleRunner,
    private readonly bell: ScheduleBell,
  ) {
    super();
  }

  @Process({ concurrency: CONCURRENCY })
  run(job: Job<ScheduleJob>): Promise<void> {
    const { campaignId } = job.data;
    return this.within(job, { campaignId }, async () => {
      try {
        await this.runner.run(campaignId);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.logger.info({ err: error, campaignId }, 'a schedule could not be followed yet; trying again');
        this.bell.ring(campaignId, new Date(Date.now() + RETRY_MS));
      }
    });
  }
}
