import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { withCorrelation } from '../../../platform/logging/request-context.js';
import { APPLY_WEBHOOKS_QUEUE } from '../dispatch.queues.js';
import { WebhookApplier } from './webhook-applier.js';

@Processor(APPLY_WEBHOOKS_QUEUE)
export class ApplyWebhooksProcessor {
  constructor(private readonly applier: WebhookApplier) {}

  @Process({ concurrency: 1 })
  apply(job: Job): Promise<void> {
    return withCorrelation(String(job.id), {}, () => this.applier.applyWaiting());
  }
}
