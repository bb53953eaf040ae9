import { Process, Processor } from '@nestjs/bull';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bull';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { EXPORT_QUEUE, type ExportJob } from './export.jobs.js';
import { ExportRunner } from './runs/export-runner.service.js';

/** Works off export jobs; at shutdown the exports under way are given back. */
@Processor(EXPORT_QUEUE)
export class ExportsProcessor extends JobProcessor implements OnModuleDestroy {
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly runner: ExportRunner) {
    super();
  }

  @Process({ concurrency: 2 })
  async process(job: Job<ExportJob>): Promise<void> {
    const { exportId } = job.data;
    const work = this.within(job, { exportId }, () => this.runner.run(exportId, this.stop.signal));
    this.running.add(work);
    await work.finally(() => this.running.delete(work));
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }
}
