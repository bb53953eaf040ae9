import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { ContactBulkJobsRepository } from './contact-bulk-jobs.repository.js';
import { ContactBulkQueue } from './contact-bulk-queue.js';

/** Rings again for bulk jobs that wait or whose worker died. */
@Injectable()
export class ContactBulkSweeper extends RepeatingWork {
  protected readonly everyMs = 2_000;

  constructor(
    private readonly jobs: ContactBulkJobsRepository,
    private readonly queue: ContactBulkQueue,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    for (const id of await this.jobs.findDue()) this.queue.ring(id);
  }
}
