import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  startSimulator,
  type RunningSimulator,
  type SimulatorOptions,
} from '../../../src/simulator/index.js';
import type { SimulatorSettings } from '../../../src/simulator/settings.js';

export const WABA = '930000000000001';
export const STANDARD = '940000000000001';
export const HIGH = '940000000000002';
export const TOKEN = 'simulator-access-token';
export const SECRET = 'simulator-app-secret';

/** A calm world: nothing duplicated, reordered or early, and quick. */
export const CALM: Partial<SimulatorSettings> = {
  timeScale: 0.01,
  duplicateProbability: 0,
  reorderProbability: 0,
  earlyProbability: 0,
  readProbability: 0,
  batchWindowMs: 5,
};

// Answers and webhooks are looked into freely; the expectations are the types here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
}

export interface Posted {
  raw: Buffer;
  isSigned: boolean;
  body: Json;
}

/** A little webhook receiver that checks the signature over the raw bytes. */
export class Receiver {
  readonly posts: Posted[] = [];
  readonly handshakes: URLSearchParams[] = [];
  /** Statuses to answer with before going back to 200. */
  failures: number[] = [];
  acceptsHandshake = true;
  private readonly server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        this.handshakes.push(url.searchParams);
        response.statusCode = this.acceptsHandshake ? 200 : 403;
        return response.end(url.searchParams.get('hub.challenge'));
      }
      const raw = Buffer.concat(chunks);
      const signature = `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;
      const isSigned = request.headers['x-hub-signature-256'] === signature;
      this.posts.push({ raw, isSigned, body: JSON.parse(raw.toString()) });
      response.statusCode = this.failures.shift() ?? 200;
      return response.end();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Values of all changes of a field, in order of arrival. */
  values(field = 'messages'): Json[] {
    return this.posts.flatMap(({ body }) =>
      body.entry.flatMap((entry: Json) =>
        entry.changes.flatMap((change: Json) => (change.field === field ? [change.value] : [])),
      ),
    );
  }

  statuses(): Json[] {
    return this.values().flatMap((value) => value.statuses ?? []);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Calls of a client with the right token. */
export class Client {
  constructor(readonly base: string) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  get = (path: string): Promise<Answer> => this.call('GET', path);
  post = (path: string, body?: unknown): Promise<Answer> => this.call('POST', path, body);

  register = (id: string): Promise<Answer> =>
    this.post(`/v26.0/${id}/register`, { messaging_product: 'whatsapp', pin: '123456' });

  send = (id: string, message: unknown, endpoint = 'messages'): Promise<Answer> =>
    this.post(`/v26.0/${id}/${endpoint}`, message);
}

/** A message from the positional utility template. */
export const orderUpdate = (to: string, extra: object = {}): Json => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to,
  type: 'template',
  template: {
    name: 'order_update',
    language: { code: 'en_US' },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Zoë' },
          { type: 'text', text: 'A-1' },
        ],
      },
    ],
  },
  ...extra,
});

/** A message from the named marketing template, with a payload on its STOP button. */
export const autumnOffer = (to: string, extra: object = {}): Json => ({
  ...orderUpdate(to, extra),
  template: {
    name: 'autumn_offer',
    language: { code: 'de' },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'voucher', text: 'V1' },
          { type: 'text', parameter_name: 'first_name', text: 'Zoë' },
        ],
      },
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '0',
        parameters: [{ type: 'payload', payload: 'optout:c1' }],
      },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'V1' }] },
    ],
  },
});

/** Repeats a look until it gives something true; fails after the deadline. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  withinMs = 5_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<T, false | null | undefined>;
    if (Date.now() > deadline) throw new Error(`not seen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What one test starts and stops. */
export class Stage {
  readonly receiver = new Receiver();
  private simulator: RunningSimulator | undefined;
  callbackUrl = '';

  async start(options: SimulatorOptions = {}): Promise<Client> {
    this.callbackUrl = await this.receiver.listen();
    return this.restart(options);
  }

  /** Starts the simulator again towards the same receiver. */
  async restart(options: SimulatorOptions = {}): Promise<Client> {
    await this.simulator?.close();
    const settings = { ...CALM, ...options.settings };
    this.simulator = await startSimulator({ callbackUrl: this.callbackUrl, ...options, settings });
    return new Client(this.simulator.url);
  }

  async stop(): Promise<void> {
    await this.simulator?.close();
    await this.receiver.close();
  }
}
