import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { withCorrelation } from '../../../platform/logging/request-context.js';
import { TICK_QUEUE } from '../dispatch.queues.js';
import type { TickJob } from '../doorbell.js';
import { Ticker } from './ticker.js';

@Processor(TICK_QUEUE)
export class TickProcessor {
  constructor(private readonly ticker: Ticker) {}

  @Process({ concurrency: 10 })
  tick(job: Job<TickJob>): Promise<void> {
    return withCorrelation(String(job.id), { campaignId: job.data.campaignId }, () =>
      this.ticker.tick(job.data),
    );
  }
}
