import type { Reason } from '../../../kernel/reason.js';
import { readMoment } from '../filters/cell-values.js';

/**
 * How long something is kept. The API names no values (Genesys Cloud API, retentionType), these are ours: for good, for
 * a number of days from now, until a date.
 */
export const RETENTION_TYPES = ['NEVER', 'DAYS', 'DATE'] as const;
export type RetentionType = (typeof RETENTION_TYPES)[number];

const MAX_RETENTION_DAYS = 3_650;
const DAY_MS = 86_400_000;

/** Retention as a caller sends it. */
export interface RetentionInput {
  retentionType?: unknown;
  retentionDays?: unknown;
  dateExpiration?: unknown;
  /** IANA name; a date without time means its beginning there. */
  timeZone?: unknown;
}

/** Retention as it is stored: all null when nothing was said. */
export interface Retention {
  retentionType: RetentionType | null;
  retentionDays: number | null;
  expiresAt: Date | null;
}

export const NO_RETENTION: Retention = { retentionType: null, retentionDays: null, expiresAt: null };

/** Reads a retention, or tells everything that is wrong with it. Days count from `now`. */
export function readRetention(input: RetentionInput, now: Date): { retention: Retention; reasons: Reason[] } {
  const reasons: Reason[] = [];
  const refuse = (field: string, message: string): unknown =>
    reasons.push({ code: 'invalid.retention', field, message: `${field} ${message}.` });
  const type = typeOf(input);
  if (type === null) return { retention: NO_RETENTION, reasons };
  if (!RETENTION_TYPES.includes(type as RetentionType)) {
    refuse('retentionType', `must be one of ${RETENTION_TYPES.join(', ')}`);
    return { retention: NO_RETENTION, reasons };
  }
  const retention: Retention = { ...NO_RETENTION, retentionType: type as RetentionType };
  if (type === 'DAYS') {
    const days = input.retentionDays;
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MAX_RETENTION_DAYS) {
      refuse('retentionDays', `must be a whole number from 1 to ${MAX_RETENTION_DAYS}`);
    } else {
      retention.retentionDays = days;
      retention.expiresAt = new Date(now.getTime() + days * DAY_MS);
    }
  }
  if (type === 'DATE') {
    const moment = momentIn(input.dateExpiration, input.timeZone);
    if (!moment) refuse('dateExpiration', 'must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z');
    else retention.expiresAt = moment;
  }
  return { retention, reasons };
}

/** True when it is the name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

// Whoever leaves the type out says it by what they set.
function typeOf({ retentionType, retentionDays, dateExpiration }: RetentionInput): string | null {
  if (typeof retentionType === 'string' && retentionType !== '') return retentionType.toUpperCase();
  if (typeof retentionDays === 'number') return 'DAYS';
  return typeof dateExpiration === 'string' && dateExpiration !== '' ? 'DATE' : null;
}

function momentIn(text: unknown, timeZone: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const moment = readMoment(text);
  const isDay = /^\s*\d{4}-\d{2}-\d{2}\s*$/u.test(text);
  if (!moment || !isDay || typeof timeZone !== 'string' || !isTimeZone(timeZone)) return moment;
  return new Date(moment.getTime() - offsetMs(moment, timeZone));
}

// How far the clock of the zone is ahead of UTC at that moment.
function offsetMs(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(moment);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/u.exec(name) ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -ms : ms;
}
