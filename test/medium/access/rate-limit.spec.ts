import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { once } from 'node:events';
import { hashSecret } from '../../../src/modules/access/oauth/secret-hash.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { testRedisUrl } from '../../support/database.js';

const ME = '/api/v2/organizations/me';
const ALLOWED = 20;

function login(app: TestApp, clientId: string, secret: string, address?: string) {
  const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
  const call = app.anonymous.post('/oauth/token').set('authorization', `Basic ${basic}`);
  if (address) void call.set('x-forwarded-for', address);
  return call.type('application/x-www-form-urlencoded').send('grant_type=client_credentials');
}

describe('requests of a client', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { API_RATE_LIMIT_PER_MINUTE: String(ALLOWED) } });
  });

  afterAll(() => app?.close());

  it('are counted, and told in the headers of every answer', async () => {
    const client = await app.as(['outbound:contactList:view']);
    const first = await client.get(ME).expect(200);
    expect(first.headers).toMatchObject({
      'inin-ratelimit-count': '1',
      'inin-ratelimit-allowed': String(ALLOWED),
      'inin-ratelimit-reset': expect.stringMatching(/^(?:[1-9]|[1-5]\d|60)$/u),
    });
    const forbidden = await client.get('/api/v2/outbound/dnclists').expect(403);
    expect(forbidden.headers['inin-ratelimit-count']).toBe('2');
    const missing = await client.get(`/api/v2/outbound/contactlists/${randomUUID()}`).expect(404);
    expect(missing.headers['inin-ratelimit-count']).toBe('3');
  });

  it('are refused above the limit, those of another client are not', async () => {
    const client = await app.as(['outbound:contactList:view']);
    const answers: number[] = [];
    for (let at = 0; at < ALLOWED; at += 1) answers.push((await client.get(ME)).status);
    expect(answers).toEqual(Array.from({ length: ALLOWED }, () => 200));
    const refused = await client.get(ME).expect(429);
    expect(refused.body).toMatchObject({
      code: 'too.many.requests',
      status: 429,
      message: `Rate limit exceeded the maximum [${ALLOWED}] requests within [60] seconds`,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers['inin-ratelimit-count']).toBe(String(ALLOWED + 1));
    await (await app.as(['outbound:contactList:view'])).get(ME).expect(200);
  });

  it('[F24] health and webhooks are never refused', async () => {
    for (let at = 0; at < ALLOWED + 5; at += 1) {
      const { headers } = await app.anonymous.get('/health/live').expect(200);
      expect(headers['inin-ratelimit-count']).toBeUndefined();
      const webhook = await app.anonymous.post('/webhooks/whatsapp').send({});
      expect(webhook.body.code).toBe('webhook.signature.invalid');
    }
  });
});

describe('logins', () => {
  const SECRET = 'a-secret-of-a-client';
  let app: TestApp;

  const aClient = async (): Promise<string> => {
    const id = randomUUID();
    await app.db.query(`INSERT INTO oauth_clients (id, name, secret_hash) VALUES ($1, $1, $2)`, [
      id,
      await hashSecret(SECRET),
    ]);
    return id;
  };

  beforeAll(async () => {
    app = await startTestApp({ env: { LOGIN_RATE_LIMIT_PER_MINUTE: '8' } });
  });

  afterAll(() => app?.close());

  it('from one address are limited, from another they are not', async () => {
    for (let at = 0; at < 8; at += 1) {
      await login(app, `client-${at}`, 'wrong', '203.0.113.1').expect(400);
    }
    const refused = await login(app, 'client-x', 'wrong', '203.0.113.1').expect(429);
    expect(refused.body).toMatchObject({
      error: 'invalid_request',
      description: expect.stringContaining('rate limit exceeded'),
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await login(app, 'client-x', 'wrong', '203.0.113.2').expect(400);
  });

  it('that fail again and again must wait longer each time; the right client elsewhere need not', async () => {
    const from = '203.0.113.3';
    for (let at = 0; at < 5; at += 1) await login(app, 'admin', 'wrong', from).expect(400);
    const waiting = await login(app, 'admin', 'admin-secret-of-tests', from).expect(429);
    expect(waiting.headers['retry-after']).toBe('1');
    await login(app, 'admin', 'admin-secret-of-tests', '203.0.113.4').expect(200);
  });

  it('a success ends the row of failures', async () => {
    const from = '203.0.113.5';
    const clientId = await aClient();
    for (let round = 0; round < 2; round += 1) {
      for (let at = 0; at < 3; at += 1) await login(app, clientId, 'wrong', from).expect(400);
      await login(app, clientId, SECRET, from).expect(200);
    }
  });

  it('that fail for one client from everywhere are limited together, whether it exists or not', async () => {
    const clientId = randomUUID();
    for (let at = 0; at < 8; at += 1) {
      await login(app, clientId, 'wrong', `198.51.100.${at}`).expect(400);
    }
    await login(app, clientId, 'wrong', '198.51.100.99').expect(429);
  });

  it('of strangers do not lock out a client where it has logged in before', async () => {
    const [clientId, known] = [await aClient(), '192.0.2.1'];
    await login(app, clientId, SECRET, known).expect(200);
    for (let at = 0; at < 8; at += 1) await login(app, clientId, 'wrong', `192.0.2.${10 + at}`).expect(400);
    await login(app, clientId, SECRET, '192.0.2.99').expect(429);
    await login(app, clientId, SECRET, known).expect(200);
  });
});

describe('without Redis', () => {
  it('requests are answered at once', async () => {
    // A server that takes what is sent and never answers, after a proxy that worked at the start.
    const proxy = await freezableProxy(testRedisUrl());
    const app = await startTestApp({ env: { REDIS_URL: proxy.url, API_RATE_LIMIT_PER_MINUTE: '500' } });
    try {
      await app.admin.get(ME).expect(200);
      proxy.freeze();
      const startedAt = performance.now();
      const answer = await app.admin.get(ME).expect(200);
      expect(performance.now() - startedAt).toBeLessThan(500);
      expect(answer.headers['inin-ratelimit-allowed']).toBe('500');
    } finally {
      proxy.thaw();
      await app.close();
      proxy.close();
    }
  });

  it('every process still limits by itself', async () => {
    const proxy = await freezableProxy(testRedisUrl());
    const app = await startTestApp({ env: { REDIS_URL: proxy.url, API_RATE_LIMIT_PER_MINUTE: '5' } });
    try {
      const client = await app.as(['outbound:contactList:view']);
      proxy.freeze();
      const answers: number[] = [];
      for (let at = 0; at < 6; at += 1) answers.push((await client.get(ME)).status);
      expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
    } finally {
      proxy.thaw();
      await app.close();
      proxy.close();
    }
  });
});

/** Stands before a server; frozen, it takes what is sent and passes nothing on until it thaws. */
async function freezableProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<net.Socket>();
  const upstreams = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(port), hostname);
    sockets.add(socket);
    upstreams.add(upstream);
    socket.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => socket.write(bytes));
    socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: url.toString(),
    freeze: () => upstreams.forEach((upstream) => upstream.pause()),
    thaw: () => upstreams.forEach((upstream) => upstream.resume()),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
