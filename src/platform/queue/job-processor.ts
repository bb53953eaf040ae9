import { OnQueueFailed } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import type { Job } from 'bull';
import { Logger } from '../logging/logger.js';
import { JobWatch } from '../metrics/job-watch.js';
import { withCorrelation } from '../logging/request-context.js';
import { Tracing } from '../tracing/tracing.js';

/** Base of all queue processors: its jobs carry their id through the log, and failures are logged. */
export abstract class JobProcessor {
  @Inject(Logger)
  protected readonly logger: Logger;

  @Inject(JobWatch)
  private readonly watch: JobWatch;

  @Inject(Tracing)
  private readonly tracing: Tracing;

  @OnQueueFailed()
  onFailed(job: Job, error: Error): void {
    const fields = { err: error, queue: job.queue.name, jobId: job.id };
    this.logger.error(fields, 'a job failed; a sweeper finds what it left undone');
  }

  /** Does the work of a job: its log lines carry the id of the job and these fields, and it is timed and traced. */
  protected within(job: Job, fields: Record<string, unknown>, work: () => Promise<void>): Promise<void> {
    const queue = job.queue.name;
    return withCorrelation(String(job.id), { queue, ...fields }, () =>
      this.watch.job(queue, () =>
        this.tracing.within(
          { name: `process ${queue}`, kind: 'consumer', attributes: { 'messaging.destination.name': queue } },
          work,
        ),
      ),
    );
  }
}
