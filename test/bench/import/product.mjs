// The product as processes of their own, for benchmarks: PostgreSQL, Redis, a worker and an API.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import pg from 'pg';
import { migrate } from '../../../dist/database/migrate.js';
import { bootstrapOrganization } from '../../../dist/modules/access/index.js';
import { loadConfig } from '../../../dist/platform/config/load-config.js';
import { startPostgres } from '../../../dist/tools/embedded/postgres.js';
import { startRedis } from '../../../dist/tools/embedded/redis.js';
import { withWorkerMemory } from '../../../dist/tools/launcher/worker-memory.js';

const MAIN = path.resolve(import.meta.dirname, '../../../dist/main.js');
export const CLIENT = { id: 'bench', secret: 'bench-secret-0123456789' };

/**
 * @param keptDir where everything is kept for the next time; without, it is in a temporary directory that goes
 * @param settings of PostgreSQL over the usual ones
 */
export async function startBenchProduct({ keptDir, settings } = {}) {
  const dataDir = keptDir ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'depesche-bench-')));
  await fs.mkdir(dataDir, { recursive: true });
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir, settings }),
    startRedis({ dataDir }),
  ]);
  const env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
    WHATSAPP_APP_SECRET: 'bench-secret',
    WHATSAPP_VERIFY_TOKEN: 'bench-token',
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    API_RATE_LIMIT_PER_MINUTE: '1000000',
    ADMIN_CLIENT_ID: CLIENT.id,
    ADMIN_CLIENT_SECRET: CLIENT.secret,
  };
  await migrate(postgres.url, (db) => bootstrapOrganization(db, loadConfig(env)));
  const db = new pg.Client({ connectionString: postgres.url });
  await db.connect();
  const processes = [];
  return {
    db,
    spool: path.join(dataDir, 'spool'),
    dataDir,
    redisPid: redis.pid,
    async start(role) {
      const port = await freePort();
      const child = fork(MAIN, [], {
        env: {
          ...(role === 'worker' ? withWorkerMemory(process.env) : process.env),
          ...env,
          PORT: String(port),
          PROCESS_ROLE: role,
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      processes.push(child);
      await new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', () => reject(new Error(`the ${role} did not start`)));
      });
      return { pid: child.pid, url: `http://127.0.0.1:${port}` };
    },
    async stop() {
      await Promise.all(
        processes.map((child) => {
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGTERM');
          return gone;
        }),
      );
      await db.end();
      await redis.stop();
      await postgres.stop();
      if (!keptDir) await fs.rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Queues an import of the file and waits for its end; how long the worker took, and its greatest memory. */
export async function runImport(product, { kind, targetId, file, options }, workerPid) {
  const name = randomUUID();
  await fs.mkdir(product.spool, { recursive: true });
  await fs.copyFile(file, path.join(product.spool, name));
  const insert = `INSERT INTO import_runs (kind, target_id, file_name, options) VALUES ($1, $2, $3, $4) RETURNING id`;
  const { rows } = await product.db.query(insert, [kind, targetId, name, options]);
  let peakBytes = 0;
  for (;;) {
    peakBytes = Math.max(peakBytes, await residentBytes(workerPid));
    const { rows: found } = await product.db.query(
      `SELECT state, failure_message, extract(epoch FROM finished_at - started_at)::float8 AS seconds,
              added_rows AS added FROM import_runs WHERE id = $1`,
      [rows[0].id],
    );
    const [{ state, seconds, added, failure_message: why }] = found;
    if (state === 'failed') throw new Error(`the import failed: ${why}`);
    if (state === 'complete') return { seconds, added, peakBytes };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function residentBytes(pid) {
  const status = await fs.readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/mu.exec(status)[1]) * 1024;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
