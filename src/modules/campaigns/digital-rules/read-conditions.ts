import { isNumber, readMoment, readPeriod } from '../../contact-lists/index.js';
import {
  COLUMN_OPERATORS,
  type ColumnOperator,
  type ConditionSettings,
  type DigitalCondition,
  ORDER_OPERATORS,
  TEXT_OPERATORS,
  TIME_OPERATORS,
  VALUE_TYPES,
  type ValueType,
} from './digital-rule.js';
import { type Raw, type RuleReader } from './rule-reader.js';
import { MESSAGE_DISPOSITIONS } from './wrapup-codes.js';

type Kind = keyof ConditionSettings;
type Reading = { [K in Kind]: (raw: Raw, reader: RuleReader) => ConditionSettings[K] };

const OPERATORS_OF: Readonly<Record<ValueType, readonly ColumnOperator[]>> = {
  String: [...TEXT_OPERATORS, ...ORDER_OPERATORS],
  Numeric: ['Equals', ...ORDER_OPERATORS],
  DateTime: ['Equals', ...TIME_OPERATORS],
  Period: TIME_OPERATORS,
};

const READING: Reading = {
  contactColumnConditionSettings: readColumn,
  contactAddressConditionSettings: readText,
  contactAddressTypeConditionSettings: readText,
  lastAttemptByColumnConditionSettings: (raw, reader) => ({
    ...raw,
    whatsAppColumnName: reader.text(raw, 'whatsAppColumnName'),
    ...readPeriodTest(raw, reader),
  }),
  lastAttemptOverallConditionSettings: (raw, reader) => ({
    mediaTypes: readMediaTypes(raw, reader),
    ...readPeriodTest(raw, reader),
  }),
  lastResultByColumnConditionSettings: (raw, reader) => ({
    ...raw,
    whatsAppColumnName: reader.text(raw, 'whatsAppColumnName'),
    whatsAppWrapupCodes: readWrapupCodes(raw, reader),
  }),
  lastResultOverallConditionSettings: (raw, reader) => ({
    ...raw,
    whatsAppWrapupCodes: readWrapupCodes(raw, reader),
  }),
};

const WHY_NOT = {
  dataActionConditionSettings:
    'no other server is asked while messages are sent; bring its answer into a column of the list and test that',
};

const KINDS = Object.keys(READING) as Kind[];

/** A condition of a rule (Genesys Cloud API, DigitalCondition). What concerns SMS and email is kept and never asked. */
export function readCondition(given: unknown, reader: RuleReader): DigitalCondition {
  const raw = reader.object(given);
  const inverted = reader.flag(raw, 'inverted');
  const kind = reader.kindOf(raw, KINDS, 'ConditionSettings', WHY_NOT);
  if (!kind) return { inverted };
  const inside = reader.at(kind);
  return { inverted, [kind]: READING[kind](inside.object(raw[kind]), inside) };
}

/** Media types of which WhatsApp must be one: the others don't happen here. */
export function readMediaTypes(raw: Raw, reader: RuleReader): string[] {
  const mediaTypes = reader.texts(raw, 'mediaTypes');
  const isWhatsApp = mediaTypes.some((type) => type.toLowerCase() === 'whatsapp');
  if (!isWhatsApp) reader.refuse('must name WhatsApp', 'invalid.value', 'mediaTypes');
  return mediaTypes;
}

function readColumn(raw: Raw, reader: RuleReader): ConditionSettings['contactColumnConditionSettings'] {
  const before = reader.reasons.length;
  const settings = {
    columnName: reader.text(raw, 'columnName'),
    operator: reader.oneOf(raw, 'operator', COLUMN_OPERATORS),
    valueType: reader.oneOf(raw, 'valueType', VALUE_TYPES),
    value: readValue(raw, reader),
  };
  if (reader.reasons.length > before) return settings;
  const operators = OPERATORS_OF[settings.valueType];
  if (!operators.includes(settings.operator)) {
    reader.refuse(
      `must be one of ${operators.join(', ')} for ${settings.valueType}`,
      'invalid.value',
      'operator',
    );
  }
  explainValue(settings.valueType, settings.value, reader);
  return settings;
}

// Whether a cell is empty may be asked as well.
function readValue(raw: Raw, reader: RuleReader): string {
  return raw.value === '' && String(raw.valueType).toLowerCase() === 'string'
    ? ''
    : reader.text(raw, 'value');
}

function explainValue(type: ValueType, value: string, reader: RuleReader): void {
  const wrong = (what: string): void => reader.refuse(`"${value}" is no ${what}`, 'invalid.value', 'value');
  if (type === 'Numeric' && !isNumber(value)) wrong('number');
  if (type === 'DateTime' && !readMoment(value)) wrong('moment of ISO 8601, such as 2026-12-24T18:00Z');
  if (type === 'Period' && readPeriod(value) === undefined) wrong('period such as P-01DT00H00M');
}

function readText(raw: Raw, reader: RuleReader): ConditionSettings['contactAddressConditionSettings'] {
  return { operator: reader.oneOf(raw, 'operator', TEXT_OPERATORS), value: reader.text(raw, 'value') };
}

function readPeriodTest(
  raw: Raw,
  reader: RuleReader,
): Pick<ConditionSettings['lastAttemptOverallConditionSettings'], 'operator' | 'value'> {
  const test = { operator: reader.oneOf(raw, 'operator', TIME_OPERATORS), value: reader.text(raw, 'value') };
  if (test.value !== '') explainValue('Period', test.value, reader);
  return test;
}

function readWrapupCodes(
  raw: Raw,
  reader: RuleReader,
): ConditionSettings['lastResultOverallConditionSettings']['whatsAppWrapupCodes'] {
  const codes = reader.texts(raw, 'whatsAppWrapupCodes');
  if (codes.length === 0)
    reader.refuse('must name at least one result', 'invalid.value', 'whatsAppWrapupCodes');
  return codes.map((code, at) =>
    reader.oneOf({ [`whatsAppWrapupCodes.${at}`]: code }, `whatsAppWrapupCodes.${at}`, MESSAGE_DISPOSITIONS),
  );
}
