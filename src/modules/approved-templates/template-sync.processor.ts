import { Process, Processor } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { TEMPLATE_SYNC_QUEUE, type TemplateSyncJob } from './template-sync.jobs.js';
import { TemplateSyncRunner } from './template-sync.runner.js';

@Injectable()
@Processor(TEMPLATE_SYNC_QUEUE)
export class TemplateSyncProcessor extends JobProcessor {
  constructor(private readonly runner: TemplateSyncRunner) {
    super();
  }

  @Process({ concurrency: 2 })
  sync(job: Job<TemplateSyncJob>): Promise<void> {
    const { integrationId } = job.data;
    return this.within(job, { integrationId }, () => this.runner.run(integrationId));
  }
}
