import { type Dispatcher, Pool, util } from 'undici';
import { toStorable } from '../../../kernel/storable.js';
import type { HeaderValues } from './provider-error.js';

/**
 * How an HTTP exchange ended. `not-sent`: not one byte of the request left this machine. `broken`: it was on its way
 * when the connection failed or time ran out, so nobody knows what the other side did. `withheld`: nothing left, since
 * the caller no longer wanted it to when its turn came.
 */
export type Exchange =
  /** Without headers where it tells of success. */
  | { kind: 'answer'; status: number; headers: HeaderValues; body: unknown }
  | { kind: 'withheld' }
  | { kind: 'not-sent'; reason: string }
  | { kind: 'broken'; reason: string };

export interface ExchangeRequest {
  method: 'GET' | 'POST';
  /** Path and query below the base URL. */
  path: string;
  token: string;
  /** What is sent as JSON; asked for when a connection is free, so that nobody keeps it until then. */
  body?: () => object;
  /** Asked right before the first byte is written, which may be long after the call when connections are scarce. */
  mayStart?: () => boolean;
}

export interface ExchangeLimits {
  connectTimeoutMs: number;
  /** From the call to the last byte of the answer, waiting for a free connection included. */
  totalTimeoutMs: number;
  connections: number;
  maxAnswerBytes: number;
}

/** To the provider, of one process. */
export const PROVIDER_CONNECTIONS = 512;

/** From the call to the last byte of the answer; after it the outcome is known, or known to be unknown. */
export const LONGEST_CALL_MS = 20_000;

const DEFAULT_LIMITS: ExchangeLimits = {
  connectTimeoutMs: 5_000,
  totalTimeoutMs: LONGEST_CALL_MS,
  connections: PROVIDER_CONNECTIONS,
  maxAnswerBytes: 8 * 1024 * 1024,
};

/**
 * Shorter than servers keep idle connections, as a call on one that is just being closed has an unknown end; long enough
 * for the next message of a slow campaign, whose slot may be over by the time that a new one is open.
 */
const KEPT_IDLE_MS = 30_000;

/** HTTP to one origin over kept-alive connections. Never sends a request twice and never throws. */
export class HttpExchange {
  private readonly pool: Pool;
  private readonly prefix: string;
  private readonly limits: ExchangeLimits;
  /** In the order of their calls. They wait here, as those that are not wanted any more then need no connection. */
  private readonly waiting: AnswerCollector[] = [];
  private underWay = 0;
  private isPreparing = false;
  private readonly deadlines: Deadlines;
  /** Of the last request; the next one has mostly the same. */
  private headers: Headers | undefined;

