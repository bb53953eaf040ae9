import { eventually } from '../../support/eventually.js';
import net, { type AddressInfo, type Socket } from 'node:net';
import { HttpExchange, type ExchangeLimits } from '../../../src/modules/whatsapp/cloud-api/http-exchange.js';
import { toSendOutcome } from '../../../src/modules/whatsapp/cloud-api/send-outcome.js';

type Behaviour = (socket: Socket, request: string) => void;

/** A TCP server that shows each request to `behave` once its body is there, and counts connections and requests. */
class RawServer {
  connections = 0;
  readonly requests: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = net.createServer((socket) => {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    this.onConnect?.(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (!isComplete(text)) return;
      this.requests.push(text);
      this.behave(socket, text);
      text = '';
    });
  });

  constructor(
    private readonly behave: Behaviour,
    private readonly onConnect?: (socket: Socket) => void,
  ) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function isComplete(text: string): boolean {
  const [head, body] = text.split('\r\n\r\n');
  const length = Number(/content-length: (\d+)/iu.exec(head ?? '')?.[1] ?? 0);
  return body !== undefined && Buffer.byteLength(body) >= length;
}

function answer(status: string, body: string, type = 'application/json'): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const ACCEPTED = answer('200 OK', '{"messages":[{"id":"wamid.A"}]}');
const post = {
  method: 'POST',
  path: '/v26.0/1/messages',
  token: 'secret',
  body: () => ({ to: '+49' }),
} as const;

