/** A moment at which one message may leave, on the clock of Redis, and the last one at which it still may. */
export interface Slot {
  atUs: number;
  untilUs: number;
}

/** Microseconds on the monotonic clock of this process. */
export const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);

/**
 * Reads slots (moments on the clock of Redis) on the monotonic clock of this process. The true offset lies somewhere
 * within the round trip that measured it; waiting uses its late end and lateness its early end, so that neither a slow
 * answer nor a jump of the wall clock ever lets a message leave outside its slot.
 */
export class SlotClock {
  private constructor(
    private readonly earliestOffsetUs: number,
    private readonly latestOffsetUs: number,
  ) {}

  /** Of a reading of the clock of Redis that was asked for and answered at these moments, see `monotonicUs`. */
  static of(askedAtUs: number, redisUs: number, answeredAtUs: number): SlotClock {
    return new SlotClock(askedAtUs - redisUs, answeredAtUs - redisUs);
  }

  /** When a message of this slot may leave at the earliest, on the clock of this process. */
  beginUs({ atUs }: Slot): number {
    return atUs + this.latestOffsetUs;
  }

  /** True when the slot has passed: the message must not leave in it. */
  isOver({ untilUs }: Slot): boolean {
    return monotonicUs() > untilUs + this.earliestOffsetUs;
  }
}
