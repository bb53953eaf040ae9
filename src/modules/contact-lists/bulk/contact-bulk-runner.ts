import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ExportsService } from '../../exports/index.js';
import { ContactSelectionRepository } from '../contacts/contact-selection.repository.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import type { ClaimedBulkJob } from './contact-bulk-job.js';
import { ContactBulkJobsRepository } from './contact-bulk-jobs.repository.js';

const BATCH_CONTACTS = 5_000;
const LEASE_SECONDS = 30;
const MAX_ATTEMPTS = 5;

/** Another worker has the job now; this one must not touch it any more. */
class LeaseLost extends Error {}

/**
 * Works off one bulk job, batch by batch. A batch and how far it came commit together under the lease, so a job that
 * was cut off goes on behind its last batch. Nothing is changed before the backup is on disk.
 */
@Injectable()
export class ContactBulkRunner {
  constructor(
    private readonly jobs: ContactBulkJobsRepository,
    private readonly contacts: ContactsRepository,
    private readonly selection: ContactSelectionRepository,
    private readonly exports: ExportsService,
    private readonly uow: UnitOfWork,
    private readonly logger: Logger,
  ) {}

  /** Runs the job to its end, or until `stop` is aborted: then gives it back. */
  async run(jobId: string, stop: AbortSignal): Promise<void> {
    const backup = await this.backupOf(jobId);
    if (backup === 'waiting' || stop.aborted) return;
    const job = await this.jobs.claim(jobId, LEASE_SECONDS);
    if (!job) return;
    try {
      if (backup === 'failed') {
        await this.jobs.fail(
          job,
          'backup.failed',
          'The backup could not be written, so nothing was changed.',
        );
      } else if (job.attempts > MAX_ATTEMPTS) {
        const message = `The job stopped ${MAX_ATTEMPTS} times; the log of the server says why. What was done is kept.`;
        await this.jobs.fail(job, 'internal.server.error', message);
      } else if (!(await this.workOff(job, stop))) await this.jobs.release(job);
    } catch (error) {
      await this.handle(job, error);
    }
  }

  /** True when the job has ended, false when it was told to stop. */
  private async workOff(job: ClaimedBulkJob, stop: AbortSignal): Promise<boolean> {
    if (job.totalRecords === null) {
      const { at, ...selected } = job.selection;
      const { contactListId } = job;
      const total = await this.selection.count({ contactListId, ...selected, now: new Date(at) });
      if (!(await this.jobs.setTotal(job, total))) throw new LeaseLost();
    }
    while (!stop.aborted) {
      const taken = await this.nextBatch(job);
      if (taken < BATCH_CONTACTS) {
        if (!(await this.jobs.complete(job))) throw new LeaseLost();
        return true;
      }
    }
    return false;
  }

  // The list is locked as by everybody who writes contacts, so that its size stays right.
  private nextBatch(job: ClaimedBulkJob): Promise<number> {
    return this.uow.run(async () => {
      await this.contacts.lockList(job.contactListId);
      const batch = await this.jobs.workOff(job, BATCH_CONTACTS, LEASE_SECONDS);
      if (!batch) throw new LeaseLost();
      await this.contacts.changeSize(job.contactListId, -batch.deleted);
      return batch.taken;
    });
  }

  private async backupOf(jobId: string): Promise<'none' | 'waiting' | 'failed'> {
    const job = await this.jobs.find(jobId);
    if (!job?.backupId) return 'none';
    const [file] = await this.exports.find([job.backupId]);
    if (file?.state === 'complete') return 'none';
    return !file || file.state === 'failed' ? 'failed' : 'waiting';
  }

  private async handle(job: ClaimedBulkJob, error: unknown): Promise<void> {
    const { id: jobId } = job;
    if (error instanceof LeaseLost) {
      this.logger.warn({ jobId }, 'another worker has taken the bulk job over, or its list is gone');
      return;
    }
    this.logger.error({ err: error, jobId }, 'the bulk job was interrupted and will be tried again');
    // The lease runs out by itself, and a sweeper finds the job then.
    await this.jobs.renewLease(job, 2 ** job.attempts).catch(() => undefined);
  }
}
