const FIRST_WAIT_SECONDS = 30;

/** Seconds until the next attempt after so many failures beyond the free ones: 30, 60, 120, ... up to the longest. */
export function waitAfter(excess: number, longestSeconds: number): number {
  return Math.min(longestSeconds, FIRST_WAIT_SECONDS * 2 ** (excess - 1));
}
