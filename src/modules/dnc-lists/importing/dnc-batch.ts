import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { copyLine } from '../../../platform/database/copy-in.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import { readExpiration } from '../dnc-numbers.js';
import type { DncColumns } from './dnc-columns.js';

/** What a batch does to a list. No match key occurs twice. */
export interface DncChanges {
  /** Entries as lines of a COPY: match key, value, expiry. */
  lines: readonly string[];
  /** Match keys of entries that have ended. */
  removedKeys: readonly string[];
}

interface Expiry {
  /** As it is stored; null when the entry lasts. */
  at: string | null;
  isPast: boolean;
}

const LASTING: Expiry = { at: null, isPast: false };

/**
 * Records of a file as entries of a DNC list. A cell that is no number is rejected, the others of its record are
 * taken. An entry that ended in the past removes the number (Genesys Cloud API, DNC expiration).
 */
export class DncBatch implements ImportBatch {
  /** The line of each match key; undefined when it ended. The last one of a key counts. */
  private readonly entries = new Map<string, string | undefined>();
  private repeated = 0;

  constructor(
    private readonly columns: DncColumns,
    private readonly save: (changes: DncChanges) => Promise<BatchCounts>,
  ) {}

  add(rows: readonly CsvRow[]): ImportRejection[] {
    const rejections: ImportRejection[] = [];
    const now = new Date();
    for (const row of rows) {
      const expiry = this.readExpiry(row, now, rejections);
      for (const { column, at } of this.columns.numbers) {
        const value = (row.cells[at] ?? '').trim();
        const read = readWhatsAppId(value);
        if (read.ok) this.keep(read.matchKey, value, expiry);
        else if (read.code !== 'empty') {
          const { message } = read;
          rejections.push({ line: row.line, column, code: 'IMPORT_INVALID_PHONE_NUMBERS', message });
        }
      }
    }
    return rejections;
  }

  async write(): Promise<BatchCounts> {
    const lines: string[] = [];
    const removedKeys: string[] = [];
    for (const [key, line] of this.entries) {
      if (line === undefined) removedKeys.push(key);
      else lines.push(line);
    }
    const counts = await this.save({ lines, removedKeys });
    return { ...counts, updated: counts.updated + this.repeated };
  }

  private keep(matchKey: string, value: string, { at, isPast }: Expiry): void {
    if (this.entries.has(matchKey)) this.repeated++;
    this.entries.set(matchKey, isPast ? undefined : copyLine([matchKey, value, at]));
  }

  // A date that can't be used makes the entry last: rather block too long than message somebody who asked not to be.
  private readExpiry({ line, cells }: CsvRow, now: Date, rejections: ImportRejection[]): Expiry {
    const { expiration } = this.columns;
    const text = expiration ? (cells[expiration.at] ?? '').trim() : '';
    if (!expiration || text === '' || text.toUpperCase() === 'NULL') return LASTING;
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
