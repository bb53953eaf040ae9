// PostgreSQL, Redis, the simulator and workers for the benchmarks of the engine, all on this machine.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../../dist/database/migrate.js';
import { bootstrapOrganization } from '../../../dist/modules/access/index.js';
import { loadConfig } from '../../../dist/platform/config/load-config.js';
import { startPostgres } from '../../../dist/tools/embedded/postgres.js';
import { startRedis } from '../../../dist/tools/embedded/redis.js';
import { withWorkerMemory } from '../../../dist/tools/launcher/worker-memory.js';

import { PHONE_NUMBER_ID } from './fixtures.mjs';
import { pidsWith, processorSecondsOf } from './processor-time.mjs';

export class BenchWorld {
  /** With other settings of PostgreSQL than the usual ones, for profiling. */
  static async open(settings) {
    const world = new BenchWorld();
    world.dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'depesche-bench-'));
    [world.postgres, world.redis] = await Promise.all([
      startPostgres({ dataDir: world.dataDir, settings }),
      startRedis({ dataDir: world.dataDir }),
    ]);
    world.db = new pg.Pool({ connectionString: world.postgres.url, max: 4 });
    world.env = {
      ...process.env,
      DATABASE_URL: world.postgres.url,
      REDIS_URL: world.redis.url,
      DATA_DIR: world.dataDir,
      LOG_LEVEL: 'error',
      LOG_FORMAT: 'json',
      NODE_ENV: 'production',
      PROCESS_ROLE: 'worker',
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_CLIENT_ID: 'bench',
      ADMIN_CLIENT_SECRET: 'bench-secret-0123456789',
      SIM_TOKEN: 'bench-access-token-0123456789',
    };
    await migrate(world.postgres.url, (db) => bootstrapOrganization(db, loadConfig(world.env)));
    world.children = [];
    return world;
  }

  /** The simulator without limits of its own, each answer `latencyMs` late; no webhooks. */
  async startSimulator(latencyMs) {
    const port = await freePort();
    const key = 'bench-control-key-0123456789';
    const child = await this.start(path.resolve('dist/simulator/main.js'), {
      ...process.env,
      SIM_PORT: String(port),
      SIM_APP_SECRET: 'bench-app-secret',
      SIM_VERIFY_TOKEN: 'bench-verify-token',
      SIM_ACCESS_TOKEN: this.env.SIM_TOKEN,
      SIM_CONTROL_KEY: key,
    });
    const url = `http://127.0.0.1:${port}`;
    const control = async (method, route, body) => {
      const answer = await fetch(`${url}/__sim${route}`, {
        method,
        headers: { 'x-sim-key': key, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`simulator ${route}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    await control('POST', '/config', {
      emitterEnabled: false,
      suffixProfiles: false,
      throughputBurstSeconds: 1e6,
      pairRateEnabled: false,
    });
    if (latencyMs > 0) await control('POST', '/faults', { action: 'delay', every: 1, delayMs: latencyMs });
    this.env.WHATSAPP_GRAPH_URL = url;
    const registered = await fetch(`${url}/v26.0/${PHONE_NUMBER_ID}/register`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.env.SIM_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', pin: '123456' }),
    });
    if (!registered.ok) throw new Error(`register: ${await registered.text()}`);
    return { url, control, child };
  }

  async startWorker(env = {}, execArgv = []) {
    const child = await this.start(
      path.resolve('test/bench/dispatch/engine-worker.mjs'),
      withWorkerMemory({ WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9', ...this.env, ...env }),
      execArgv,
    );
    const ask = async (type) => {
      child.send({ type });
      for (;;) {
        const [message] = await once(child, 'message');
        if (message.type === type) return message;
      }
    };
    return { child, stats: () => ask('stats'), reset: () => ask('reset'), stop: () => this.stop(child) };
  }

  async start(file, env, execArgv = []) {
    const child = fork(file, [], { env, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.children.push(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with code ${code}`))),
    ]);
    return child;
  }

  async stop(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  /** No campaigns, lists and messages any more. */
  async emptyTables() {
    await this.db.query(
      'TRUNCATE campaign_messages, campaign_runs, contacts, contact_evaluations, contact_lists, messaging_campaigns CASCADE',
    );
  }

  /** Seconds of processor time that PostgreSQL, Redis, the simulator and the workers have used so far. */
  processorSeconds() {
    const own = this.children.map(({ pid }) => pid);
    return processorSecondsOf((pid, parent, command) => {
      if (own.includes(pid)) return true;
      if (command.includes(this.dataDir)) return true;
      return this.serverPids().has(parent);
    });
  }

  /** The processes that carry the data folder in their command line: the masters of PostgreSQL and Redis. */
  serverPids() {
    this.servers ??= new Set(pidsWith((command) => command.includes(this.dataDir)));
    return this.servers;
  }

  async close() {
    for (const child of this.children) await this.stop(child);
    await this.db.end();
    await this.redis.stop();
    await this.postgres.stop();
    await fs.rm(this.dataDir, { recursive: true, force: true });
  }
}

export async function until(what, check, withinMs = 600_000) {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const found = await check();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`waited too long for ${what}`);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
