import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import type { ImportReason } from '../../imports/index.js';

export interface DncImportOptions {
  /** Columns with numbers; without any the file's own are found. */
  numberColumns?: string[];
  expirationColumn?: string;
}

/** Places of the columns that matter. */
export interface DncColumns {
  numbers: { column: string; at: number }[];
  expiration?: { column: string; at: number };
}

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
    expiration: expirationColumn
      ? { column: expirationColumn, at: header.indexOf(expirationColumn) }
      : undefined,
  };
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
