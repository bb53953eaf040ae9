import { randomUUID } from 'node:crypto';
import { readDurationMs } from '../../../kernel/duration.js';
import { secondsOf } from '../callable-times/callable-time.js';
import { isRaw, type Raw, type RuleReader } from '../digital-rules/rule-reader.js';
import {
  CALENDAR_CONDITIONS,
  CALENDAR_OPERATORS,
  type CalendarCondition,
  type CalendarConditionType,
  type CalendarOperator,
  NUMBER_CONDITIONS,
  NUMBER_OPERATORS,
  type NumberCondition,
  type NumberConditionType,
  type RuleCondition,
  type WeekDayOfMonth,
} from './campaign-rule.js';

const TYPES = [...NUMBER_CONDITIONS, ...CALENDAR_CONDITIONS];

/** Which operators a condition on the calendar takes, and how each of its operands reads. */
const CALENDAR: Readonly<
  Record<
    CalendarConditionType,
    {
      operators: CalendarOperator[];
      read: (raw: unknown) => string | number | WeekDayOfMonth | undefined;
      form: string;
    }
  >
> = {
  timeOfDay: {
    operators: ['before', 'after', 'between'],
    read: (raw) => (typeof raw === 'string' ? secondsOf(raw) : undefined),
    form: 'a time of day such as 17:30:00',
  },
  dayOfWeek: {
    operators: ['between', 'in'],
    read: (raw) => dayIn(raw, 7),
    form: 'a day from 1 for Monday to 7 for Sunday',
  },
  dayOfMonth: {
    operators: ['before', 'after', 'between', 'in', 'equals'],
    read: (raw) => (DAY_WORDS.includes(String(raw)) ? String(raw) : dayIn(raw, 31)),
    form: `a day from 1 to 31, or one of LAST_DAY, EVEN_DAY, ODD_DAY`,
  },
  weekDayOfMonth: {
    operators: ['before', 'after', 'between', 'equals'],
    read: readWeekDay,
    form: 'an object with dayOfWeek from 1 to 7, month from 1 to 12 and occurrence from 1 to 4 or -1',
  },
  specificDate: {
    operators: ['before', 'after', 'between', 'equals'],
    read: (raw) => (typeof raw === 'string' && DATE.test(raw) ? raw : undefined),
    form: 'a date as yyyy-MM-dd, or as MM-dd without the year',
  },
};
const DAY_WORDS = ['LAST_DAY', 'EVEN_DAY', 'ODD_DAY'];
const DATE = /^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u;

/** A condition of a campaign rule (Genesys Cloud API, CampaignRuleCondition). */
export function readRuleCondition(given: unknown, reader: RuleReader): RuleCondition {
  const raw = reader.object(given);
  const type = knownType(raw, reader);
  const parameters = isRaw(raw.parameters) ? raw.parameters : {};
  const inside = reader.at('parameters');
  const id = typeof raw.id === 'string' && raw.id !== '' ? raw.id.slice(0, 64) : randomUUID();
  const base = { id, forMs: readForDuration(parameters, inside), wire: { ...raw, id } };
  return isNumberType(type)
    ? { ...base, ...readNumber(type, raw, parameters, reader) }
    : { ...base, ...readCalendar(type, raw, parameters, reader) };
}

function knownType(raw: Raw, reader: RuleReader): NumberConditionType | CalendarConditionType {
  const known = TYPES.find((type) => type === raw.conditionType);
  if (known) return known;
  const message = `must be one of ${TYPES.join(', ')} for WhatsApp campaigns`;
  reader.refuse(message, 'not.offered', 'conditionType');
  return 'campaignProgress';
}

function readForDuration(parameters: Raw, reader: RuleReader): number {
  if (parameters.forDuration == null) return 0;
  const ms = typeof parameters.forDuration === 'string' ? readDurationMs(parameters.forDuration) : undefined;
  if (ms === undefined)
    reader.refuse('must be a duration of ISO 8601 such as PT15M', 'invalid.value', 'forDuration');
  return ms ?? 0;
}

