import type { Profile, StatusName } from '../outcomes/outcome-profiles.js';
import type { TemplateCategory } from '../seed.js';
import { SlidingMaximum } from './sliding-maximum.js';

/** How the HTTP call of an accepted message ended; anything but `ok` is ambiguous for the client. */
export type AnswerKind = 'ok' | 'dropped' | 'delayed' | 'html' | 'error';

/** One accepted message. */
export interface LedgerRow {
  sequence: number;
  wamid: string;
  phoneNumberId: string;
  /** Recipient as given, its digits, and WhatsApp's own id of it. */
  input: string;
  to: string;
  waId: string;
  callbackData: string | undefined;
  acceptedAt: number;
  endpoint: 'messages' | 'marketing_messages';
  template: string;
  language: string;
  category: TemplateCategory;
  /** Components as sent; kept for the newest rows only. */
  components: unknown;
  profile: Profile;
  answer: AnswerKind;
  /** Statuses told so far, in order. */
  statuses: StatusName[];
  /** The moment that each of them was told with. */
  toldAt: number[];
}

export interface LedgerFilter {
  to?: string;
  wamid?: string;
  /** Start of the callback data. */
  callback?: string;
  phoneNumberId?: string;
  template?: string;
  since?: number;
  until?: number;
}

interface LedgerLimits {
  maxRows: number;
  maxRowsWithComponents: number;
}

const DEFAULT_LIMITS: LedgerLimits = { maxRows: 1_000_000, maxRowsWithComponents: 20_000 };
const MAX_SECONDS = 7_200;

/** Counts keys and how many of them, and how many extra messages, were seen more than once. */
class DuplicateCounter {
  private readonly counts = new Map<string, number>();
  extra = 0;

  get distinct(): number {
    return this.counts.size;
  }

  add(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    if (count > 1) this.extra += 1;
    return count;
  }

  remove(key: string): void {
    const count = this.counts.get(key) ?? 0;
    if (count > 1) {
      this.counts.set(key, count - 1);
      this.extra -= 1;
    } else this.counts.delete(key);
  }

  summary(examples = 20): { keys: number; extra: number; examples: { key: string; count: number }[] } {
    if (this.extra === 0) return { keys: 0, extra: 0, examples: [] };
    const repeated = [...this.counts].filter(([, count]) => count > 1);
    return {
      keys: repeated.length,
      extra: this.extra,
      examples: repeated.slice(0, examples).map(([key, count]) => ({ key, count })),
    };
  }
}

class Rates {
  readonly perMinute = new SlidingMaximum(60_000);
  readonly perSecond = new SlidingMaximum(1_000);
  accepted = 0;

  add(at: number): void {
    this.accepted += 1;
    this.perMinute.add(at);
    this.perSecond.add(at);
  }

  toJSON(): object {
    return {
      accepted: this.accepted,
      maxInAny60Seconds: this.perMinute.maximum,
      maxInAnySecond: this.perSecond.maximum,
    };
  }
}

/**
 * What the simulator accepted and refused, in memory. The newest million rows are kept, the newest 20,000 with their
 * components; totals, rates and rejections cover everything since the start or the last reset, distinct and duplicate
 * counts cover the kept rows.
 */
export class Ledger {
  private rows: LedgerRow[] = [];
  private evicted = 0;
  private recipients = new DuplicateCounter();
  private callbacks = new DuplicateCounter();
  private rates = new Rates();
  private ratesByNumber = new Map<string, Rates>();
  private seconds = new Map<number, number>();
  private rejections = new Map<number, number>();
  private statuses: Record<StatusName, number> = { sent: 0, delivered: 0, read: 0, failed: 0 };
  private failures = new Map<number, number>();
  private answers: Record<AnswerKind, number> = { ok: 0, dropped: 0, delayed: 0, html: 0, error: 0 };

  constructor(private readonly limits: LedgerLimits = DEFAULT_LIMITS) {}