  constructor(baseUrl: string, limits: Partial<ExchangeLimits> = {}) {
    const url = new URL(baseUrl);
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.prefix = url.pathname.replace(/\/+$/u, '');
    this.deadlines = new Deadlines(this.limits.totalTimeoutMs);
    this.pool = new Pool(url.origin, {
      connections: this.limits.connections,
      pipelining: 1,
      connect: { timeout: this.limits.connectTimeoutMs },
      keepAliveTimeout: KEPT_IDLE_MS,
      // One deadline for the whole exchange replaces the library's timers for headers and for gaps in the body.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** How it ended. */
  send(request: ExchangeRequest): Promise<Exchange> {
    return this.sendAndRead(request, (exchange) => exchange);
  }

  /**
   * What `read` makes of how it ended; rejects when `read` throws. Where exchanges are many, that should be little: a
   * promise that was waited for has grown old, and what it was resolved with lives on until the heap is cleared as a
   * whole.
   */
  sendAndRead<T>(request: ExchangeRequest, read: (exchange: Exchange) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const handler = new AnswerCollector(request, this.limits, (exchange) => {
        try {
          resolve(read(exchange));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.ended(handler);
      });
      this.deadlines.keep(handler);
      this.waiting.push(handler);
      this.next();
    });
  }

  /** Opens a connection unless one is free, so that a call which comes in a moment need not wait for that. */
  async prepare(): Promise<void> {
    const isFull = this.underWay >= this.limits.connections;
    if (isFull || this.isPreparing || this.pool.stats.free > 0) return;
    let asked = 0;
    // Wanted when it is its turn and no more once there is a connection, which it leaves behind.
    const opened = this.send({ method: 'GET', path: '/', token: '', mayStart: () => (asked += 1) === 1 });
    this.isPreparing = true;
    await opened;
    this.isPreparing = false;
    this.next();
  }

  /** Ends idle connections, and after a moment also busy ones. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private next(): void {
    while (this.underWay < this.limits.connections && !this.isPreparedFor()) {
      const handler = this.waiting.shift();
      if (!handler) return;
      if (!handler.isWanted()) continue;
      this.underWay += 1;
      handler.isUnderWay = true;
      this.dispatch(handler);
    }
  }

  /** True while a connection is opened for the only call there is: one of its own would take longer. */
  private isPreparedFor(): boolean {
    return this.isPreparing && this.underWay <= 1 && this.waiting.length === 1;
  }

  private dispatch(handler: AnswerCollector): void {
    const { method, path, token, body } = handler.request;
    try {
      const text = body ? JSON.stringify(body()) : null;
      const headers = this.headersFor(token, text !== null);
      this.pool.dispatch({ path: this.prefix + path, method, headers, body: text }, handler);
    } catch (error) {
      handler.fail(error as Error);
    }
  }

  private ended(handler: AnswerCollector): void {
    this.deadlines.forget(handler);
    if (!handler.isUnderWay) return;
    this.underWay -= 1;
    this.next();
  }

  private headersFor(token: string, hasBody: boolean): Record<string, string> {
    if (this.headers?.token !== token) this.headers = headersOf(token);
    return hasBody ? this.headers.withBody : this.headers.bare;
  }
}

/** Of requests with one token. */
interface Headers {
  token: string;
  bare: Record<string, string>;
  withBody: Record<string, string>;
}

function headersOf(token: string): Headers {
  const authorization = `Bearer ${token}`;
  const bare = { authorization, accept: 'application/json', 'user-agent': 'depesche' };
  return { token, bare, withBody: { ...bare, 'content-type': 'application/json' } };
}

/**
 * Ends exchanges whose time is over. All have the same time, so they end in the order of their calls, and one timer does
 * for all of them: a timer of its own costs each call more than the rest of this class.
 */
class Deadlines {
  private readonly open = new Set<AnswerCollector>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly totalMs: number) {}

  keep(exchange: AnswerCollector): void {
    this.open.add(exchange);
    if (!this.timer) this.wait(exchange);
  }

  forget(exchange: AnswerCollector): void {
    this.open.delete(exchange);
    if (this.open.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(oldest: AnswerCollector): void {
    const leftMs = Math.max(1, this.totalMs - oldest.ageMs);
    this.timer = setTimeout(() => this.endOverdue(), leftMs);
  }

  private endOverdue(): void {
    this.timer = undefined;
    for (const exchange of this.open) {
      if (exchange.ageMs < this.totalMs) return this.wait(exchange);
      exchange.abort(new Error(`no complete answer within ${this.totalMs} ms`));
    }
  }
}

const NONE: HeaderValues = {};
const NO_HEADERS: Buffer[] = [];

/**
 * Gathers one answer, and knows whether the request had begun to leave when something failed. By the older interface of
 * the library, as the newer one makes an object of the headers of each answer (a twentieth of a worker's time).
 */
class AnswerCollector implements Dispatcher.DispatchHandler {
  private abortRequest: ((reason?: Error) => void) | undefined;
  private status = 0;
  private rawHeaders: Buffer[] = NO_HEADERS;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private isDone = false;
  /** True while it holds a connection, or is about to. */
  isUnderWay = false;
  private readonly calledAt = performance.now();

  constructor(
    readonly request: ExchangeRequest,
    private readonly limits: ExchangeLimits,
    private readonly end: (exchange: Exchange) => void,
  ) {}

  get ageMs(): number {
    return performance.now() - this.calledAt;
  }

  /** Asked when its turn has come; what is not wanted any more, or has hardly any time left, ends here. */
  isWanted(): boolean {
    const { totalTimeoutMs } = this.limits;
    const { mayStart } = this.request;
    if (mayStart && !mayStart()) this.finish({ kind: 'withheld' });
    else if (this.ageMs > totalTimeoutMs / 2)
      this.fail(new Error(`no connection was free in time for an answer within ${totalTimeoutMs} ms`));
    return !this.isDone;
  }

  // Called right before the first byte is written, and only then: everything that fails earlier was not sent.
  onConnect(abort: (reason?: Error) => void): void {
    // To abort would end the connection, which may have taken too long to open for this one and waits for the next.
    if (!this.isWanted()) throw new Error('given up before a connection was free');
    this.abortRequest = abort;
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    this.status = status;
    this.rawHeaders = rawHeaders;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.maxAnswerBytes) this.abort(new Error('the answer is too large'));
    else this.chunks.push(chunk);
    return true;
  }

  // What is old and of no use any more still keeps what it holds, so it lets go of the answer.
  onComplete(): void {
    const { status, rawHeaders, chunks } = this;
    const body = parseJson(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    const headers = status < 300 ? NONE : (util.parseHeaders(rawHeaders) as HeaderValues);
    rawHeaders.length = 0;
    chunks.length = 0;
    this.finish({ kind: 'answer', status, headers, body });
  }

  onError(error: Error): void {
    this.fail(error);
  }

  fail(error: Error): void {
    this.finish({ kind: this.abortRequest ? 'broken' : 'not-sent', reason: describe(error) });
  }

  abort(reason: Error): void {
    this.fail(reason);
    this.abortRequest?.(reason);
  }

  private finish(exchange: Exchange): void {
    if (this.isDone) return;
    this.isDone = true;
    this.end(exchange);
  }
}

/** How JSON writes what PostgreSQL does not store as text: NUL, and halves of characters. */
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/iu;

const storable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? toStorable(value) : value;

/** Undefined for what is no JSON: proxies answer in HTML. */
function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text, MAY_BE_UNSTORABLE.test(text) ? storable : undefined);
  } catch {
    return undefined;
  }
}

function describe(error: Error & { code?: string }): string {
  const nested = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  const message = error.message || nested?.message || error.name;
  return error.code && !message.includes(error.code) ? `${message} (${error.code})` : message;
}
