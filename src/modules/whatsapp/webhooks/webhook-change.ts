import { toStorable } from '../../../kernel/storable.js';
import { GREATEST_CODE } from '../cloud-api/provider-errors.js';
import type { OtherItem } from './webhook-items.js';

export type Loose = Record<string, unknown>;

/** One change of a webhook with what surrounds it. */
export interface Change {
  field: string;
  value: Loose;
  wabaId: string | undefined;
  phoneNumberId: string | undefined;
  /** When the time of an item can't be read, it is the time at which it came. */
  now: Date;
  /** Time of the entry, present on account and template events. */
  entryTime: unknown;
}

/** What can't be understood. */
export const other = ({ field, wabaId }: Change, value: unknown): OtherItem => ({
  kind: 'other',
  field,
  wabaId,
  value,
});

export function toObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

/** The objects of a list; anything else in it, or no list at all, is left out. */
export function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(toObject).filter((item) => item !== undefined) : [];
}

/** Text that PostgreSQL can keep, or a number in digits: the platform sends ids both ways. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return toStorable(value) || undefined;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** Code of an error; 0 when it can't be read or is larger than any that is kept. */
export function toCode(value: unknown): number {
  const code = Number(value);
  return Number.isInteger(code) && Math.abs(code) <= GREATEST_CODE ? code : 0;
}

/** Later than this is no time in seconds, but most likely one in milliseconds. */
const LATEST_MS = Date.UTC(2100, 0);

/** Unix seconds, as a number or as text. */
export function toDate(value: unknown, fallback: Date): Date {
  const seconds = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  if (typeof seconds !== 'number' || !(seconds > 0)) return fallback;
  return seconds * 1_000 < LATEST_MS ? new Date(seconds * 1_000) : fallback;
}
