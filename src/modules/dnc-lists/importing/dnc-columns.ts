import { isEmail } from 'class-validator';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import type { ImportReason } from '../../imports/index.js';
import { type DncEntryKind, takesKind } from '../dnc-entry-kinds.js';
import type { DncList } from '../dnc-list.entity.js';

export interface DncImportOptions {
  /** Columns by what they hold; without any the file's own are found. */
  numberColumns?: string[];
  emailColumns?: string[];
  customColumns?: string[];
  expirationColumn?: string;
}

/** Places of the columns that matter. */
export interface DncColumns {
  entries: { kind: DncEntryKind; column: string; at: number }[];
  expiration?: { column: string; at: number };
}

/** What of a list decides which columns it takes. */
export type ColumnRules = Pick<DncList, 'dncSourceType' | 'contactMethod' | 'customExclusionColumn'>;

interface Named {
  kind: DncEntryKind;
  column: string;
}

const OPTION_OF: Readonly<Record<DncEntryKind, { option: keyof DncImportOptions; holds: string }>> = {
  number: { option: 'numberColumns', holds: 'numbers' },
  email: { option: 'emailColumns', holds: 'e-mail addresses' },
  custom: { option: 'customColumns', holds: 'values of a contact column' },
};
const KINDS = Object.keys(OPTION_OF) as DncEntryKind[];

/**
 * Finds the columns with entries: those that were named, else every column whose first 100 cells are all of a kind that
 * the list takes. Tells every reason why the file does not fit.
 */
export function findColumns(
  list: ColumnRules,
  header: readonly string[],
  sample: readonly CsvRow[],
  options: DncImportOptions,
): DncColumns | [ImportReason, ...ImportReason[]] {
  const named = namedColumns(options);
  const { expirationColumn } = options;
  const wanted = [...named.map(({ column }) => column), ...(expirationColumn ? [expirationColumn] : [])];
  const [first, ...more] = [
    ...explainKinds(list, options),
    ...explainNoHeader(header),
    ...explainMissing(header, wanted),
  ];
  if (first) return [first, ...more];
  const columns = named.length > 0 ? named : detectColumns(list, header, sample);
  if (columns.length === 0 && sample.length > 0) return [noColumn(list, header)];
  return {
    entries: columns.map(({ kind, column }) => ({ kind, column, at: header.indexOf(column) })),
    expiration: expirationColumn
      ? { column: expirationColumn, at: header.indexOf(expirationColumn) }
      : undefined,
  };
}

/** A reason for each kind of column that was named although the list does not take it. */
export function explainKinds(list: ColumnRules, options: DncImportOptions): ImportReason[] {
  return KINDS.filter((kind) => columnsOf(options, kind).length > 0 && !takesKind(list, kind)).map(
    (kind) => ({
      code: 'IMPORT_INVALID_DATA',
      message: `This DNC list takes no ${OPTION_OF[kind].holds}; it takes ${takenBy(list)}.`,
    }),
  );
}

function takenBy(list: ColumnRules): string {
  return KINDS.filter((kind) => takesKind(list, kind))
    .map((kind) => OPTION_OF[kind].holds)
    .join(' and ');
}

function columnsOf(options: DncImportOptions, kind: DncEntryKind): string[] {
  return (options[OPTION_OF[kind].option] ?? []) as string[];
}

function namedColumns(options: DncImportOptions): Named[] {
  return KINDS.flatMap((kind) => columnsOf(options, kind).map((column) => ({ kind, column })));
}

function detectColumns(list: ColumnRules, header: readonly string[], sample: readonly CsvRow[]): Named[] {
  if (takesKind(list, 'custom')) return detectCustom(list, header);
  const found = header.map((column, at): Named | undefined => {
    if (takesKind(list, 'number') && looksLikeNumbers(sample, at)) return { kind: 'number', column };
    if (takesKind(list, 'email') && looksLikeAddresses(sample, at)) return { kind: 'email', column };
    return undefined;
  });
  return found.filter((named) => named !== undefined);
}

// Any text is a value: only its name, or that there is no other column, tells which one is meant.
function detectCustom({ customExclusionColumn }: ColumnRules, header: readonly string[]): Named[] {
  const isMeant = (name: string): boolean => name.toLowerCase() === customExclusionColumn?.toLowerCase();
  const column = header.length === 1 ? header[0] : header.find(isMeant);
  return column === undefined ? [] : [{ kind: 'custom', column }];
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

function looksLikeAddresses(sample: readonly CsvRow[], at: number): boolean {
  const cells = sample.map(({ cells: row }) => (row[at] ?? '').trim()).filter((cell) => !isBlank(cell));
  return cells.length > 0 && cells.every((cell) => isEmail(cell));
}

/** Nothing, or what a database dump writes for nothing. */
export function isBlank(cell: string): boolean {
  return cell === '' || cell.toUpperCase() === 'NULL';
}

// Without a header line the first entry would be taken for a name and get lost.
function explainNoHeader(header: readonly string[]): ImportReason[] {
  if (!header.some((name) => readWhatsAppId(name).ok || isEmail(name))) return [];
  const message =
    'The first line must name the columns, but it holds an entry. Put a line with names above it, for example "number".';
  return [{ code: 'IMPORT_FAILED_TO_READ_HEADERS', message }];
}

function explainMissing(header: readonly string[], wanted: readonly string[]): ImportReason[] {
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length === 0) return [];
  const message = `The file has no columns ${missing.join(', ')}. It has: ${header.slice(0, 10).join(', ')}.`;
  return [{ code: 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST', message }];
}

function noColumn(list: ColumnRules, header: readonly string[]): ImportReason {
  const has = `The file has: ${header.slice(0, 10).join(', ')}.`;
  if (takesKind(list, 'custom'))
    return {
      code: 'IMPORT_INVALID_DATA',
      message: `No column of the file is called ${list.customExclusionColumn ?? ''}; name the one with the values in customExclusionColumns. ${has}`,
    };
  const isForAddresses = !takesKind(list, 'number');
  return {
    code: isForAddresses ? 'IMPORT_INVALID_EMAIL_ADDRESSES' : 'IMPORT_INVALID_PHONE_NUMBERS',
    message: `No column of the file holds ${takenBy(list)} only; name the columns in ${isForAddresses ? 'emailColumns' : 'whatsAppColumns'}. ${has}`,
  };
}
