import { Process, Processor } from '@nestjs/bull';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { CONTACT_BULK_QUEUE, type ContactBulkMessage } from './contact-bulk-job.js';
import { ContactBulkRunner } from './contact-bulk-runner.js';

/** Works off bulk jobs; at shutdown those under way finish their batch and are given back. */
@Processor(CONTACT_BULK_QUEUE)
export class ContactBulkProcessor extends JobProcessor implements OnModuleDestroy {
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly runner: ContactBulkRunner) {
    super();
  }

  @Process({ concurrency: 2 })
  async process(job: Job<ContactBulkMessage>): Promise<void> {
    const { jobId } = job.data;
    const work = this.within(job, { jobId }, () => this.runner.run(jobId, this.stop.signal));
    this.running.add(work);
    await work.finally(() => this.running.delete(work));
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }
}
