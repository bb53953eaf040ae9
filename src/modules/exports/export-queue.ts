import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Logger } from '../../platform/logging/logger.js';
import { EXPORT_QUEUE, type ExportJob } from './export.jobs.js';

/** Rings for a worker. A lost ring is harmless: the sweeper rings again for every export that waits. */
@Injectable()
export class ExportQueue {
  constructor(
    @InjectQueue(EXPORT_QUEUE) private readonly queue: Queue<ExportJob>,
    private readonly logger: Logger,
  ) {}

  /** Does not wait: without Redis the call would last until it is back. */
  ring(exportId: string): void {
    // A failed job that stayed would swallow every later one with its id.
    const options = { jobId: exportId, removeOnComplete: true, removeOnFail: true };
    this.queue.add({ exportId }, options).catch((error: unknown) => {
      this.logger.warn({ err: error, exportId }, 'no worker could be told of the export; the sweeper will');
    });
  }
}
