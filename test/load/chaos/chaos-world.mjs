// The product as an operator runs it, with a proxy on each of its ways and everything in reach of a SIGKILL.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../../dist/tools/embedded/postgres.js';
import { startRedis } from '../../../dist/tools/embedded/redis.js';
import { portOf, TcpProxy, through } from './tcp-proxy.mjs';

const ADMIN = { id: 'chaos', secret: 'chaos-secret-0123456789' };
const STARTS_WITHIN_MS = 60_000;

export class ChaosWorld {
  static async open() {
    const world = new ChaosWorld();
    world.dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'depesche-chaos-'));
    [world.postgres, world.redis] = await Promise.all([
      startPostgres({ dataDir: world.dataDir }),
      startRedis({ dataDir: world.dataDir }),
    ]);
    world.proxies = {
      postgres: await TcpProxy.to(portOf(world.postgres.url)),
      redis: await TcpProxy.to(portOf(world.redis.url)),
    };
    const secrets = { app: secret(), verify: secret(), access: secret(), control: secret() };
    world.accessToken = secrets.access;
    const port = await freePort();
    world.baseUrl = `http://127.0.0.1:${port}`;
    await world.#startSimulator(secrets);
    world.env = {
      ...process.env,
      NODE_ENV: 'test',
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_URL: through(world.postgres.url, world.proxies.postgres),
      REDIS_URL: through(world.redis.url, world.proxies.redis),
      DATA_DIR: world.dataDir,
      ADMIN_CLIENT_ID: ADMIN.id,
      ADMIN_CLIENT_SECRET: ADMIN.secret,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      WHATSAPP_GRAPH_URL: `http://127.0.0.1:${world.proxies.provider.port}`,
      WHATSAPP_APP_SECRET: secrets.app,
      WHATSAPP_VERIFY_TOKEN: secrets.verify,
      LOG_LEVEL: process.env.CHAOS_LOG_LEVEL ?? 'fatal',
      LOG_FORMAT: 'json',
      API_RATE_LIMIT_PER_MINUTE: '1000000',
    };
    world.workers = [];
    await world.startApi();
    await world.startWorker();
    await world.startWorker();
    await world.until(
      'the product being ready',
      async () => (await fetch(`${world.baseUrl}/health/ready`)).ok,
    );
    return world;
  }

  async startApi() {
    this.api = await start('dist/main.js', { ...this.env, PROCESS_ROLE: 'api' });
    this.token = undefined;
  }

  async startWorker() {
    this.workers.push(await start('dist/main.js', { ...this.env, PROCESS_ROLE: 'worker' }));
  }

  /** Redis comes back with what it had, or with nothing. */
  async restartRedis({ isWiped }) {
    process.kill(this.redis.pid, 'SIGKILL');
    await this.redis.exited;
    if (isWiped) await fs.rm(path.join(this.dataDir, 'redis', 'data'), { recursive: true, force: true });
    this.redis = await startRedis({ dataDir: this.dataDir });
    this.proxies.redis.target = portOf(this.redis.url);
  }

  /** PostgreSQL stops as it should, or at once and without a word to anybody. */
  async restartPostgres({ isCrash }) {
    if (isCrash) {
      process.kill(this.postgres.pid, 'SIGQUIT');
      await this.postgres.exited;
    } else await this.postgres.stop();
    this.postgres = await startPostgres({ dataDir: this.dataDir });
    this.proxies.postgres.target = portOf(this.postgres.url);
  }

  /** Asks PostgreSQL itself, by no proxy. */
  async query(sql, params) {
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query(sql, params)).rows;
    } finally {
      await client.end();
    }
  }

  async control(method, route, body) {
    const answer = await fetch(`${this.simulatorUrl}/__sim${route}`, {
      method,
      headers: { 'x-sim-key': this.controlKey, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`simulator ${route}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** What the provider accepted, in order. */
  async ledger() {
    const rows = [];
    for (;;) {
      const page = await this.control('GET', `/ledger?limit=1000&after=${rows.at(-1)?.sequence ?? 0}`);
      if (page.rows.length === 0) return rows;
      rows.push(...page.rows);
    }
  }

  async call(method, route, body) {
    this.token ??= await this.#login();
    const answer = await fetch(`${this.baseUrl}${route}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async until(what, ask, withinMs = STARTS_WITHIN_MS) {
    const end = performance.now() + withinMs;
    for (let last; ; await sleep(100)) {
      try {
        last = await ask();
        if (last) return last;
      } catch (error) {
        last = error;
      }
      if (performance.now() > end) throw new Error(`${what} did not happen within ${withinMs} ms: ${last}`);
    }
  }

  async close() {
    await Promise.all([...(this.workers ?? []), this.api, this.simulator].map(end));
    for (const proxy of Object.values(this.proxies ?? {})) await proxy.close();
    await this.redis.stop();
    await this.postgres.stop();
    await fs.rm(this.dataDir, { recursive: true, force: true });
  }

  async #login() {
    const answer = await fetch(`${this.baseUrl}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${ADMIN.id}:${ADMIN.secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!answer.ok) throw new Error(`login: ${answer.status}`);
    return (await answer.json()).access_token;
  }

  async #startSimulator(secrets) {
    const port = await freePort();
    this.simulatorUrl = `http://127.0.0.1:${port}`;
    this.controlKey = secrets.control;
    this.proxies.provider = await TcpProxy.to(port);
    this.simulator = await start('dist/simulator/main.js', {
      ...process.env,
      SIM_PORT: String(port),
      SIM_CALLBACK_URL: `${this.baseUrl}/webhooks/whatsapp`,
      SIM_APP_SECRET: secrets.app,
      SIM_VERIFY_TOKEN: secrets.verify,
      SIM_ACCESS_TOKEN: secrets.access,
      SIM_CONTROL_KEY: secrets.control,
    });
    await this.control('POST', '/config', { timeScale: 0.01, suffixProfiles: false });
  }
}

/** Ends a process as a crash does. */
export async function crash(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Ends a process as an operator does; answers how many milliseconds it took. */
export async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return 0;
  const startedAt = performance.now();
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  return performance.now() - startedAt;
}

async function start(file, env) {
  const child = fork(path.resolve(file), [], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file} ended (${code ?? signal}) before it was ready`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return child;
}

function secret() {
  return randomBytes(16).toString('hex');
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
