import { explainName } from '../../../kernel/object-name.js';
import type { Reason } from '../../../kernel/reason.js';
import { isSystemColumn } from './system-columns.js';

/** Limits of a contact list (Genesys Cloud API, limits). */
export const MAX_COLUMNS = 50;
export const MAX_COLUMN_NAME_LENGTH = 128;
export const MAX_CELL_LENGTH = 512;
export const MAX_CONTACTS = 1_000_000;
export const MAX_CONTACTS_OF_ORGANIZATION = 5_000_000;

/** A column with numbers or addresses, and the column that says when they may be used. */
export interface AddressColumn {
  columnName: string;
  /** Free text: cell, home, ... */
  type: string;
  timeColumn?: string;
}

export const COLUMN_DATA_TYPES = ['NUMERIC', 'TEXT', 'TIMESTAMP'] as const;

export interface ColumnDataTypeSpecification {
  columnName: string;
  columnDataType: (typeof COLUMN_DATA_TYPES)[number];
  min?: number;
  max?: number;
  maxLength?: number;
}

/** What a caller says about a contact list. */
export interface ContactListDefinition {
  name: string;
  columnNames: string[];
  phoneColumns: AddressColumn[];
  emailColumns: AddressColumn[];
  whatsAppColumns: AddressColumn[];
  columnDataTypeSpecifications: ColumnDataTypeSpecification[];
  trimWhitespace: boolean;
}

const ADDRESS_FIELDS = ['phoneColumns', 'emailColumns', 'whatsAppColumns'] as const;
const WORD_OF_FIELD = { phoneColumns: 'phone', emailColumns: 'email', whatsAppColumns: 'whatsapp' } as const;

/** Everything that is wrong with a definition (Genesys Cloud API, contact list body). */
export function explainDefinition(definition: ContactListDefinition): Reason[] {
  return [
    ...explainName(definition.name),
    ...explainColumns(definition.columnNames),
    ...ADDRESS_FIELDS.flatMap((field) => explainAddressColumns(field, definition)),
    ...explainSpecifications(definition),
  ];
}

/** Which of the things that are fixed at creation a definition would change. */
export function explainFixedColumns(
  existing: ContactListDefinition,
  wanted: ContactListDefinition,
): Reason[] {
  const reasons: Reason[] = [];
  if (!sameNames(existing.columnNames, wanted.columnNames)) {
    reasons.push({
      code: 'cannot.update.contact.column.names',
      field: 'columnNames',
      message: 'The columns of a contact list are fixed when it is created; make a new list.',
    });
  }
  for (const field of ADDRESS_FIELDS) {
    if (sameColumns(existing[field], wanted[field])) continue;
    reasons.push({
      code: `cannot.update.${WORD_OF_FIELD[field]}.columns`,
      field,
      message: `The ${field} of a contact list are fixed when it is created; make a new list.`,
    });
  }
  return reasons;
}

function explainColumns(names: readonly string[]): Reason[] {
  const reasons: Reason[] = [];
  const refuse = (code: string, message: string, params?: Record<string, string>): unknown =>
    reasons.push({ code, field: 'columnNames', message, params });
  if (names.length === 0) refuse('no.contact.columns.defined', 'The list needs at least one column.');
  if (names.length > MAX_COLUMNS) {
    const params = { limit: String(MAX_COLUMNS), given: String(names.length) };
    refuse(
      'contact.columns.limit.exceeded',
      `A list may have at most ${params.limit} columns; there are ${params.given}.`,
      params,
    );
  }
  const twice = repeated(names);
  if (twice.length > 0) {
    refuse('not.unique.contact.columns', `Columns are named more than once: ${twice.join(', ')}.`);
  }
  for (const [at, name] of names.entries()) {
    if (name === '') refuse('invalid.contact.columns', `Column ${at + 1} has no name.`);
    if (isSystemColumn(name)) {
      const message = `Column ${at + 1} is named like a column that exports add: ${name}.`;
      refuse('invalid.contact.columns', message, { column: name });
    }
    if (/[\\\u0000-\u001f]/u.test(name)) {
      refuse(
        'invalid.contact.columns',
        `Column ${at + 1} has a backslash or a control character in its name.`,
      );
    }
    if (name.length > MAX_COLUMN_NAME_LENGTH) {
      refuse(
        'contact.column.length.limit.exceeded',
        `The name of column ${at + 1} has more than ${MAX_COLUMN_NAME_LENGTH} characters.`,
      );
    }
  }
  return reasons;
}

function explainAddressColumns(
  field: (typeof ADDRESS_FIELDS)[number],
  definition: ContactListDefinition,
): Reason[] {
  const columns = definition[field];
  const word = WORD_OF_FIELD[field];
  const reasons: Reason[] = [];
  const twice = repeated(columns.map(({ columnName }) => columnName));
  if (twice.length > 0) {
    reasons.push({
      code: `not.unique.${word}.columns`,
      field,
      message: `${field} names columns more than once: ${twice.join(', ')}.`,
    });
  }
  for (const { columnName, timeColumn } of columns) {
    if (isSystemColumn(columnName)) {
      reasons.push({
        code: `system.column.${word}.column`,
        field,
        message: `${field} names "${columnName}", which is a column that exports add.`,
        params: { column: columnName },
      });
    }
    for (const name of [columnName, timeColumn]) {
      if (name === undefined || definition.columnNames.includes(name)) continue;
      reasons.push({
        code: `invalid.contact.${word}.column`,
        field,
        message: `${field} names "${name}", which is not among the columns of the list.`,
        params: { column: name },
      });
    }
  }
  return reasons;
}

function explainSpecifications({ columnNames, ...definition }: ContactListDefinition): Reason[] {
  const field = 'columnDataTypeSpecifications';
  const specifications = definition[field];
  const reasons: Reason[] = [];
  const refuse = (column: string, message: string): unknown =>
    reasons.push({
      code: 'invalid.column.data.type.specification',
      field,
      message: `${field} ${message}.`,
      params: { column },
    });
  for (const name of repeated(specifications.map(({ columnName }) => columnName))) {
    refuse(name, `names "${name}" more than once`);
  }
  for (const { columnName, min, max } of specifications) {
    if (!columnNames.includes(columnName)) {
      refuse(columnName, `names "${columnName}", which is not among the columns of the list`);
    }
    if (min !== undefined && max !== undefined && min > max) {
      refuse(columnName, `has a min of "${columnName}" that is more than its max`);
    }
  }
  return reasons;
}

/** The names that occur more than once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function sameColumns(a: readonly AddressColumn[], b: readonly AddressColumn[]): boolean {
  const key = ({ columnName, type, timeColumn }: AddressColumn): string =>
    JSON.stringify([columnName, type, timeColumn ?? null]);
  return sameNames(a.map(key), b.map(key));
}
