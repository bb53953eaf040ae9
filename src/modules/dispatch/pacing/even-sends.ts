import { SLACK_MS, WINDOW_MS } from './pace.js';
import { monotonicUs } from './slot-clock.js';

const SECOND_US = 1_000_000;
/** Campaigns that have sent nothing for this long are forgotten. */
const FORGET_US = 10 * 60_000_000;
const FORGET_ABOVE = 1_000;

/** When the newest messages left, as many as a second may hold; the oldest is at `oldest`. */
interface Second {
  moments: number[];
  oldest: number;
  lastUs: number;
}

/**
 * Keeps the messages of a campaign that leave one process from coming in a burst. Slots are even, but after a stall of
 * the process many of them are late together, and all still good for their minute. They leave one after the other, and
 * none before a second has gone by since the one that its share of a second is before it: so no second holds more than
 * that share, rounded up, however often a process stalls.
 */
export class EvenSends {
  private readonly seconds = new Map<string, Second>();

  /**
   * When a message may leave whose slot begins and ends at these moments, on the clock that slots are read on; undefined
   * when its slot is over by then. Whoever gets a moment uses it.
   */
  next(
    campaignId: string,
    slot: { beginUs: number; endUs: number },
    spacingUs: number,
    nowUs = monotonicUs(),
  ): number | undefined {
    const second = this.secondOf(campaignId, shareOf(spacingUs));
    const { moments, oldest } = second;
    const dueUs = Math.max(slot.beginUs, moments[oldest]! + SECOND_US);
    if (dueUs > slot.endUs) return undefined;
    moments[oldest] = Math.max(dueUs, nowUs);
    second.oldest = (oldest + 1) % moments.length;
    second.lastUs = dueUs;
    if (this.seconds.size > FORGET_ABOVE) this.forget(nowUs);
    return dueUs;
  }

  /** A rate that changes counts with what has left already. */
  private secondOf(campaignId: string, share: number): Second {
    const known = this.seconds.get(campaignId);
    if (known?.moments.length === share) return known;
    const second = { moments: newestOf(known, share), oldest: 0, lastUs: 0 };
    this.seconds.set(campaignId, second);
    return second;
  }

  private forget(nowUs: number): void {
    for (const [id, { lastUs }] of this.seconds) if (lastUs < nowUs - FORGET_US) this.seconds.delete(id);
  }
}

/** Messages in a second, rounded up, at a spacing of slots. */
function shareOf(spacingUs: number): number {
  const perMinute = ((WINDOW_MS + SLACK_MS) * 1000) / spacingUs;
  return Math.max(1, Math.ceil(perMinute / 60));
}

/** The newest moments, oldest first, after as many that are long past as there are missing. */
function newestOf(known: Second | undefined, share: number): number[] {
  const before = known ? [...known.moments.slice(known.oldest), ...known.moments.slice(0, known.oldest)] : [];
  const kept = before.slice(Math.max(0, before.length - share));
  return [...Array.from({ length: share - kept.length }, () => -Infinity), ...kept];
}
