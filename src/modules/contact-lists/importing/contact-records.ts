import { randomUUID } from 'node:crypto';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import type { ImportCode, ImportRejection } from '../../imports/index.js';
import { type ContactRow, explainContactId, isUnstorable, readNumbers } from '../contacts/contact-row.js';
import { MAX_CELL_LENGTH } from '../lists/contact-list-definition.js';
import type { HeaderMap } from './contact-header.js';

export interface RecordRules {
  header: HeaderMap;
  whatsAppColumns: readonly string[];
  trimWhitespace: boolean;
}

/** Turns records of a file into contacts; what is wrong with a record keeps the whole record out. */
export function toContacts(
  records: readonly CsvRow[],
  rules: RecordRules,
): { contacts: ContactRow[]; rejections: ImportRejection[] } {
  const rejections: ImportRejection[] = [];
  const contacts: ContactRow[] = [];
  for (const record of records) {
    const problems: ImportRejection[] = [];
    const contact = toContact(record, rules, (code, message, column) =>
      problems.push({ line: record.line, column, code, message }),
    );
    if (problems.length === 0) contacts.push(contact);
    else rejections.push(...problems);
  }
  return { contacts, rejections };
}

type Reject = (code: ImportCode, message: string, column?: string) => void;

function toContact({ cells }: CsvRow, rules: RecordRules, reject: Reject): ContactRow {
  const { header, whatsAppColumns, trimWhitespace } = rules;
  const data: Record<string, string> = {};
  for (const { column, at } of header.cells) {
    const cell = cells[at] ?? '';
    const value = trimWhitespace ? cell.trim() : cell;
    explainCell(value, column, reject);
    data[column] = value;
  }
  const { whatsappIds, destroyed } = readNumbers(data, whatsAppColumns);
  for (const { column, message } of destroyed) reject('IMPORT_INVALID_PHONE_NUMBERS', message, column);
  return { contactId: readId(header.idAt, cells, reject), data, whatsappIds };
}

function explainCell(value: string, column: string, reject: Reject): void {
  if (value.length > MAX_CELL_LENGTH) {
    const message = `the cell has ${value.length} characters, at most ${MAX_CELL_LENGTH} are allowed`;
    reject('IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT', message, column);
  }
  if (isUnstorable(value)) reject('IMPORT_INVALID_DATA', 'the cell has a character that no text has', column);
}

function readId(idAt: number | undefined, cells: readonly string[], reject: Reject): string {
  if (idAt === undefined) return randomUUID();
  const id = (cells[idAt] ?? '').trim();
  if (id === '') {
    reject('IMPORT_MISSING_CUSTOM_ID', 'the cell with the contact id is empty');
    return id;
  }
  const problem = explainContactId(id);
  if (problem) reject('IMPORT_INVALID_CUSTOM_ID', problem);
  return id;
}
