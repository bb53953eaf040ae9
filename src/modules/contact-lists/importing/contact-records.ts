import { randomUUID } from 'node:crypto';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { isUnstorable } from '../../../kernel/storable.js';
import { unguardFormula } from '../../../platform/csv/formula-guard.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import type { ImportCode, ImportRejection } from '../../imports/index.js';
import { explainContactId } from '../contacts/contact-row.js';
import { type CellFault, explainCell } from '../lists/column-data-types.js';
import { type ColumnDataTypeSpecification, MAX_CELL_LENGTH } from '../lists/contact-list-definition.js';
import type { HeaderMap } from './contact-header.js';

export interface RecordRules {
  header: HeaderMap;
  whatsAppColumns: readonly string[];
  trimWhitespace: boolean;
  columnDataTypes?: readonly ColumnDataTypeSpecification[];
}

/** A contact as it is sent to PostgreSQL: `data` and `whatsappIds` are JSON. */
export interface ContactRecord {
  contactId: string;
  data: string;
  whatsappIds: string;
}

// Needs no escape in JSON, and everything of it can be stored.
const PLAIN = /^[^\u0000-\u001f"\\\ud800-\udfff]*$/;
const PLAIN_ID = /^[\w.@:+-]{1,100}$/;

type Reject = (code: ImportCode, message: string, column?: string) => void;

interface Column {
  name: string;
  at: number;
  /** Its name as it stands in the JSON of a contact, with quotes and colon. */
  key: string;
  isWhatsApp: boolean;
  dataType?: ColumnDataTypeSpecification;
}

const CODE_OF_FAULT: Record<CellFault['kind'], ImportCode> = {
  'data-type': 'IMPORT_FAILED_CONTACT_DATA_INVALID_DATATYPE',
  range: 'IMPORT_FAILED_CONTACT_DATA_NOT_WITHIN_MIN_MAX_RANGE',
  length: 'IMPORT_FAILED_CONTACT_DATA_GREATER_THAN_MAX_LENGTH',
};

/**
 * Reads records of a file as contacts; what is wrong with a record keeps the whole record out. Writes the JSON of a
 * contact by hand: at a million records the objects in between would cost more than the rest.
 */
export class ContactRecordReader {
  private readonly columns: Column[];
  private readonly trims: boolean;
  private readonly idAt: number | undefined;

  constructor({ header, whatsAppColumns, trimWhitespace, columnDataTypes = [] }: RecordRules) {
    this.trims = trimWhitespace;
    this.idAt = header.idAt;
    this.columns = header.cells.map(({ column, at }) => ({
      name: column,
      at,
      key: `${JSON.stringify(column)}:`,
      isWhatsApp: whatsAppColumns.includes(column),
      dataType: columnDataTypes.find(({ columnName }) => columnName === column),
    }));
  }

  /** The contact, or everything that is wrong with the record. */
  read({ line, cells }: CsvRow): ContactRecord | ImportRejection[] {
    const problems: ImportRejection[] = [];
    const reject: Reject = (code, message, column) => problems.push({ line, column, code, message });
    let data = '';
    let numbers = '';
    for (const column of this.columns) {
      const cell = cells[column.at] ?? '';
      const value = unguardFormula(this.trims ? cell.trim() : cell);
      data += `${data === '' ? '' : ','}${column.key}${toJson(value, column.name, reject)}`;
      const fault = column.dataType && explainCell(column.dataType, value);
      if (fault) reject(CODE_OF_FAULT[fault.kind], `the cell ${fault.message}`, column.name);
      const number = column.isWhatsApp ? numberJson(value, column.name, reject) : undefined;
      if (number) numbers += `${numbers === '' ? '' : ','}${column.key}${number}`;
    }
    const contactId = this.readId(cells, reject);
    return problems.length > 0 ? problems : { contactId, data: `{${data}}`, whatsappIds: `{${numbers}}` };
  }

  private readId(cells: readonly string[], reject: Reject): string {
    if (this.idAt === undefined) return randomUUID();
    const id = unguardFormula((cells[this.idAt] ?? '').trim());
    if (PLAIN_ID.test(id)) return checkedId(id, reject);
    if (id === '') reject('IMPORT_MISSING_CUSTOM_ID', 'the cell with the contact id is empty');
    const problem = explainContactId(id);
    if (problem) reject('IMPORT_INVALID_CUSTOM_ID', problem);
    return id;
  }
}

// A spreadsheet makes 4.91511E+11 of a long id: many contacts would get the same one.
function checkedId(id: string, reject: Reject): string {
  const read = readWhatsAppId(id);
  if (!read.ok && read.code === 'scientific-notation') reject('IMPORT_INVALID_CUSTOM_ID', read.message);
  return id;
}

function toJson(value: string, column: string, reject: Reject): string {
  if (value.length > MAX_CELL_LENGTH) {
    const message = `the cell has ${value.length} characters, at most ${MAX_CELL_LENGTH} are allowed`;
    reject('IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT', message, column);
    return '""';
  }
  if (PLAIN.test(value)) return `"${value}"`;
  if (isUnstorable(value)) reject('IMPORT_INVALID_DATA', 'the cell has a character that no text has', column);
  return JSON.stringify(value);
}

// A number that can't be read is no error, the contact is skipped when it is its turn; one in scientific notation is,
// because its digits are lost and it looks like a number.
function numberJson(value: string, column: string, reject: Reject): string | undefined {
  const read = readWhatsAppId(value);
  if (read.ok) return `{"id":"${read.id}","key":"${read.matchKey}"}`;
  if (read.code === 'scientific-notation') reject('IMPORT_INVALID_PHONE_NUMBERS', read.message, column);
  return undefined;
}
