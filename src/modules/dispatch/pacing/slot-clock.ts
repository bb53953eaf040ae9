import type { Redis } from 'ioredis';
import { SLACK_MS } from './pace.js';

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

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

  static async read(redis: Redis): Promise<SlotClock> {
    const before = nowUs();
    const [seconds, micros] = await redis.time();
    const after = nowUs();
    const redisUs = Number(seconds) * 1_000_000 + Number(micros);
    return new SlotClock(before - redisUs, after - redisUs);
  }

  /** Milliseconds until a message of this slot may leave; 0 or less when it may leave now. */
  waitMs(slotUs: number): number {
    return (slotUs + this.latestOffsetUs - nowUs()) / 1000;
  }

  /** True when the slot has passed by more than the slack: the message must not leave in it. */
  isOver(slotUs: number): boolean {
    return nowUs() - (slotUs + this.earliestOffsetUs) > SLACK_MS * 1000;
  }
}
