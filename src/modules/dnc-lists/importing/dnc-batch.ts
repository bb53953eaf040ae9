import type { RepeatFilter } from '../../../kernel/repeat-filter.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { CopyRows } from '../../../platform/database/copy-rows.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import { type DncEntryKind, readDncEntry } from '../dnc-entry-kinds.js';
import { readExpiration } from '../dnc-numbers.js';
import { type DncColumns, isBlank } from './dnc-columns.js';

/** Entries of a batch: list, match key, value, expiry. */
export interface DncRows {
  rows: CopyRows;
  /** False when each match key occurs for the first time in the file for sure; else the last one of a key counts. */
  mayRepeat: boolean;
  /** True when entries have ended already, which removes them. */
  hasEnded: boolean;
}

export interface DncBatchOptions {
  listId: string;
  /** The match keys of the file until here. */
  keys: RepeatFilter;
  save(entries: DncRows): Promise<BatchCounts>;
}

interface Expiry {
  /** As it is stored; null when the entry lasts. */
  at: string | null;
  isPast: boolean;
}

const CODES = {
  number: 'IMPORT_INVALID_PHONE_NUMBERS',
  email: 'IMPORT_INVALID_EMAIL_ADDRESSES',
  custom: 'IMPORT_INVALID_DATA',
} as const satisfies Record<DncEntryKind, string>;

const LASTING: Expiry = { at: null, isPast: false };

/**
 * Records of a file as entries of a DNC list. A cell that is no entry is rejected, the others of its record are
 * taken. An entry that ended in the past removes what there is of it (Genesys Cloud API, DNC expiration).
 */
export class DncBatch implements ImportBatch {
  private readonly rows = new CopyRows();
  private mayRepeat = false;
  private hasEnded = false;

  constructor(
    private readonly columns: DncColumns,
    private readonly options: DncBatchOptions,
  ) {}

  add(records: readonly CsvRow[]): ImportRejection[] {
    const rejections: ImportRejection[] = [];
    const now = new Date();
    for (const row of records) {
      const expiry = this.readExpiry(row, now, rejections);
      for (const { kind, column, at } of this.columns.entries) {
        const value = (row.cells[at] ?? '').trim();
        if (isBlank(value)) continue;
        const read = readDncEntry(kind, value);
        if (read.ok) this.keep(read.matchKey, value, expiry);
        else if (!read.isEmpty) {
          const { message } = read;
          rejections.push({ line: row.line, column, code: CODES[kind], message });
        }
      }
    }
    return rejections;
  }

  write(): Promise<BatchCounts> {
    const { rows, mayRepeat, hasEnded } = this;
    return this.options.save({ rows, mayRepeat, hasEnded });
  }

  private keep(matchKey: string, value: string, { at, isPast }: Expiry): void {
    const { keys, listId } = this.options;
    if (keys.add(matchKey)) this.mayRepeat = true;
    this.rows.add(listId, matchKey, value, at);
    this.hasEnded ||= isPast;
  }

  // A date that can't be used makes the entry last: rather block too long than message somebody who asked not to be.
  private readExpiry({ line, cells }: CsvRow, now: Date, rejections: ImportRejection[]): Expiry {
    const { expiration } = this.columns;
    const text = expiration ? (cells[expiration.at] ?? '').trim() : '';
    if (!expiration || isBlank(text)) return LASTING;
    const read = readExpiration(text, now);
    if (read instanceof Date) return { at: read.toISOString(), isPast: read <= now };
    rejections.push({
      line,
      column: expiration.column,
      code: read.includes('days ahead')
        ? 'IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS'
        : 'IMPORT_INVALID_EXPIRATION_DATE',
      message: `${read}; the entry was taken and lasts`,
      taken: true,
    });
    return LASTING;
  }
}
