interface Burst {
  startedAt: number;
  count: number;
}

export interface PairRateSettings {
  pairRateEnabled: boolean;
  pairIntervalMs: number;
  pairBurst: number;
}

const SWEEP_EVERY = 20_000;

/**
 * One message per interval to the same user; a burst inside one interval borrows from the future, so that after n
 * messages the user rests n intervals (WhatsApp Cloud API, throughput: pair rate limits). Times are milliseconds.
 */
export class PairRate {
  private readonly bursts = new Map<string, Burst>();
  private calls = 0;

  constructor(private readonly settings: PairRateSettings) {}

  allows(phoneNumberId: string, recipient: string, now: number): boolean {
    if (!this.settings.pairRateEnabled) return true;
    if ((this.calls += 1) % SWEEP_EVERY === 0) this.sweep(now);
    const key = `${phoneNumberId}:${recipient}`;
    const burst = this.bursts.get(key);
    if (!burst || now >= this.restsUntil(burst)) {
      this.bursts.set(key, { startedAt: now, count: 1 });
      return true;
    }
    const isInBurst = now < burst.startedAt + this.settings.pairIntervalMs;
    if (!isInBurst || burst.count >= this.settings.pairBurst) return false;
    burst.count += 1;
    return true;
  }

  reset(): void {
    this.bursts.clear();
  }

  private restsUntil(burst: Burst): number {
    return burst.startedAt + burst.count * this.settings.pairIntervalMs;
  }

  private sweep(now: number): void {
    for (const [key, burst] of this.bursts) if (now >= this.restsUntil(burst)) this.bursts.delete(key);
  }
}
