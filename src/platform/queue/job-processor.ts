import { OnQueueFailed } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import type { Job } from 'bull';
import { Logger } from '../logging/logger.js';
import { withCorrelation } from '../logging/request-context.js';

/** Base of all queue processors: its jobs carry their id through the log, and failures are logged. */
export abstract class JobProcessor {
  @Inject(Logger)
  protected readonly logger: Logger;

  @OnQueueFailed()
  onFailed(job: Job, error: Error): void {
    const fields = { err: error, queue: job.queue.name, jobId: job.id };
    this.logger.error(fields, 'a job failed; a sweeper finds what it left undone');
  }

  /** Runs the work of a job so that its log lines carry the id of the job and these fields. */
  protected within<T>(job: Job, fields: Record<string, unknown>, work: () => T): T {
    return withCorrelation(String(job.id), { queue: job.queue.name, ...fields }, work);
  }
}
