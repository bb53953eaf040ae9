import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { TICK_QUEUE } from '../dispatch.queues.js';
import type { TickJob } from '../doorbell.js';
import { Ticker } from './ticker.js';

@Injectable()
@Processor(TICK_QUEUE)
export class TickProcessor extends JobProcessor {
  constructor(private readonly ticker: Ticker) {
    super();
  }

  @Process({ concurrency: 10 })
  tick(job: Job<TickJob>): Promise<void> {
    return this.within(job, { campaignId: job.data.campaignId }, () => this.ticker.tick(job.data));
  }
}
