import { isNumber, readMoment, readPeriod } from '../../contact-lists/index.js';
import type {
  ConditionSettings,
  DigitalAction,
  DigitalCondition,
  DigitalRule,
  RuleCategory,
  TextOperator,
  TimeOperator,
} from './digital-rule.js';

/** What rules may know of a contact at its message. */
export interface RuledContact {
  data: Readonly<Record<string, string>>;
  /** The number that is messaged, digits only. */
  address: string;
  /** Type of the column that the number is in, for example cell. */
  addressType: string;
  /** The last result by WhatsApp column. */
  lastResults: Readonly<Record<string, { wrapupCode: string; at: Date }>>;
}

/** What the rules want done; what they leave alone is not there. */
export interface RuleVerdict {
  doNotSend: boolean;
  /** New values of cells. */
  cells: Record<string, string>;
  /** Append to the DNC lists of the campaign, for ever when null. */
  dnc?: { expiresAt: Date | null };
  markContact: boolean;
  markAddress: boolean;
  templateId?: string;
}

/** A rule asks for something that can't be done with this contact. */
export class RuleFailure extends Error {}

const MAX_CELL = 512;

/**
 * Applies the rules of a category, which are in order, to a contact (Genesys Cloud API, digital rules). All rules whose
 * conditions hold act, each seeing the cells that those before it wrote; after a rule that says not to send, none is
 * looked at any more. A condition on a number or a moment never holds for a cell that is none, inverted or not.
 * Throws RuleFailure.
 */
export function evaluateRules(
  rules: readonly DigitalRule[],
  category: RuleCategory,
  contact: RuledContact,
  now: Date,
): RuleVerdict {
  const verdict: RuleVerdict = { doNotSend: false, cells: {}, markContact: false, markAddress: false };
  for (const rule of rules) {
    if (rule.category !== category) continue;
    const seen = { ...contact, data: { ...contact.data, ...verdict.cells } };
    if (!rule.conditions.every((condition) => holds(condition, seen, now))) continue;
    for (const action of rule.actions) act(action, contact, verdict, now);
    if (verdict.doNotSend) break;
  }
  return verdict;
}

function holds(condition: DigitalCondition, contact: RuledContact, now: Date): boolean {
  const result = test(condition, contact, now);
  return result !== undefined && result !== condition.inverted;
}

/** Undefined for what can't be told. */
function test(condition: DigitalCondition, contact: RuledContact, now: Date): boolean | undefined {
  const {
    contactColumnConditionSettings: column,
    contactAddressConditionSettings: address,
    contactAddressTypeConditionSettings: type,
    lastAttemptByColumnConditionSettings: attemptBy,
    lastAttemptOverallConditionSettings: attempt,
    lastResultByColumnConditionSettings: resultBy,
    lastResultOverallConditionSettings: result,
  } = condition;
  if (column) return testColumn(column, contact.data[column.columnName] ?? '', now);
  if (address) return compareText(contact.address, address.operator, digitsOf(address.value));
  if (type) return compareText(contact.addressType, type.operator, type.value);
  if (attemptBy) {
    return testAttempt(contact.lastResults[attemptBy.whatsAppColumnName]?.at, attemptBy, now);
  }
  if (attempt) return testAttempt(newest(contact)?.at, attempt, now);
  if (resultBy) {
    return names(resultBy.whatsAppWrapupCodes, contact.lastResults[resultBy.whatsAppColumnName]);
  }
  return result ? names(result.whatsAppWrapupCodes, newest(contact)) : undefined;
}

function testColumn(
  { operator, value, valueType }: ConditionSettings['contactColumnConditionSettings'],
  cell: string,
  now: Date,
): boolean | undefined {
  switch (valueType) {
    case 'String':
      return isTextOperator(operator)
        ? compareText(cell, operator, value)
        : compareOrder(order(cell.toLowerCase(), value.toLowerCase()), operator);
    case 'Numeric':
      return isNumber(cell) ? compareOrder(order(Number(cell), Number(value)), operator) : undefined;
    case 'DateTime':
    case 'Period': {
      const moment = readMoment(cell)?.getTime();
      const given =
        valueType === 'Period'
          ? now.getTime() + (readPeriod(value) ?? Number.NaN)
          : readMoment(value)?.getTime();
      return moment === undefined || given === undefined
        ? undefined
        : compareOrder(order(moment, given), operator);
    }
  }
}

