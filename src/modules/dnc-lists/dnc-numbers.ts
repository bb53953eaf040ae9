import { readWhatsAppId } from '../../kernel/whatsapp-id.js';
import type { CsvRow } from '../../platform/csv/csv-file.js';
import type { ImportReason, ImportRejection } from '../imports/index.js';

/** An entry as it is written. */
export interface DncEntry {
  value: string;
  matchKey: string;
  expiresAt: Date | null;
}

export interface DncImportOptions {
  /** Columns with numbers; without any the file's own are found. */
  numberColumns?: string[];
  expirationColumn?: string;
}

/** Places of the columns that matter. */
export interface DncColumns {
  numbers: { column: string; at: number }[];
  expirationAt?: number;
}

const MAX_EXPIRATION_DAYS = 180;
const DAY_MS = 24 * 3_600_000;
const EXPIRATION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|\+00:?00)$/u;
// PostgreSQL stores neither.

const UNSTORABLE = /\u0000|\p{Surrogate}/u;

/**
 * Finds the columns with numbers: those that were named, else every column whose first 100 cells have a readable
 * number and no text. Tells every reason why the file does not fit.
 */
export function findColumns(
  header: readonly string[],
  sample: readonly CsvRow[],
  options: DncImportOptions,
): DncColumns | [ImportReason, ...ImportReason[]] {
  const named = options.numberColumns ?? [];
  const { expirationColumn } = options;
  const [first, ...more] = [
    ...explainNoHeader(header),
    ...explainMissing(header, [...named, ...(expirationColumn ? [expirationColumn] : [])]),
  ];
  if (first) return [first, ...more];
  const columns = named.length > 0 ? named : header.filter((_, at) => looksLikeNumbers(sample, at));
  if (columns.length === 0 && sample.length > 0) return [noNumberColumn(header)];
  return {
    numbers: columns.map((column) => ({ column, at: header.indexOf(column) })),
    expirationAt: expirationColumn ? header.indexOf(expirationColumn) : undefined,
  };
}

/** The entries of records; a cell that is no number is rejected, the others of its record are taken. */
export function toEntries(
  records: readonly CsvRow[],
  { numbers, expirationAt }: DncColumns,
): { entries: DncEntry[]; rejections: ImportRejection[] } {
  const entries: DncEntry[] = [];
  const rejections: ImportRejection[] = [];
  for (const { line, cells } of records) {
    const expiresAt = expirationAt === undefined ? null : importedExpiration(cells[expirationAt]);
    for (const { column, at } of numbers) {
      const value = (cells[at] ?? '').trim();
      const read = readWhatsAppId(value);
      if (read.ok) entries.push({ value, matchKey: read.matchKey, expiresAt });
      else if (read.code !== 'empty') {
        rejections.push({ line, column, code: 'IMPORT_INVALID_PHONE_NUMBERS', message: read.message });
      }
    }
  }
  return { entries, rejections };
}

/** Entries of each match key once; the last one counts, as if they were added one after the other. */
export function uniqueEntries(entries: readonly DncEntry[]): DncEntry[] {
  return [...new Map(entries.map((entry) => [entry.matchKey, entry])).values()];
}

/** The moment an entry ends, or what is wrong with it (Genesys Cloud API, DNC expiration). */
export function readExpiration(text: string, now: Date): Date | string {
  const moment = EXPIRATION.test(text.trim()) ? new Date(text.trim()) : undefined;
  if (!moment || Number.isNaN(moment.getTime())) {
    return 'expirationDateTime must look like 2027-03-01T00:00Z, in UTC';
  }
  if (moment.getTime() > now.getTime() + MAX_EXPIRATION_DAYS * DAY_MS) {
    return `expirationDateTime may be at most ${MAX_EXPIRATION_DAYS} days ahead`;
  }
  return moment;
}

/** True when the text has characters that can't be stored. */
export function isUnstorable(text: string): boolean {
  return UNSTORABLE.test(text);
}

// A date that can't be used makes the entry last: rather block too long than message somebody who asked not to be.
function importedExpiration(cell: string | undefined): Date | null {
  const read = readExpiration(cell ?? '', new Date());
  return read instanceof Date ? read : null;
}

function looksLikeNumbers(sample: readonly CsvRow[], at: number): boolean {
  let numbers = 0;
  for (const { cells } of sample) {
    const cell = cells[at] ?? '';
    const read = readWhatsAppId(cell);
    if (read.ok || read.code === 'scientific-notation') numbers++;
    else if (read.code === 'letters') return false;
  }
  return numbers > 0;
}

// Without a header line the first number would be taken for a name and get lost.
function explainNoHeader(header: readonly string[]): ImportReason[] {
  if (!header.some((name) => readWhatsAppId(name).ok)) return [];
  const message =
    'The first line must name the columns, but it holds a number. Put a line with names above it, for example "number".';
  return [{ code: 'IMPORT_FAILED_TO_READ_HEADERS', message }];
}

function explainMissing(header: readonly string[], wanted: readonly string[]): ImportReason[] {
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length === 0) return [];
  const message = `The file has no columns ${missing.join(', ')}. It has: ${header.slice(0, 10).join(', ')}.`;
  return [{ code: 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST', message }];
}

function noNumberColumn(header: readonly string[]): ImportReason {
  const message = `No column of the file holds numbers only; name the columns with numbers in whatsAppColumns. The file has: ${header.slice(0, 10).join(', ')}.`;
  return { code: 'IMPORT_INVALID_PHONE_NUMBERS', message };
}
