/** An entry as it is written. */
export interface DncEntry {
  value: string;
  matchKey: string;
  expiresAt: Date | null;
}

const MAX_EXPIRATION_DAYS = 180;
const DAY_MS = 24 * 3_600_000;
const EXPIRATION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|\+00:?00)$/u;

/** Entries of each match key once; the last one counts, as if they were added one after the other. */
export function uniqueEntries(entries: readonly DncEntry[]): DncEntry[] {
  return [...new Map(entries.map((entry) => [entry.matchKey, entry])).values()];
}

/** The moment an entry ends, or what is wrong with it (Genesys Cloud API, DNC expiration). */
export function readExpiration(text: string, now: Date): Date | string {
  const moment = EXPIRATION.test(text.trim()) ? new Date(text.trim()) : undefined;
  if (!moment || Number.isNaN(moment.getTime())) {
    return 'expirationDateTime must look like 2027-03-01T00:00Z, in UTC';
  }
  if (moment.getTime() > now.getTime() + MAX_EXPIRATION_DAYS * DAY_MS) {
    return `expirationDateTime may be at most ${MAX_EXPIRATION_DAYS} days ahead`;
  }
  return moment;
}
