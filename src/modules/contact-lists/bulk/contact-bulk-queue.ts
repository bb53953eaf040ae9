import { InjectQueue } from '@nestjs/bull';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bull';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ExportFinished } from '../../exports/index.js';
import { CONTACT_BULK_QUEUE, type ContactBulkMessage } from './contact-bulk-job.js';
import { ContactBulkJobsRepository } from './contact-bulk-jobs.repository.js';

/** Rings for a worker, also when the backup of a job is ready. A lost ring is harmless: the sweeper rings again. */
@Injectable()
export class ContactBulkQueue implements OnModuleInit {
  constructor(
    @InjectQueue(CONTACT_BULK_QUEUE) private readonly queue: Queue<ContactBulkMessage>,
    private readonly jobs: ContactBulkJobsRepository,
    private readonly events: EventBus,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on(ExportFinished, async ({ id }: ExportFinished) => {
      const jobId = await this.jobs.findByBackup(id);
      if (jobId) this.ring(jobId);
    });
  }

  /** Does not wait: without Redis the call would last until it is back. */
  ring(jobId: string): void {
    const options = { jobId, removeOnComplete: true, removeOnFail: true };
    this.queue.add({ jobId }, options).catch((error: unknown) => {
      this.logger.warn({ err: error, jobId }, 'no worker could be told of the bulk job; the sweeper will');
    });
  }
}
