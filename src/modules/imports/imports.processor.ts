import { Process, Processor } from '@nestjs/bull';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { IMPORT_QUEUE, type ImportJob } from './import.jobs.js';
import { ImportRunner } from './runs/import-runner.service.js';

/** Works off import jobs; at shutdown the imports under way finish their batch and are given back. */
@Processor(IMPORT_QUEUE)
export class ImportsProcessor extends JobProcessor implements OnModuleDestroy {
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly runner: ImportRunner) {
    super();
  }

  @Process({ concurrency: 2 })
  async process(job: Job<ImportJob>): Promise<void> {
    const { runId } = job.data;
    const work = this.within(job, { runId }, () => this.runner.run(runId, this.stop.signal));
    this.running.add(work);
    await work.finally(() => this.running.delete(work));
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }
}
