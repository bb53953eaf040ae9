import { Injectable } from '@nestjs/common';
import { CsvError } from '../../../platform/csv/csv-error.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { Spool } from '../../../platform/storage/spool.js';
import { openTable, readTable, type TableFile } from '../../../platform/xlsx/table-file.js';
import { ImportFailure, type ImportReason, unreadableFile } from '../import-failure.js';
import type { ImportSession } from '../import-target.js';
import { ImportTargets } from '../import-targets.js';
import { ImportFinished, ImportProgressed } from '../imports.events.js';
import { inBatches, oneAhead, type ReadBatch } from './import-batches.js';
import { ImportOutcome } from './import-outcome.service.js';
import { type ClaimedRun, ImportRunsRepository } from './import-runs.repository.js';

const PIECE_RECORDS = 500;
const SAMPLE_RECORDS = 100;
const LEASE_SECONDS = 15;
const RENEW_EVERY_MS = 5_000;
const MAX_ATTEMPTS = 5;

/** Another worker has the run now; this one must not touch it any more. */
class LeaseLost extends Error {}

/**
 * Works off one import: looks through the file, then writes it batch by batch. Rows and progress of a batch commit
 * together under the lease, so a run that was cut off goes on behind its last batch and never writes one twice.
 */
@Injectable()
export class ImportRunner {
  /** Records that are written together; more make neither PostgreSQL nor this process faster. */
  protected readonly batchRecords: number = 20_000;

  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly targets: ImportTargets,
    private readonly spool: Spool,
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
    private readonly outcome: ImportOutcome,
    private readonly logger: Logger,
  ) {}

  /** Runs the import to its end, or until `stop` is aborted: then finishes the batch and gives the run back. */
  async run(runId: string, stop: AbortSignal): Promise<void> {
    const run = stop.aborted ? undefined : await this.runs.claim(runId, LEASE_SECONDS);
    if (!run) return;
    const renewal = setInterval(() => void this.renew(run), RENEW_EVERY_MS);
    try {
      if (run.attempts > MAX_ATTEMPTS) throw tooManyAttempts(run);
      if (!(await this.work(run, stop))) await this.runs.release(run);
    } catch (error) {
      await this.handle(run, error);
    } finally {
      clearInterval(renewal);
    }
  }

  /** True when the import has ended, false when it was told to stop. */
  private async work(run: ClaimedRun, stop: AbortSignal): Promise<boolean> {
    const file = await this.open(run);
    const session = await this.begin(run, file);
    if (!(await this.runs.setTotal(run, file.recordCount))) throw new LeaseLost();
    const pieces = readTable(file, { batchSize: PIECE_RECORDS, skip: run.completedRecords });
    for await (const batch of oneAhead(inBatches(pieces, session, this.batchRecords))) {
      if (stop.aborted) return false;
      if (!(await this.write(run, batch))) return true;
    }
    await this.complete(run);
    return true;
  }

  private async open(run: ClaimedRun): Promise<TableFile> {
    try {
      return await openTable(this.spool.pathOf(run.fileName));
    } catch (error) {
      if (error instanceof CsvError) throw unreadableFile(error);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw fileNotFound();
      throw error;
    }
  }

  private async begin(run: ClaimedRun, file: TableFile): Promise<ImportSession> {
    const { header: columns, recordCount } = file;
    const head = { columns, sample: await firstRows(file), recordCount };
    const begun = await this.targets.get(run.kind).begin(run.targetId, run.options, head);
    if (Array.isArray(begun)) throw new ImportFailure(begun);
    return begun;
  }

  /** False when the import has ended with this batch, because its object takes no more. */
  private async write(run: ClaimedRun, { batch, ...read }: ReadBatch): Promise<boolean> {
    return this.uow.run(async () => {
      if (!(await this.runs.holdLease(run))) throw new LeaseLost();
      const counts = await batch.write();
      await this.runs.saveProgress(run, { ...counts, ...read }, LEASE_SECONDS);
      if (counts.stop) await this.fail(run, counts.stop);
      else {
        await this.runs.commitLazily();
        await this.events.publish(new ImportProgressed(idsOf(run)));
      }
      return !counts.stop;
    });
  }

  private complete(run: ClaimedRun): Promise<void> {
    return this.finish(run, 'complete', () => this.runs.complete(run));
  }

  private fail(run: ClaimedRun, { code, message }: ImportReason): Promise<void> {
    return this.finish(run, 'failed', () => this.runs.fail(run, code, message));
  }

  private async finish(
    run: ClaimedRun,
    state: ImportFinished['state'],
    save: () => Promise<boolean>,
  ): Promise<void> {
    await this.uow.run(async () => {
      if (!(await save())) throw new LeaseLost();
      const progress = await this.runs.findProgress(run.id);
      const finished = { ...idsOf(run), state, addedRows: progress?.addedRows ?? 0 };
      if (progress) await this.outcome.record(run.kind, progress);
      await this.events.publish(new ImportFinished(finished));
      await this.uow.afterCommit(() => this.spool.remove(run.fileName));
      this.logger.info(finished, 'import finished');
    });
  }

  private async handle(run: ClaimedRun, error: unknown): Promise<void> {
    const { id: runId } = run;
    try {
      if (error instanceof LeaseLost) {
        this.logger.warn({ runId }, 'another worker has taken the import over');
      } else if (error instanceof ImportFailure) {
        await this.fail(run, error);
      } else {
        this.logger.error({ err: error, runId }, 'the import was interrupted and will be tried again');
        await this.runs.defer(run, 2 ** run.attempts);
      }
    } catch (second) {
      // The lease runs out by itself, and a sweeper finds the run then.
      this.logger.error({ err: second, runId }, 'the import could not be put down');
    }
  }

  private async renew(run: ClaimedRun): Promise<void> {
    try {
      await this.runs.renewLease(run, LEASE_SECONDS);
    } catch (error) {
      this.logger.warn({ err: error, runId: run.id }, 'the lease of the import could not be prolonged');
    }
  }
}

function idsOf({ kind, targetId, id: runId }: ClaimedRun): ImportProgressed {
  return { kind, targetId, runId };
}

async function firstRows(file: TableFile): Promise<CsvRow[]> {
  for await (const { rows } of readTable(file, { batchSize: SAMPLE_RECORDS })) return rows;
  return [];
}

function fileNotFound(): ImportFailure {
  const message =
    'The uploaded file is not in the data directory of the worker. Upload it again; all processes must share DATA_DIR.';
  return new ImportFailure([{ code: 'IMPORT_FILE_NOT_FOUND', message }]);
}

function tooManyAttempts({ completedRecords }: ClaimedRun): ImportFailure {
  const message = `The import stopped ${MAX_ATTEMPTS} times behind record ${completedRecords}; the log of the server says why. What was imported until there is kept.`;
  return new ImportFailure([{ code: 'IMPORT_INTERNAL_ERROR', message }]);
}
