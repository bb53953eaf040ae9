import { type Dispatcher, Pool } from 'undici';
import { toStorable } from '../../../kernel/storable.js';
import type { HeaderValues } from './provider-error.js';

/**
 * How an HTTP exchange ended. `not-sent`: not one byte of the request left this machine. `broken`: it was on its way
 * when the connection failed or time ran out, so nobody knows what the other side did. `withheld`: nothing left, since
 * the caller no longer wanted it to when its turn came.
 */
export type Exchange =
  | { kind: 'answer'; status: number; headers: HeaderValues; body: unknown }
  | { kind: 'withheld' }
  | { kind: 'not-sent'; reason: string }
  | { kind: 'broken'; reason: string };

export interface ExchangeRequest {
  method: 'GET' | 'POST';
  /** Path and query below the base URL. */
  path: string;
  token: string;
  /** Sent as JSON. */
  body?: object;
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

/** HTTP to one origin over kept-alive connections. Never sends a request twice and never throws. */
export class HttpExchange {
  private readonly pool: Pool;
  private readonly prefix: string;
  private readonly limits: ExchangeLimits;
  /** In the order of their calls. A connection would be lost if the library had a request that is not wanted any more. */
  private readonly waiting: Waiting[] = [];
  private underWay = 0;
  private readonly deadlines: Deadlines;

  constructor(baseUrl: string, limits: Partial<ExchangeLimits> = {}) {
    const url = new URL(baseUrl);
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.prefix = url.pathname.replace(/\/+$/u, '');
    this.deadlines = new Deadlines(this.limits.totalTimeoutMs);
    this.pool = new Pool(url.origin, {
      connections: this.limits.connections,
      pipelining: 1,
      connect: { timeout: this.limits.connectTimeoutMs },
      // One deadline for the whole exchange replaces the library's timers for headers and for gaps in the body.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  send(request: ExchangeRequest): Promise<Exchange> {
    return new Promise((resolve) => {
      const handler = new AnswerCollector(this.limits, request.mayStart, (exchange, wasUnderWay) => {
        this.deadlines.forget(handler);
        resolve(exchange);
        if (!wasUnderWay) return;
        this.underWay -= 1;
        this.next();
      });
      this.deadlines.keep(handler);
      this.waiting.push({ request, handler });
      this.next();
    });
  }

  /** Ends idle connections, and after a moment also busy ones. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private next(): void {
    while (this.underWay < this.limits.connections) {
      const turn = this.waiting.shift();
      if (!turn) return;
      const { request, handler } = turn;
      if (!handler.isWanted()) continue;
      this.underWay += 1;
      handler.isUnderWay = true;
      this.dispatch(request, handler);
    }
  }

  private dispatch(request: ExchangeRequest, handler: AnswerCollector): void {
    const headers: Record<string, string> = {
      authorization: `Bearer ${request.token}`,
      accept: 'application/json',
      'user-agent': 'depesche',
    };
    if (request.body) headers['content-type'] = 'application/json';
    const body = request.body ? Buffer.from(JSON.stringify(request.body)) : null;
    try {
      this.pool.dispatch(
        { path: this.prefix + request.path, method: request.method, headers, body },
        handler,
      );
    } catch (error) {
      handler.fail(error as Error);
    }
  }
}

interface Waiting {
  request: ExchangeRequest;
  handler: AnswerCollector;
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

/** Gathers one answer, and knows whether the request had begun to leave when something failed. */
class AnswerCollector implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: HeaderValues = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private isDone = false;
  /** True while it holds a connection, or is about to. */
  isUnderWay = false;
  private readonly calledAt = performance.now();

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly mayStart: (() => boolean) | undefined,
    private readonly end: (exchange: Exchange, wasUnderWay: boolean) => void,
  ) {}

  get ageMs(): number {
    return performance.now() - this.calledAt;
  }

  /** Asked when its turn has come; what is not wanted any more, or has hardly any time left, ends here. */
  isWanted(): boolean {
    const { totalTimeoutMs } = this.limits;
    if (this.mayStart && !this.mayStart()) this.finish({ kind: 'withheld' });
    else if (this.ageMs > totalTimeoutMs / 2)
      this.fail(new Error(`no connection was free in time for an answer within ${totalTimeoutMs} ms`));
    return !this.isDone;
  }

  // Called right before the first byte is written, and only then: everything that fails earlier was not sent.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isWanted()) this.controller = controller;
    else controller.abort(new Error('given up before a connection was free'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.maxAnswerBytes) this.abort(new Error('the answer is too large'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const { status, headers } = this;
    this.finish({
      kind: 'answer',
      status,
      headers,
      body: parseJson(this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(error: Error): void {
    this.finish({ kind: this.controller ? 'broken' : 'not-sent', reason: describe(error) });
  }

  abort(reason: Error): void {
    this.fail(reason);
    this.controller?.abort(reason);
  }

  private finish(exchange: Exchange): void {
    if (this.isDone) return;
    this.isDone = true;
    this.end(exchange, this.isUnderWay);
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
