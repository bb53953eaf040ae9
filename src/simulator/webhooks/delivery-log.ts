export interface Attempt {
  /** The same for all attempts of one delivery. */
  id: number;
  attempt: number;
  at: number;
  ms: number;
  updates: number;
  status?: number;
  error?: string;
}

const MAX_ATTEMPTS = 5_000;
const COUNTERS = [
  'delivered',
  'givenUp',
  'unsubscribed',
  'dropped',
  'duplicated',
  'reordered',
  'early',
] as const;
type Counter = (typeof COUNTERS)[number];
const zero = () => Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;

/** What became of the webhooks: totals in updates, answers by HTTP status, and the latest attempts. */
export class DeliveryLog {
  private attempts: Attempt[] = [];
  private posts = 0;
  private answers: Record<string, number> = {};
  private counters = zero();
  private handshakes: { at: number; url: string; problem: string | null }[] = [];

  attempt(attempt: Attempt): void {
    this.posts += 1;
    const answer = attempt.status === undefined ? 'noAnswer' : String(attempt.status);
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
    this.attempts.push(attempt);
    if (this.attempts.length > 2 * MAX_ATTEMPTS) this.attempts.splice(0, MAX_ATTEMPTS);
  }

  handshake(url: string, problem: string | undefined): void {
    this.handshakes.push({ at: Date.now(), url, problem: problem ?? null });
    if (this.handshakes.length > 100) this.handshakes.shift();
  }

  count(counter: Counter, updates: number): void {
    this.counters[counter] += updates;
  }

  describe(latest: number): object {
    return {
      totals: { posts: this.posts, answers: this.answers, updates: this.counters },
      handshakes: this.handshakes,
      attempts: latest > 0 ? this.attempts.slice(-latest) : [],
    };
  }

  clear(): void {
    this.attempts = [];
    this.handshakes = [];
    this.posts = 0;
    this.answers = {};
    this.counters = zero();
  }
}
