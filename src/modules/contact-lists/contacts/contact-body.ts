import { randomUUID } from 'node:crypto';
import type { Reason } from '../../../kernel/reason.js';
import { isUnstorable } from '../../../kernel/storable.js';
import type { ContactChanges } from '../bulk/contact-bulk-job.js';
import { type CellFault, explainCell } from '../lists/column-data-types.js';
import { type ColumnDataTypeSpecification, MAX_CELL_LENGTH } from '../lists/contact-list-definition.js';
import { type Retention, readRetention } from '../retention/retention.js';
import { type ContactRow, explainContactId, readNumbers } from './contact-row.js';

/** A contact that a caller sends: its row, and what it says about being reachable. */
export interface ContactInput extends ContactRow {
  callable?: boolean;
  contactable?: boolean;
  uncontactableColumns?: string[];
  /** How long it is kept; what says nothing changes nothing. */
  retention?: Retention;
}

interface ListColumns {
  columnNames: readonly string[];
  whatsAppColumns: readonly { columnName: string }[];
  columnDataTypeSpecifications?: readonly ColumnDataTypeSpecification[];
}

const CODE_OF_FAULT: Record<CellFault['kind'], string> = {
  'data-type': 'contact.datum.invalid.data.type',
  range: 'contact.datum.not.within.range',
  length: 'contact.datum.length.limit.exceeded',
};

type Refuse = (code: string, field: string, message: string) => void;

/**
 * Reads a contact from the body of a request (Genesys Cloud API, WritableDialerContact). Written by hand instead of
 * by decorators: a thousand contacts come in one call. Adds everything that is wrong to `reasons`, with `path` as
 * the place in the body. Columns that are left out are empty.
 */
export function readContact(
  raw: unknown,
  list: ListColumns,
  path: string,
  reasons: Reason[],
): ContactInput | undefined {
  const before = reasons.length;
  const refuse: Refuse = (code, field, message) => {
    const place = [path, field].filter(Boolean).join('.');
    reasons.push({ code, field: place, message: `${place}: ${message}.` });
  };
  if (!isObject(raw)) {
    refuse('invalid.value', '', 'a contact must be an object with "data"');
    return undefined;
  }
  const contactId = readId(raw.id, refuse);
  const data = readData(raw.data, list.columnNames, refuse);
  const columns = list.whatsAppColumns.map(({ columnName }) => columnName);
  const { whatsappIds, destroyed } = readNumbers(data, columns);
  for (const spec of list.columnDataTypeSpecifications ?? []) {
    const fault = explainCell(spec, data[spec.columnName] ?? '');
    if (fault) refuse(CODE_OF_FAULT[fault.kind], `data.${spec.columnName}`, fault.message);
  }
  for (const { column, message } of destroyed) refuse('invalid.phone.number', `data.${column}`, message);
  const { retention, reasons: wrong } = readRetention(raw, new Date());
  for (const { code, field, message } of wrong) refuse(code, field!, message.replace(/\.$/u, ''));
  if (reasons.length > before) return undefined;
  const callable = typeof raw.callable === 'boolean' ? raw.callable : undefined;
  const kept = retention.retentionType ? { retention } : {};
  return { contactId, data, whatsappIds, callable, ...kept, ...readContactable(raw.contactableStatus) };
}

/** What a bulk edit changes (Genesys Cloud API, ContactBulkEditRequest), with everything that is wrong with it. */
export function readContactChanges(
  raw: Record<string, unknown>,
  list: ListColumns,
): { changes: ContactChanges; reasons: Reason[] } {
  const given = isObject(raw.data) ? Object.keys(raw.data) : [];
  const reasons: Reason[] = [];
  const contact = readContact({ ...raw, id: undefined, data: raw.data ?? {} }, list, 'contact', reasons);
  if (!contact) return { changes: { data: {}, whatsappIds: {} }, reasons };
  const { callable, contactable, uncontactableColumns, whatsappIds } = contact;
  const data = Object.fromEntries(given.map((column) => [column, contact.data[column] ?? '']));
  const changes = { data, whatsappIds, callable, contactable, uncontactableColumns };
  const says = [callable, contactable, uncontactableColumns].some((value) => value !== undefined);
  if (given.length === 0 && !says) {
    const message = 'contact names nothing to change: send data, callable or contactableStatus.';
    reasons.push({ code: 'bad.request', field: 'contact', message });
  }
  return { changes, reasons };
}

function readId(raw: unknown, refuse: Refuse): string {
  if (raw === undefined || raw === null || raw === '') return randomUUID();
  if (typeof raw !== 'string') {
    refuse('invalid.contact.id', 'id', 'must be a text');
    return '';
  }
  const problem = explainContactId(raw);
  if (problem) refuse('invalid.contact.id', 'id', problem);
  return raw;
}

function readData(raw: unknown, columnNames: readonly string[], refuse: Refuse): Record<string, string> {
  const data: Record<string, string> = Object.fromEntries(columnNames.map((name) => [name, '']));
  if (!isObject(raw)) {
    refuse('invalid.contact.columns', 'data', 'must be an object with the values by column');
    return data;
  }
  const known = new Set(columnNames);
  for (const [column, value] of Object.entries(raw)) {
    if (!known.has(column)) {
      refuse('invalid.contact.columns', `data.${column}`, 'the list has no such column');
      continue;
    }
    const text = toText(value);
    if (text === undefined) refuse('invalid.value', `data.${column}`, 'must be a text');
    else if (text.length > MAX_CELL_LENGTH) {
      const message = `has ${text.length} characters, at most ${MAX_CELL_LENGTH} are allowed`;
      refuse('contact.datum.length.limit.exceeded', `data.${column}`, message);
    } else if (isUnstorable(text)) {
      refuse('invalid.value', `data.${column}`, 'has a character that no text has');
    } else data[column] = text;
  }
  return data;
}

// The API types values as texts; scripts send numbers and null as well, and mean the obvious.
function toText(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** `contactableStatus.WhatsApp`; other media are of no use here. */
function readContactable(raw: unknown): Pick<ContactInput, 'contactable' | 'uncontactableColumns'> {
  const status = isObject(raw) ? raw.WhatsApp : undefined;
  if (!isObject(status)) return {};
  const contactable = typeof status.contactable === 'boolean' ? status.contactable : undefined;
  if (!isObject(status.columnStatus)) return { contactable };
  const uncontactableColumns = Object.entries(status.columnStatus)
    .filter(([, column]) => isObject(column) && column.contactable === false)
    .map(([column]) => column);
  return { contactable, uncontactableColumns };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
