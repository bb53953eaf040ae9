/** Messages per second by level (WhatsApp Cloud API, throughput). Coexistence numbers have a fixed rate. */
export const THROUGHPUT = { STANDARD: 80, HIGH: 1_000, COEXISTENCE: 20 } as const;

/** Fills at `ratePerSecond` up to `capacity`; times are milliseconds. */
export class TokenBucket {
  private tokens: number | undefined;
  private filledAt = 0;

  /** Takes one token if there is one. */
  take(ratePerSecond: number, capacity: number, now: number): boolean {
    this.refill(ratePerSecond, capacity, now);
    if (this.tokens! < 1) return false;
    this.tokens! -= 1;
    return true;
  }

  /** Takes one token even if there is none: inbound messages count but cannot be refused. */
  force(ratePerSecond: number, capacity: number, now: number): void {
    this.refill(ratePerSecond, capacity, now);
    this.tokens! -= 1;
  }

  private refill(ratePerSecond: number, capacity: number, now: number): void {
    const gained = (Math.max(0, now - this.filledAt) * ratePerSecond) / 1_000;
    this.tokens = this.tokens === undefined ? capacity : Math.min(capacity, this.tokens + gained);
    this.filledAt = Math.max(this.filledAt, now);
  }
}

/** One bucket per business phone number. */
export class ThroughputLimiter {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly settings: { throughputBurstSeconds: number }) {}

  allows(phoneNumberId: string, ratePerSecond: number, now: number): boolean {
    return this.bucket(phoneNumberId).take(ratePerSecond, this.capacity(ratePerSecond), now);
  }

  countInbound(phoneNumberId: string, ratePerSecond: number, now: number): void {
    this.bucket(phoneNumberId).force(ratePerSecond, this.capacity(ratePerSecond), now);
  }

  reset(): void {
    this.buckets.clear();
  }

  private capacity(ratePerSecond: number): number {
    return Math.max(1, ratePerSecond * this.settings.throughputBurstSeconds);
  }

  private bucket(phoneNumberId: string): TokenBucket {
    let bucket = this.buckets.get(phoneNumberId);
    if (!bucket) this.buckets.set(phoneNumberId, (bucket = new TokenBucket()));
    return bucket;
  }
}