describe('HttpExchange', () => {
  const closers: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function start(
    behave: Behaviour,
    limits: Partial<ExchangeLimits> = {},
    onConnect?: (socket: Socket) => void,
  ): Promise<{ server: RawServer; exchange: HttpExchange }> {
    const server = new RawServer(behave, onConnect);
    const url = await server.listen();
    closers.push(() => server.close());
    return { server, exchange: open(url, limits) };
  }

  function open(url: string, limits: Partial<ExchangeLimits> = {}): HttpExchange {
    const exchange = new HttpExchange(url, limits);
    closers.push(() => exchange.close());
    return exchange;
  }

  const outcome = async (exchange: HttpExchange): Promise<ReturnType<typeof toSendOutcome>> =>
    toSendOutcome(await exchange.send(post));

  it('sends JSON with the token and reads the answer', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    expect(await outcome(exchange)).toMatchObject({ kind: 'accepted', wamid: 'wamid.A' });
    expect(server.requests[0]).toMatch(/^POST \/v26\.0\/1\/messages HTTP\/1\.1\r\n/u);
    expect(server.requests[0]).toMatch(/\r\nauthorization: Bearer secret\r\n/u);
    expect(server.requests[0]).toMatch(/\r\ncontent-type: application\/json\r\n/u);
    expect(server.requests[0]).toMatch(/\{"to":"\+49"\}$/u);
  });

  it('reads words as they can be stored', async () => {
    const body =
      '{"error":{"code":1,"message":"a\\u0000b \\ud83d\\ude00 \\ud83d.","error_data":"\\\\u0000"}}';
    const { exchange } = await start((socket) => socket.write(answer('400 Bad Request', body)));
    expect(await outcome(exchange)).toMatchObject({
      error: { title: 'ab \u{1f600} .', details: '\\u0000' },
    });
  });

  it('keeps connections alive', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    for (let i = 0; i < 10; i += 1) await exchange.send(post);
    expect(server.requests).toHaveLength(10);
    // The library may open a second one while it still tidies up the first.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('refused connection: not sent', async () => {
    const server = new RawServer(() => undefined);
    const url = await server.listen();
    await server.close();
    expect(await outcome(open(url))).toMatchObject({
      kind: 'not-sent',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('unknown host: not sent', async () => {
    const result = await outcome(open('http://no-such-host.invalid'));
    expect(result).toMatchObject({ kind: 'not-sent', reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/u) });
  });

  it('server without TLS where TLS is expected: not sent', async () => {
    const { server } = await start(
      () => undefined,
      {},
      (socket) => socket.end('no TLS here'),
    );
    const url = `https://127.0.0.1:${portOf(server)}`;
    expect(await outcome(open(url, { totalTimeoutMs: 2_000 }))).toMatchObject({ kind: 'not-sent' });
  });

  it('server that closes every connection during the TLS handshake: not sent within the deadline', async () => {
    const { server } = await start(
      () => undefined,
      {},
      (socket) => socket.destroy(),
    );
    const result = await outcome(open(`https://127.0.0.1:${portOf(server)}`, { totalTimeoutMs: 500 }));
    expect(result).toMatchObject({ kind: 'not-sent' });
  });

  it('no free connection within the deadline: not sent, also later', async () => {
    const waiting: Socket[] = [];
    const { server, exchange } = await start((socket) => waiting.push(socket), {
      connections: 1,
      totalTimeoutMs: 400,
    });
    const [first, second] = await Promise.all([outcome(exchange), outcome(exchange)]);
    expect(first).toMatchObject({ kind: 'unknown' });
    expect(second).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('400 ms') });
    // The connection becomes free by the abort of the first; what was given up must not leave then.
    expect(await outcome(exchange)).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Behaviour]>([
    ['reset after the request', (socket) => socket.resetAndDestroy()],
    ['closed without an answer', (socket) => socket.end()],
    [
      'closed within the answer',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"mess'),
    ],
    ['not HTTP', (socket) => socket.end('hello\r\n\r\n')],
    ['silent', () => undefined],
    ['slow', (socket) => dribble(socket, ACCEPTED)],
    ['HTML of a proxy with 502', (socket) => socket.write(answer('502 Bad Gateway', '<html>', 'text/html'))],
    ['HTML with 200', (socket) => socket.write(answer('200 OK', '<html>', 'text/html'))],
    ['no body with 200', (socket) => socket.write(answer('200 OK', ''))],
    ['500 with an envelope', (socket) => socket.write(answer('500 E', '{"error":{"code":131000}}'))],
    ['503 without a body', (socket) => socket.write(answer('503 E', ''))],
  ])('%s: unknown, and sent once', async (_name, behave) => {
    const { server, exchange } = await start(behave, { totalTimeoutMs: 500 });
    expect(await outcome(exchange)).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('asks when a connection is free whether the request may still start, and sends nothing when not', async () => {
    const answers: Socket[] = [];
    const { server, exchange } = await start((socket) => answers.push(socket), { connections: 1 });
    const first = exchange.send(post);
    let asked = 0;
    const late = exchange.send({ ...post, mayStart: () => (asked += 1) > 1 });
    const inTime = exchange.send({ ...post, mayStart: () => true });
    await eventually('the first request', () => Promise.resolve(answers.length === 1));
    expect(asked).toBe(0);
    answers[0]!.write(ACCEPTED);
    await expect(late).resolves.toEqual({ kind: 'withheld' });
    await eventually('the third request', () => Promise.resolve(answers.length === 2));
    answers[1]!.write(ACCEPTED);
    expect((await first).kind).toBe('answer');
    expect((await inTime).kind).toBe('answer');
    expect(server.requests).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  it('keeps a connection that took too long to open for a call, and uses it for the next', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED), { connections: 1 });
    for (let n = 0; n < 3; n += 1) {
      let asked = 0;
      // Yes when it is its turn, no once there is a connection.
      const late = exchange.send({ ...post, mayStart: () => (asked += 1) === 1 });
      expect([await late, asked]).toEqual([{ kind: 'withheld' }, 2]);
    }
    expect(await outcome(exchange)).toMatchObject({ kind: 'accepted' });
    expect(server.requests).toHaveLength(1);
    expect(server.connections).toBe(1);
  });

  it('opens a connection ahead of a call, one at a time and none while one is free', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    await Promise.all([exchange.prepare(), exchange.prepare()]);
    await exchange.prepare();
    expect([server.connections, server.requests.length]).toEqual([1, 0]);
    expect(await outcome(exchange)).toMatchObject({ kind: 'accepted' });
    expect([server.connections, server.requests.length]).toEqual([1, 1]);
  });

  it('lets a single call wait for the connection that is being opened, and several open their own', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    const [, single] = await Promise.all([exchange.prepare(), outcome(exchange)]);
    expect([single.kind, server.connections]).toEqual(['accepted', 1]);
    const other = await start((socket) => socket.write(ACCEPTED));
    const calls = [outcome(other.exchange), outcome(other.exchange)];
    void other.exchange.prepare();
    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    expect(other.server.connections).toBeGreaterThanOrEqual(2);
  });

  it('prepares nothing where no connection can be opened, and says nothing', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    await server.close();
    await expect(exchange.prepare()).resolves.toBeUndefined();
  });

  it('[F12] kept connection that the server closes while it is used: unknown, and sent once', async () => {
    let count = 0;
    const { server, exchange } = await start(
      (socket) => {
        count += 1;
        if (count === 1) socket.write(ACCEPTED);
        else socket.destroy();
      },
      { connections: 1 },
    );
    expect(await outcome(exchange)).toMatchObject({ kind: 'accepted' });
    expect(await outcome(exchange)).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  it('answer that never ends: unknown', async () => {
    const { exchange } = await start((socket) => socket.write(answer('200 OK', 'x'.repeat(2_000))), {
      maxAnswerBytes: 1_000,
    });
    expect(await outcome(exchange)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('too large'),
    });
  });

  it('400 with an envelope: refused', async () => {
    const { exchange } = await start((socket) => socket.write(answer('400 E', '{"error":{"code":131021}}')));
    expect(await outcome(exchange)).toMatchObject({ kind: 'rejected', error: { code: 131021 } });
  });

  it('reads the headers of each refusal, one after the other on one connection', async () => {
    let asked = 0;
    const refusal = answer('429 Slow', '{}');
    const { exchange } = await start(
      (socket) =>
        socket.write(refusal.replace('content-type', `retry-after: ${(asked += 1)}\r\ncontent-type`)),
      { connections: 1 },
    );
    for (const nth of ['1', '2', '3'])
      expect(await exchange.send(post)).toMatchObject({ kind: 'answer', headers: { 'retry-after': nth } });
  });

  it('sends the token of each request, and no type where there is no body', async () => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED));
    await exchange.send(post);
    await exchange.send({ method: 'GET', path: '/v26.0/1', token: 'other' });
    await exchange.send(post);
    expect(server.requests.map((request) => /Bearer (\w+)/u.exec(request)?.[1])).toEqual([
      'secret',
      'other',
      'secret',
    ]);
    expect(server.requests.map((request) => request.includes('content-type'))).toEqual([true, false, true]);
  });

  it('asks for a body when a connection is free, and not before', async () => {
    const answers: (() => void)[] = [];
    const { exchange } = await start((socket) => answers.push(() => socket.write(ACCEPTED)), {
      connections: 1,
    });
    const asked: number[] = [];
    const sends = [1, 2].map((nth) => exchange.send({ ...post, body: () => ({ nth: asked.push(nth) }) }));
    await eventually('the first request', () => Promise.resolve(answers.length === 1));
    expect(asked).toEqual([1]);
    answers[0]!();
    await eventually('the second request', () => Promise.resolve(answers.length === 2));
    expect(asked).toEqual([1, 2]);
    answers[1]!();
    await Promise.all(sends);
  });

  it.each([
    ['body', () => ({ ...post, body: () => fail() }), (exchange: unknown) => exchange],
    ['reader', () => post, () => fail()],
  ])('goes on after a %s that throws', async (what, request, read) => {
    const { server, exchange } = await start((socket) => socket.write(ACCEPTED), { connections: 1 });
    const sent = exchange.sendAndRead(request(), read);
    if (what === 'body') expect(await sent).toEqual({ kind: 'not-sent', reason: 'no good' });
    else await expect(sent).rejects.toThrow('no good');
    expect(await outcome(exchange)).toMatchObject({ kind: 'accepted' });
    expect(server.requests).toHaveLength(what === 'body' ? 1 : 2);
  });

  it('closing does not leave a send without an outcome', async () => {
    const received: { now?: () => void } = {};
    const arrived = new Promise<void>((resolve) => (received.now = resolve));
    const { exchange } = await start(() => received.now?.());
    const pending = outcome(exchange);
    await arrived;
    await exchange.close();
    expect(await pending).toMatchObject({ kind: 'unknown' });
    expect(await outcome(exchange)).toMatchObject({ kind: 'not-sent' });
  });
});

function fail(): never {
  throw new Error('no good');
}

function portOf(server: RawServer): number {
  return ((server as unknown as { server: net.Server }).server.address() as AddressInfo).port;
}

/** One byte every 50 ms: each gap is short, the whole is not. */
function dribble(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || sent >= text.length) clearInterval(timer);
    else socket.write(text[sent++]!);
  }, 50);
}
