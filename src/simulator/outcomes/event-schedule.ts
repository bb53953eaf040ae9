interface Entry<T> {
  dueAt: number;
  sequence: number;
  item: T;
}

/** Work done in one go before other work of the process gets its turn. */
const MAX_PER_TURN = 2_000;
/** The longest wait a Node timer can hold. */
const MAX_WAIT_MS = 2_147_483_647;

/**
 * Any number of future items behind a single timer (a binary heap by due time, first in first out on a tie).
 * Times are milliseconds of `Date.now()`.
 */
export class EventSchedule<T> {
  private readonly heap: Entry<T>[] = [];
  private timer: NodeJS.Timeout | undefined;
  private timerDueAt = Infinity;
  private sequence = 0;
  private closed = false;

  constructor(private readonly fire: (item: T) => void) {}

  /** How many items wait. */
  get size(): number {
    return this.heap.length;
  }

  add(item: T, delayMs: number): void {
    if (this.closed) return;
    this.push({ dueAt: Date.now() + Math.max(0, delayMs), sequence: (this.sequence += 1), item });
    this.arm();
  }

  clear(): void {
    this.heap.length = 0;
    this.disarm();
  }

  close(): void {
    this.closed = true;
    this.clear();
  }

  private arm(): void {
    const next = this.heap[0];
    if (!next || this.closed || next.dueAt >= this.timerDueAt) return;
    this.disarm();
    this.timerDueAt = next.dueAt;
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(1, next.dueAt - Date.now()));
    this.timer = setTimeout(() => this.turn(), waitMs);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerDueAt = Infinity;
  }

  private turn(): void {
    this.disarm();
    const now = Date.now();
    for (let done = 0; done < MAX_PER_TURN; done += 1) {
      const first = this.heap[0];
      if (!first || first.dueAt > now) break;
      this.pop();
      this.fire(first.item);
    }
    this.arm();
  }

  private push(entry: Entry<T>): void {
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  private pop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    this.heap[0] = last;
    for (let index = 0; ;) {
      let smallest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.heap.length && this.isBefore(child, smallest)) smallest = child;
      }
      if (smallest === index) return;
      this.swap(index, smallest);
      index = smallest;
    }
  }

  private isBefore(left: number, right: number): boolean {
    const a = this.heap[left]!;
    const b = this.heap[right]!;
    return a.dueAt === b.dueAt ? a.sequence < b.sequence : a.dueAt < b.dueAt;
  }

  private swap(left: number, right: number): void {
    const kept = this.heap[left]!;
    this.heap[left] = this.heap[right]!;
    this.heap[right] = kept;
  }
}
