/** What an integration may do at this moment. */
export interface Gate {
  /** Milliseconds until the provider may be called again; 0 when it may. */
  heldForMs: number;
  /** The last calls failed: one at a time tries whether the provider works again. */
  isHalfOpen: boolean;
  /** Part of the throughput that may be used, above 0 and at most 1. */
  factor: number;
}

const LEAST_FACTOR = 1 / 16;
/** Regained in a second without throttling: a halved rate is whole again after fifty. */
const REGAINED_PER_SECOND = 0.01;
const LONGEST_HOLD_S = 60;

/** The part of its throughput that an integration has after some time (additive increase). */
export function regained(factor: number, afterMs: number): number {
  return Math.min(1, factor + (Math.max(0, afterMs) / 1000) * REGAINED_PER_SECOND);
}

/** The part that is left after the provider asked for fewer calls (multiplicative decrease). */
export function throttled(factor: number): number {
  return Math.max(LEAST_FACTOR, factor / 2);
}

/** How long to call nobody after so many outages in a row, in seconds; twice as long each time. */
export function holdSeconds(outages: number): number {
  return Math.min(LONGEST_HOLD_S, 2 ** Math.min(10, Math.max(0, outages - 1)));
}
