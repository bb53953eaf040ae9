const FIRST_DELAY_MS = 5_000;
const GROWTH = 3;
const LONGEST_DELAY_MS = 3_600_000;
const SPREAD = 0.2;

/** A delivery is tried for this long. */
export const TRIED_FOR_MS = 3 * 86_400_000;
/** A webhook is switched off when it took nothing for this long. */
export const GIVEN_UP_AFTER_MS = 3 * 86_400_000;

/** Longest that a receiver may keep us from trying again by Retry-After. */
const MAX_RETRY_AFTER_MS = 6 * 3_600_000;

/**
 * Milliseconds from a failed attempt to the next one: 5 s, 15 s, 45 s and so on up to an hour, each a fifth more or
 * less so that many do not come at once, and no sooner than the receiver asks for.
 * @param attempts how many there were, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number {
  const delay = Math.min(FIRST_DELAY_MS * GROWTH ** (attempts - 1), LONGEST_DELAY_MS);
  const spread = delay * (1 + SPREAD * (2 * random - 1));
  return Math.round(Math.max(spread, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)));
}

/** Milliseconds that the header Retry-After asks for, given in seconds or as a date; 0 without it. */
export function readRetryAfter(header: string | undefined, now: Date): number {
  if (!header) return 0;
  const ms = /^\d+$/u.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