function readNumber(
  type: NumberConditionType,
  raw: Raw,
  parameters: Raw,
  reader: RuleReader,
): Pick<NumberCondition, 'type' | 'operator' | 'value'> {
  const inside = reader.at('parameters');
  const operator = inside.oneOf(parameters, 'operator', NUMBER_OPERATORS);
  const isTime = type === 'campaignRunTime' || type === 'campaignWaitTime';
  const text = inside.text(parameters, 'value');
  const value = isTime ? readDurationMs(text) : Number(text);
  const most = type === 'campaignProgress' ? 100 : Number.MAX_SAFE_INTEGER;
  if (text !== '' && (value === undefined || !(value >= 0 && value <= most))) {
    const form = isTime ? 'a duration of ISO 8601 such as PT2H' : `a number from 0 to ${most}`;
    inside.refuse(`must be ${form}`, 'invalid.value', 'value');
  }
  const waits = isRaw(raw.campaignWaitTimeSettings) ? raw.campaignWaitTimeSettings.waitType : undefined;
  if (type === 'campaignWaitTime' && waits != null && waits !== 'WaitingForContacts') {
    reader.refuse(
      'WhatsApp campaigns wait for contacts only',
      'not.offered',
      'campaignWaitTimeSettings.waitType',
    );
  }
  const runs = isRaw(raw.campaignRunTimeSettings)
    ? raw.campaignRunTimeSettings.includeWaitingTime
    : undefined;
  if (type === 'campaignRunTime' && runs === false) {
    const message = 'run time is counted with waiting time only';
    reader.refuse(message, 'not.offered', 'campaignRunTimeSettings.includeWaitingTime');
  }
  return { type, operator, value: value ?? 0 };
}

function readCalendar(
  type: CalendarConditionType,
  raw: Raw,
  parameters: Raw,
  reader: RuleReader,
): Pick<CalendarCondition, 'type' | 'operator' | 'inverted' | 'operands'> {
  const operator = reader.at('parameters').oneOf(parameters, 'operator', CALENDAR_OPERATORS);
  const { operators, read, form } = CALENDAR[type];
  if (!operators.includes(operator)) {
    reader.refuse(
      `must be one of ${operators.join(', ')} for ${type}`,
      'invalid.value',
      'parameters.operator',
    );
  }
  const all = isRaw(raw.dateTimeParameters) ? raw.dateTimeParameters : {};
  const given = isRaw(all[type]) ? all[type] : {};
  const interval = isRaw(given.interval) ? given.interval : {};
  const place = reader.at('dateTimeParameters', type);
  const one = (value: unknown, field: string): string | number | WeekDayOfMonth | undefined => {
    const operand = read(value);
    if (operand === undefined) place.refuse(`must be ${form}`, 'invalid.value', field);
    const hasOrder = operand !== 'EVEN_DAY' && operand !== 'ODD_DAY';
    if (!hasOrder && operator !== 'in' && operator !== 'equals')
      place.refuse('EVEN_DAY and ODD_DAY go with in and equals only', 'invalid.value', field);
    return operand;
  };
  const inverted = reader.at('dateTimeParameters').flag(all, 'inverted');
  if (operator === 'between') {
    const [min, max] = [one(interval.min, 'interval.min'), one(interval.max, 'interval.max')];
    return { type, operator, inverted, operands: { min, max } };
  }
  if (operator === 'in') {
    const values = place.list(given, 'inSet');
    if (values.length === 0) place.refuse('must name at least one day', 'invalid.value', 'inSet');
    const set = values.map((value, at) => one(value, `inSet.${at}`)).filter((value) => value !== undefined);
    return { type, operator, inverted, operands: { set } };
  }
  return { type, operator, inverted, operands: { threshold: one(given.thresholdValue, 'thresholdValue') } };
}

function dayIn(raw: unknown, last: number): number | undefined {
  const day = typeof raw === 'string' && raw !== '' ? Number(raw) : raw;
  return Number.isInteger(day) && (day as number) >= 1 && (day as number) <= last
    ? (day as number)
    : undefined;
}

function readWeekDay(raw: unknown): WeekDayOfMonth | undefined {
  if (!isRaw(raw)) return undefined;
  const dayOfWeek = dayIn(raw.dayOfWeek, 7);
  const month = raw.month == null ? undefined : dayIn(raw.month, 12);
  const occurrence =
    raw.occurrence == null || raw.occurrence === -1 ? raw.occurrence : dayIn(raw.occurrence, 4);
  const isWrong =
    (raw.month != null && month === undefined) || (raw.occurrence != null && occurrence === undefined);
  if (dayOfWeek === undefined || isWrong) return undefined;
  return { dayOfWeek, month, occurrence: occurrence ?? undefined };
}

function isNumberType(type: string): type is NumberConditionType {
  return (NUMBER_CONDITIONS as readonly string[]).includes(type);
}
