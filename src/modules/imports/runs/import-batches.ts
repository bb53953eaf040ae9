import { setImmediate } from 'node:timers/promises';
import type { CsvBatch, CsvProblem } from '../../../platform/csv/csv-file.js';
import type { ImportCode } from '../import-failure.js';
import type { ImportBatch, ImportRejection, ImportSession } from '../import-target.js';

/** Consecutive records of a file, read and checked, not written yet. */
export interface ReadBatch {
  batch: ImportBatch;
  /** Records of the file in the batch, rejected ones included. */
  count: number;
  /** In the order of the file. */
  rejections: ImportRejection[];
}

const CODE_OF_PROBLEM: Record<CsvProblem['code'], ImportCode> = {
  'malformed-quote': 'IMPORT_COULD_NOT_PARSE_AN_ENTRY',
  ragged: 'IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS',
};

/**
 * Gathers pieces of a file into batches of `batchRecords`. The pieces are small, so that the records of one are gone
 * before the next one is read, and what waits to be written is kept in its compact form only.
 */
export async function* inBatches(
  pieces: AsyncIterable<CsvBatch>,
  session: ImportSession,
  batchRecords: number,
): AsyncGenerator<ReadBatch> {
  let read = emptyBatch(session);
  for await (const { rows, problems, count } of pieces) {
    const rejections = [...problems.map(toRejection), ...read.batch.add(rows)];
    read.rejections.push(...rejections.sort((a, b) => a.line - b.line));
    read.count += count;
    // The batch before is being written: its next statement must not wait until this one is read.
    await setImmediate();
    if (read.count < batchRecords) continue;
    yield read;
    read = emptyBatch(session);
  }
  if (read.count > 0) yield read;
}

/** The next batch is read while PostgreSQL writes this one. */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (let current = await next; !current.done; current = await next) {
      next = source.next();
      // Reported when it is awaited; until then it is nobody's.
      next.catch(() => undefined);
      yield current.value;
    }
  } finally {
    await source.return(undefined);
  }
}

function emptyBatch(session: ImportSession): ReadBatch {
  return { batch: session.newBatch(), count: 0, rejections: [] };
}

function toRejection({ line, code, message }: CsvProblem): ImportRejection {
  return { line, code: CODE_OF_PROBLEM[code], message };
}
