import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ExportSources } from '../export-sources.js';
import { ExportFinished } from '../exports.events.js';
import { MAX_SHEET_ROWS, SheetFull } from '../formats/xlsx-file.js';
import {
  type ClaimedExport,
  ExportFilesRepository,
  type ExportProgress,
  type WrittenFile,
} from './export-files.repository.js';
import { ExportStore } from './export-store.js';
import { ExportWriter } from './export-writer.js';

const LEASE_SECONDS = 20;
const RENEW_EVERY_MS = 2_000;
const MAX_ATTEMPTS = 5;

/** Another worker has the export now; this one must not touch it any more. */
class LeaseLost extends Error {}

/** Why an export can not be made, for those who asked for it. */
class ExportFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Writes one export to disk. The file gets its name only when it is whole, and its row is marked complete only under
 * the lease, so after a crash the next worker begins again and nobody ever downloads half a file.
 */
@Injectable()
export class ExportRunner {
  constructor(
    private readonly files: ExportFilesRepository,
    private readonly sources: ExportSources,
    private readonly writer: ExportWriter,
    private readonly store: ExportStore,
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
    private readonly logger: Logger,
  ) {}

  /** Writes the file to its end, or until `stop` is aborted: then gives the export back. */
  async run(exportId: string, stop: AbortSignal): Promise<void> {
    const file = stop.aborted ? undefined : await this.files.claim(exportId, LEASE_SECONDS);
    if (!file) return;
    const progress: ExportProgress = { rows: 0 };
    const lost = new AbortController();
    const renewal = setInterval(() => void this.renew(file, progress, lost), RENEW_EVERY_MS);
    try {
      if (file.attempts > MAX_ATTEMPTS) throw tooManyAttempts();
      const written = await this.write(file, progress, AbortSignal.any([stop, lost.signal]));
      await this.finish(file, 'complete', () => this.files.complete(file, written));
    } catch (error) {
      await this.handle(file, error, stop);
    } finally {
      clearInterval(renewal);
    }
  }

  private write(file: ClaimedExport, progress: ExportProgress, signal: AbortSignal): Promise<WrittenFile> {
    const fileName = `${file.id}.${file.leaseToken}`;
    return this.uow.run(async () => {
      const content = await this.sources.get(file.kind).open(file);
      progress.expectedRows = content.expectedRows;
      const { parts, rowsOfCopy, note } = await this.writer.write(content, file.layout, (count) => {
        progress.rows += count;
      });
      const sizeBytes = await this.store.save(fileName, parts, signal);
      return { fileName, sizeBytes, rowCount: rowsOfCopy?.() ?? progress.rows, note: note?.() };
    });
  }

  private async finish(
    file: ClaimedExport,
    state: ExportFinished['state'],
    save: () => Promise<boolean>,
  ): Promise<void> {
    const { id, kind, subjectId, ownerId } = file;
    await this.uow.run(async () => {
      if (!(await save())) throw new LeaseLost();
      await this.events.publish(new ExportFinished({ id, kind, subjectId, ownerId, state }));
    });
    this.logger.info({ exportId: id, kind, subjectId, state }, 'export finished');
  }

  private async handle(file: ClaimedExport, thrown: unknown, stop: AbortSignal): Promise<void> {
    const { id: exportId } = file;
    const error = thrown instanceof SheetFull ? sheetFull() : thrown;
    try {
      if (stop.aborted) await this.files.release(file);
      else if (error instanceof LeaseLost || (error as Error).name === 'AbortError') {
        this.logger.warn({ exportId }, 'another worker has taken the export over');
      } else if (error instanceof ExportFailure || error instanceof ApiError) {
        const { code, message } = error;
        await this.finish(file, 'failed', () => this.files.fail(file, code, message));
      } else {
        this.logger.error({ err: error, exportId }, 'the export was interrupted and will be tried again');
        await this.files.renewLease(file, 2 ** file.attempts, { rows: 0 });
      }
    } catch (second) {
      // The lease runs out by itself, and a sweeper finds the export then.
      this.logger.error({ err: second, exportId }, 'the export could not be put down');
    }
  }

  private async renew(file: ClaimedExport, progress: ExportProgress, lost: AbortController): Promise<void> {
    try {
      if (!(await this.files.renewLease(file, LEASE_SECONDS, progress))) lost.abort();
    } catch (error) {
      this.logger.warn({ err: error, exportId: file.id }, 'the lease of the export could not be prolonged');
    }
  }
}

function tooManyAttempts(): ExportFailure {
  const message = `The export stopped ${MAX_ATTEMPTS} times; the log of the server says why.`;
  return new ExportFailure('export.internal.error', message);
}

function sheetFull(): ExportFailure {
  const message = `A sheet holds at most ${MAX_SHEET_ROWS} rows; export as CSV, or narrow the export by a filter.`;
  return new ExportFailure('export.sheet.full', message);
}
