/**
 * What counts as a number, in a cell and in a condition: sign, digits, decimal point, blanks around. No thousands, no
 * exponent: whatever a spreadsheet wrote as 4.9E+12 has lost its digits. POSIX for PostgreSQL and JavaScript alike.
 */
export const NUMBER = '^ *[+-]?[0-9]+([.][0-9]+)? *$';

// PostgreSQL 15 fails on a date that does not exist, hence the calendar; years of four digits from 1000 to 2999.
const DAY_OF_MONTH = [
  '[12][0-9]{3}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])',
  '[12][0-9]{3}-(0[469]|11)-(0[1-9]|[12][0-9]|30)',
  '[12][0-9]{3}-02-(0[1-9]|1[0-9]|2[0-8])',
  '[12][0-9](0[48]|[2468][048]|[13579][26])-02-29',
  '(12|16|20|24|28)00-02-29',
].join('|');
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?';

/** A date (its first moment) or date and time of ISO 8601 without time zone, which is UTC. */
export const UTC_MOMENT = `^ *(${DAY_OF_MONTH})([T ]${TIME}Z?)? *$`;
/** Most of what UTC_MOMENT takes, found in a third of the time: days that every month has, no blanks, no fractions. */
export const PLAIN_MOMENT =
  '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z?)?$';
/** Date, time and offset from UTC. */
export const ZONED_MOMENT = `^ *(${DAY_OF_MONTH})[T ]${TIME}[+-](0[0-9]|1[0-4]):?[0-5][0-9] *$`;

const NUMBER_PATTERN = new RegExp(NUMBER, 'u');
const UTC_PATTERN = new RegExp(UTC_MOMENT, 'u');
const ZONED_PATTERN = new RegExp(ZONED_MOMENT, 'u');
const PERIOD = /^P(?:([+-]?\d{1,5})D)?(?:T(?:([+-]?\d{1,5})H)?(?:([+-]?\d{1,5})M)?)?$/u;
const MINUTE_MS = 60_000;

export function isNumber(text: string): boolean {
  return NUMBER_PATTERN.test(text);
}

/**
 * Milliseconds of a period such as P07DT00H00M or P-01DT-08H-30M, counted from now (Genesys Cloud API, contact list
 * filters); undefined for anything else.
 */
export function readPeriod(text: string): number | undefined {
  const parts = PERIOD.exec(text.trim())?.slice(1);
  if (!parts?.some(Boolean)) return undefined;
  const [days, hours, minutes] = parts.map((part) => Number(part ?? 0)) as [number, number, number];
  return ((days * 24 + hours) * 60 + minutes) * MINUTE_MS;
}

/** The moment that a cell or a condition names, in the forms that filters understand; undefined for anything else. */
export function readMoment(text: string): Date | undefined {
  const moment = text.trim().replace(' ', 'T');
  if (ZONED_PATTERN.test(text)) return new Date(moment.replace(/([+-]\d{2})(\d{2})$/u, '$1:$2'));
  if (!UTC_PATTERN.test(text)) return undefined;
  return new Date(moment.includes('T') ? `${moment.replace('Z', '')}Z` : moment);
}
