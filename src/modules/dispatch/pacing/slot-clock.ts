/** When one message may leave, on the clock of Redis. */
export interface Slot {
  /** From then on. */
  atUs: number;
  /** The call must begin by then, which leaves time for the way to the first byte. */
  beginByUs: number;
  /** The first byte must leave by then, so that no second holds too many. */
  leaveByUs: number;
  /** The same, so that no minute holds too many. */
  untilUs: number;
}

/** Microseconds on the monotonic clock of this process. */
export const monotonicUs = (): number => Math.floor(performance.now() * 1000);

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

  /** Where the clock of Redis is known to be so much ahead of that of this process, at least and at most. */
  static between(leastUs: number, mostUs: number): SlotClock {
    return new SlotClock(-mostUs, -leastUs);
  }

  /** When a message of this slot may leave at the earliest, on the clock of this process. */
  beginUs({ atUs }: Slot): number {
    return atUs + this.latestOffsetUs;
  }

  /** True when no call may begin in the slot any more. */
  isLate({ beginByUs }: Slot): boolean {
    return monotonicUs() > beginByUs + this.earliestOffsetUs;
  }

  /** True when the slot has passed: the message must not leave in it. */
  isOver({ leaveByUs, untilUs }: Slot): boolean {
    return monotonicUs() > Math.min(leaveByUs, untilUs) + this.earliestOffsetUs;
  }
}

/** What two good clocks may differ by more after a second, and what a reading may be wrong by. */
const DRIFT = 0.001;
const TOLERANCE_US = 10_000;

/**
 * Notices when the clock of Redis jumps: when somebody sets it, or when another server with a clock of its own takes
 * over. Slots that were given out before mean nothing on the new clock, so whoever reads it must let them pass first.
 */
export class ClockWatch {
  private known: { leastUs: number; mostUs: number; atUs: number } | undefined;
  private jumpedAtUs: number | undefined;

  /**
   * Takes a reading of the clock of Redis that was asked for and answered at these moments, see `monotonicUs`. Answers
   * how to read slots on the clock of this process: what is known from earlier readings makes a slow one exact.
   */
  read(askedAtUs: number, redisUs: number, answeredAtUs: number): SlotClock {
    const [leastUs, mostUs] = [redisUs - answeredAtUs, redisUs - askedAtUs];
    const driftUs = this.known ? (answeredAtUs - this.known.atUs) * DRIFT : 0;
    const before = this.known && {
      leastUs: this.known.leastUs - driftUs,
      mostUs: this.known.mostUs + driftUs,
    };
    if (before && leastUs <= before.mostUs + TOLERANCE_US && mostUs >= before.leastUs - TOLERANCE_US) {
      const [least, most] = [Math.max(leastUs, before.leastUs), Math.min(mostUs, before.mostUs)];
      if (least > most) return SlotClock.between(leastUs, mostUs);
      this.known = { leastUs: least, mostUs: most, atUs: answeredAtUs };
      return SlotClock.between(least, most);
    }
    if (before) this.jumpedAtUs = answeredAtUs;
    this.known = { leastUs, mostUs, atUs: answeredAtUs };
    return SlotClock.between(leastUs, mostUs);
  }

  /** How much of the time after the last jump is left, in microseconds; 0 when none. */
  leftUs(afterJumpUs: number): number {
    if (this.jumpedAtUs === undefined) return 0;
    return Math.max(0, this.jumpedAtUs + afterJumpUs - monotonicUs());
  }
}
