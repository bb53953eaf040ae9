import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { APPLY_WEBHOOKS_QUEUE } from '../dispatch.queues.js';
import { WebhookApplier } from './webhook-applier.js';

@Injectable()
@Processor(APPLY_WEBHOOKS_QUEUE)
export class ApplyWebhooksProcessor extends JobProcessor {
  constructor(private readonly applier: WebhookApplier) {
    super();
  }

  @Process({ concurrency: 1 })
  apply(job: Job): Promise<void> {
    return this.within(job, {}, () => this.applier.applyWaiting());
  }
}
