import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { isPassing } from '../automatic-switch.service.js';
import { CampaignHealth } from './campaign-health.service.js';
import { CAMPAIGN_HEALTH_QUEUE, type HealthJob } from './health.jobs.js';

const CONCURRENCY = 2;

@Injectable()
@Processor(CAMPAIGN_HEALTH_QUEUE)
export class HealthProcessor extends JobProcessor {
  constructor(private readonly health: CampaignHealth) {
    super();
  }

  @Process({ concurrency: CONCURRENCY })
  examine(job: Job<HealthJob>): Promise<void> {
    const { campaignId } = job.data;
    return this.within(job, { campaignId }, async () => {
      try {
        await this.health.examine(campaignId);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.logger.info(
          { err: error, campaignId },
          'could not look at a campaign now; it is looked at again',
        );
      }
    });
  }
}