// Nobody who was never messaged was messaged before or after a moment.
function testAttempt(
  at: Date | undefined,
  test: { operator: TimeOperator; value: string },
  now: Date,
): boolean {
  if (!at) return false;
  const moment = now.getTime() + (readPeriod(test.value) ?? Number.NaN);
  return test.operator === 'Before' ? at.getTime() < moment : at.getTime() > moment;
}

function names(codes: readonly string[], result: { wrapupCode: string } | undefined): boolean {
  return result !== undefined && codes.includes(result.wrapupCode);
}

function newest({ lastResults }: RuledContact): { wrapupCode: string; at: Date } | undefined {
  return Object.values(lastResults).reduce<{ wrapupCode: string; at: Date } | undefined>(
    (last, result) => (last && last.at >= result.at ? last : result),
    undefined,
  );
}

function isTextOperator(operator: string): operator is TextOperator {
  return ['Equals', 'Contains', 'BeginsWith', 'EndsWith'].includes(operator);
}

/** Whatever the case, as filters compare. */
function compareText(cell: string, operator: TextOperator, value: string): boolean {
  const [text, given] = [cell.toLowerCase(), value.toLowerCase()];
  switch (operator) {
    case 'Equals':
      return text === given;
    case 'Contains':
      return text.includes(given);
    case 'BeginsWith':
      return text.startsWith(given);
    case 'EndsWith':
      return text.endsWith(given);
  }
}

function order<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareOrder(sign: number, operator: string): boolean | undefined {
  switch (operator) {
    case 'Equals':
      return sign === 0;
    case 'LessThan':
    case 'Before':
      return sign < 0;
    case 'LessThanEquals':
      return sign <= 0;
    case 'GreaterThan':
    case 'After':
      return sign > 0;
    case 'GreaterThanEquals':
      return sign >= 0;
    default:
      return undefined;
  }
}

function digitsOf(value: string): string {
  return value.replace(/\D/gu, '');
}

function act(action: DigitalAction, contact: RuledContact, verdict: RuleVerdict, now: Date): void {
  const { updateContactColumnActionSettings: update, appendToDncActionSettings: append } = action;
  if (action.doNotSendActionSettings) verdict.doNotSend = true;
  if (update) {
    for (const [column, value] of Object.entries(update.properties)) {
      const cell = verdict.cells[column] ?? contact.data[column] ?? '';
      verdict.cells[column] =
        update.updateOption === 'CurrentTime' ? now.toISOString() : changed(cell, update.updateOption, value);
    }
  }
  if (append) {
    const ms = append.expire ? (readPeriod(append.expirationDuration ?? '') ?? 0) : undefined;
    verdict.dnc = { expiresAt: ms === undefined ? null : new Date(now.getTime() + ms) };
  }
  if (action.markContactUncontactableActionSettings) verdict.markContact = true;
  if (action.markContactAddressUncontactableActionSettings) verdict.markAddress = true;
  const template = action.setContentTemplateActionSettings?.whatsAppContentTemplateId;
  if (template) verdict.templateId = template;
}

function changed(cell: string, option: 'Set' | 'Increment' | 'Decrement', value: string): string {
  if (option === 'Set') return value;
  if (cell.trim() !== '' && !isNumber(cell)) throw new RuleFailure('a cell to count in holds no number');
  const decimals = Math.max(decimalsOf(cell), decimalsOf(value));
  const by = option === 'Increment' ? Number(value) : -Number(value);
  const counted = (Number(cell) + by).toFixed(Math.min(decimals, 100));
  if (counted.length > MAX_CELL) throw new RuleFailure('a number grew too long for a cell');
  return counted;
}

function decimalsOf(number: string): number {
  return number.trim().split('.')[1]?.length ?? 0;
}
