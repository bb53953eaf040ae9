import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Logger } from '../../platform/logging/logger.js';
import { IMPORT_QUEUE, type ImportJob } from './import.jobs.js';

/** Rings for a worker. A lost ring is harmless: the sweeper rings again for every run that waits. */
@Injectable()
export class ImportQueue {
  constructor(
    @InjectQueue(IMPORT_QUEUE) private readonly queue: Queue<ImportJob>,
    private readonly logger: Logger,
  ) {}

  /** Does not wait: without Redis the call would last until it is back. */
  ring(runId: string): void {
    // A failed job that stayed would swallow every later one with its id.
    const options = { jobId: runId, removeOnComplete: true, removeOnFail: true };
    this.queue.add({ runId }, options).catch((error: unknown) => {
      this.logger.warn({ err: error, runId }, 'no worker could be told of the import; the sweeper will');
    });
  }
}
