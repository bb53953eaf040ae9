import { unguardFormula } from '../../../platform/csv/formula-guard.js';
import type { ImportReason } from '../../imports/index.js';
import { MAX_COLUMN_NAME_LENGTH, MAX_COLUMNS } from '../lists/contact-list-definition.js';
import { isSystemColumn } from '../lists/system-columns.js';

/** How the columns of a file map to those of a list. */
export interface HeaderMap {
  /** For each column of the list, its place in the file. */
  cells: { column: string; at: number }[];
  /** Place of the contact id; undefined when the file has none. */
  idAt?: number;
}

const SHOWN_NAMES = 10;

/**
 * Maps the header of a file to the columns of a list, or tells every reason why it does not fit: columns that the list
 * does not have, columns that are missing, no column with the contact id, too many or too long ones.
 * Known system columns are ignored.
 */
export function mapHeader(
  names: readonly string[],
  columnNames: readonly string[],
  contactIdName: string | undefined,
): HeaderMap | [ImportReason, ...ImportReason[]] {
  const header = names.map(unguardFormula);
  const idAt = contactIdName ? header.indexOf(contactIdName) : undefined;
  const [first, ...more] = [
    ...(idAt === -1 ? [missingId(contactIdName!, header)] : []),
    ...explainSize(header),
    ...explainUnknown(header, columnNames, contactIdName),
    ...explainMissing(header, columnNames),
  ];
  if (first) return [first, ...more];
  return { cells: columnNames.map((column) => ({ column, at: header.indexOf(column) })), idAt };
}

function explainSize(header: readonly string[]): ImportReason[] {
  const reasons: ImportReason[] = [];
  const own = header.filter((name) => !isSystemColumn(name));
  if (own.length > MAX_COLUMNS + 1) {
    reasons.push({
      code: 'CONTACT_COLUMNS_LIMIT_EXCEEDED',
      message: `The file has ${own.length} columns; a contact list may have at most ${MAX_COLUMNS}.`,
    });
  }
  const long = header.findIndex((name) => name.length > MAX_COLUMN_NAME_LENGTH);
  if (long >= 0) {
    reasons.push({
      code: 'IMPORT_COLUMN_EXCEEDS_LENGTH_LIMIT',
      message: `The name of column ${long + 1} of the file has more than ${MAX_COLUMN_NAME_LENGTH} characters.`,
    });
  }
  return reasons;
}

function explainUnknown(
  header: readonly string[],
  columnNames: readonly string[],
  contactIdName: string | undefined,
): ImportReason[] {
  const unknown = header.filter(
    (name) => !columnNames.includes(name) && name !== contactIdName && !isSystemColumn(name),
  );
  if (unknown.length === 0) return [];
  const message = `The file has columns that the list does not have: ${shorten(unknown)}. The columns of the list are: ${shorten(columnNames)}.`;
  return [{ code: 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST', message }];
}

function explainMissing(header: readonly string[], columnNames: readonly string[]): ImportReason[] {
  const missing = columnNames.filter((name) => !header.includes(name));
  if (missing.length === 0) return [];
  const message = `The file lacks columns of the list: ${shorten(missing)}. It has: ${shorten(header)}.`;
  return [{ code: 'IMPORT_CONTACT_DOES_NOT_MATCH_LIST_FORMAT', message }];
}

function missingId(contactIdName: string, header: readonly string[]): ImportReason {
  const message = `The file has no column "${contactIdName}", which was named as the one with the contact id. It has: ${shorten(header)}.`;
  return { code: 'IMPORT_MISSING_CUSTOM_ID', message };
}

// A file without header line shows its first record here: never more of it than needed.
function shorten(names: readonly string[]): string {
  const shown = names
    .slice(0, SHOWN_NAMES)
    .map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