  /** Notes an accepted message; answers how many this recipient has got by now. */
  accept(row: Omit<LedgerRow, 'sequence' | 'statuses' | 'toldAt'>): { row: LedgerRow; nth: number } {
    const sequence = this.evicted + this.rows.length + 1;
    const kept: LedgerRow = { ...row, sequence, statuses: [], toldAt: [] };
    this.rows.push(kept);
    const old = this.rows[this.rows.length - 1 - this.limits.maxRowsWithComponents];
    if (old) old.components = undefined;
    this.count(kept);
    if (this.rows.length > this.limits.maxRows * 1.05) this.evict();
    return { row: kept, nth: this.recipients.add(kept.to) };
  }

  reject(code: number): void {
    this.rejections.set(code, (this.rejections.get(code) ?? 0) + 1);
  }

  /** Notes that a status was told for the first time. */
  tell(row: LedgerRow, { status, code, at }: { status: StatusName; code?: number; at: number }): void {
    row.statuses.push(status);
    row.toldAt.push(at);
    this.statuses[status] += 1;
    if (code !== undefined) this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }

  /** Rows after a sequence number, oldest first. */
  page(filter: LedgerFilter, after: number, limit: number): { rows: LedgerRow[]; next: number | undefined } {
    const found: LedgerRow[] = [];
    const start = Math.max(0, after - this.evicted);
    for (let index = start; index < this.rows.length; index += 1) {
      const row = this.rows[index]!;
      if (!matches(row, filter)) continue;
      if (found.length === limit) return { rows: found, next: found.at(-1)!.sequence };
      found.push(row);
    }
    return { rows: found, next: undefined };
  }

  totals(): object {
    return { accepted: this.rates.accepted, kept: this.rows.length, evicted: this.evicted };
  }

  /** Counts for judging a client; `prefixSegments` compares only that many colon separated parts of the callback data. */
  summary(prefixSegments?: number): object {
    const callbacks = prefixSegments === undefined ? this.callbacks : this.countPrefixes(prefixSegments);
    return {
      ...this.totals(),
      distinctRecipients: this.recipients.distinct,
      distinctCallbacks: callbacks.distinct,
      duplicatesByCallback: callbacks.summary(),
      duplicatesByRecipient: this.recipients.summary(),
      rates: this.rates,
      byPhoneNumber: Object.fromEntries(this.ratesByNumber),
      perSecond: [...this.seconds].map(([second, count]) => ({ second, count })),
      rejections: Object.fromEntries(this.rejections),
      answers: this.answers,
      statuses: this.statuses,
      failures: Object.fromEntries(this.failures),
    };
  }

  private count(row: LedgerRow): void {
    if (row.callbackData !== undefined) this.callbacks.add(row.callbackData);
    this.answers[row.answer] += 1;
    this.rates.add(row.acceptedAt);
    let rates = this.ratesByNumber.get(row.phoneNumberId);
    if (!rates) this.ratesByNumber.set(row.phoneNumberId, (rates = new Rates()));
    rates.add(row.acceptedAt);
    const second = Math.floor(row.acceptedAt / 1_000);
    this.seconds.set(second, (this.seconds.get(second) ?? 0) + 1);
    if (this.seconds.size > MAX_SECONDS) this.seconds.delete(this.seconds.keys().next().value!);
  }

  private countPrefixes(segments: number): DuplicateCounter {
    const counter = new DuplicateCounter();
    for (const row of this.rows) {
      if (row.callbackData !== undefined) counter.add(row.callbackData.split(':', segments).join(':'));
    }
    return counter;
  }

  private evict(): void {
    const surplus = this.rows.length - this.limits.maxRows;
    for (const row of this.rows.splice(0, surplus)) {
      this.recipients.remove(row.to);
      if (row.callbackData !== undefined) this.callbacks.remove(row.callbackData);
    }
    this.evicted += surplus;
  }
}

function matches(row: LedgerRow, filter: LedgerFilter): boolean {
  return (
    (filter.to === undefined || row.to === filter.to || row.waId === filter.to) &&
    (filter.wamid === undefined || row.wamid === filter.wamid) &&
    (filter.callback === undefined || row.callbackData?.startsWith(filter.callback) === true) &&
    (filter.phoneNumberId === undefined || row.phoneNumberId === filter.phoneNumberId) &&
    (filter.template === undefined || row.template === filter.template) &&
    (filter.since === undefined || row.acceptedAt >= filter.since) &&
    (filter.until === undefined || row.acceptedAt < filter.until)
  );
}
