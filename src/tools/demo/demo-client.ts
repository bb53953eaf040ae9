import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { Credentials } from './demo-credentials.js';

const CALL_TIMEOUT_MS = 20_000;
const POLL_MS = 250;

interface ErrorAnswer {
  message?: string;
  description?: string;
  errors?: { message?: string }[];
}

/** An ordinary client of the API with a token of its own. Every failed call is an Error of one line. */
export class DemoClient {
  private constructor(
    private readonly baseUrl: string,
    private readonly token: string,
    readonly signal: AbortSignal,
  ) {}

  /** Gets a token by client credentials. */
  static async signIn(baseUrl: string, credentials: Credentials, signal: AbortSignal): Promise<DemoClient> {
    const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64');
    const answer = await call<{ access_token: string }>(new URL('/oauth/token', baseUrl), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      signal,
    });
    return new DemoClient(baseUrl, answer.access_token, signal);
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, body);
  }

  /** Puts a file where an answer of the API said, with the headers it said. */
  async upload(url: string, headers: Record<string, string>, file: Buffer): Promise<void> {
    await call(new URL(url), { method: 'PUT', headers, body: file, signal: this.signal });
  }

  /** Asks again and again until `isDone`; throws what `isDone` throws, and when it takes too long. */
  async poll<T>(path: string, what: string, isDone: (answer: T) => boolean, timeoutMs = 20_000): Promise<T> {
    const giveUpAt = Date.now() + timeoutMs;
    for (;;) {
      const answer = await this.get<T>(path);
      if (isDone(answer)) return answer;
      if (Date.now() > giveUpAt) throw new Error(`${what} did not finish within ${timeoutMs / 1000} seconds`);
      await sleep(POLL_MS, undefined, { signal: this.signal });
    }
  }

  private send<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
    return call<T>(new URL(path, this.baseUrl), {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: this.signal,
    });
  }
}

/** One HTTP call with a JSON answer; an answer that is no success becomes an Error that says what was refused and why. */
export async function call<T>(
  url: URL,
  options: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'> & { signal: AbortSignal },
): Promise<T> {
  const answer = await request(url, {
    ...options,
    headersTimeout: CALL_TIMEOUT_MS,
    bodyTimeout: CALL_TIMEOUT_MS,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 200 && answer.statusCode < 300) return (text ? JSON.parse(text) : undefined) as T;
  throw new Error(`${options.method} ${url.pathname} was answered ${answer.statusCode}: ${explain(text)}`);
}

function explain(text: string): string {
  try {
    const { message, description, errors = [] } = JSON.parse(text) as ErrorAnswer;
    const reasons = errors.flatMap((error) => error.message ?? []);
    return reasons.length > 0 ? reasons.join(' ') : (message ?? description ?? 'no reason given');
  } catch {
    return text.slice(0, 200).replaceAll(/\s+/gu, ' ') || 'no reason given';
  }
}
