import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { ImportQueue } from './import-queue.js';
import {
  type ImportProgress,
  isInProgress,
  toWireImportStatus,
  type WireImportStatus,
} from './import-status.js';
import type { ImportKind, ImportTarget } from './import-target.js';
import { ImportTargets } from './import-targets.js';
import { ImportRunsRepository, type NewRun } from './runs/import-runs.repository.js';
import {
  UploadUrlsService,
  type UploadTicket,
  type UploadUrlRequest,
} from './uploads/upload-urls.service.js';

const SHOWN_REJECTIONS = 20;

/** Imports of CSV files into whatever a module registers as target. One import per object at a time. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly targets: ImportTargets,
    private readonly runs: ImportRunsRepository,
    private readonly uploads: UploadUrlsService,
    private readonly queue: ImportQueue,
    private readonly uow: UnitOfWork,
  ) {}

  /** Offers a kind of object for imports; called once at start by its module. */
  register(target: ImportTarget): void {
    this.targets.register(target);
  }

  /** A URL to which the file can be sent once; sending it starts the import. The target must have been checked. */
  createUploadUrl(request: UploadUrlRequest): Promise<UploadTicket> {
    return this.uploads.create(request);
  }

  /**
   * Starts the import of a spooled file and returns the id of the run.
   * Throws 409 when an import into the same object is under way.
   */
  async start(run: NewRun): Promise<string> {
    return this.uow.run(async () => {
      const runId = await this.runs.insert(run);
      if (!runId) throw this.inProgress(run.kind, run.targetId);
      await this.uow.afterCommit(() => this.queue.ring(runId));
      return runId;
    });
  }

  /** Throws 409 while an import into the object waits or runs. */
  async requireIdle(kind: ImportKind, targetId: string): Promise<void> {
    const [newest] = await this.runs.findNewest(kind, [targetId]);
    if (newest && isInProgress(newest)) throw this.inProgress(kind, targetId);
  }

  /** The newest import of each object that had one. */
  async findNewest(kind: ImportKind, targetIds: readonly string[]): Promise<Map<string, ImportProgress>> {
    const newest = await this.runs.findNewest(kind, targetIds);
    return new Map(newest.map((progress) => [progress.targetId, progress]));
  }

  /** The newest import of one object on the wire, with its first rejected records. */
  async status(kind: ImportKind, targetId: string): Promise<WireImportStatus> {
    const [newest] = await this.runs.findNewest(kind, [targetId]);
    const status = toWireImportStatus(newest);
    if (!newest || newest.rejectedRecords === 0) return status;
    return { ...status, rejections: await this.runs.findRejections(newest.runId, SHOWN_REJECTIONS) };
  }

  /** Removes what is kept about an object that is being deleted. */
  async forget(kind: ImportKind, targetId: string): Promise<void> {
    await this.runs.deleteOf(kind, targetId);
  }

  /** Forgets how the imports into an object went that has been emptied since. */
  async forgetFinished(kind: ImportKind, targetId: string): Promise<void> {
    await this.runs.deleteFinishedOf(kind, targetId);
  }

  private inProgress(kind: ImportKind, targetId: string): ApiError {
    return new ApiError(
      'conflict',
      this.targets.get(kind).inProgressCode,
      'An import into this list is under way; wait until it has finished.',
      { entityId: targetId },
    );
  }
}
