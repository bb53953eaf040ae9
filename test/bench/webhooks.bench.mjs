// Intake of delivery statuses: signed events at a steady rate to one API process, applied by one worker beside it.
// Run: npm run build && node test/bench/webhooks.bench.mjs [events a second] [seconds]
// The baseline of the same run stores the same bodies one INSERT each, over as many connections as the API has.
import { fork } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { startPostgres } from '../../dist/tools/embedded/postgres.js';
import { startRedis } from '../../dist/tools/embedded/redis.js';

const RATE = Number(process.argv[2] ?? 3_300);
const SECONDS = Number(process.argv[3] ?? 30);
const EVENTS = RATE * SECONDS;
const MEDIAN_BAR_MS = 50;
const CONNECTIONS = 20;
const SECRET = randomBytes(16).toString('hex');

const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'depesche-bench-'));
const [postgres, redis] = await Promise.all([startPostgres({ dataDir }), startRedis({ dataDir })]);
const children = [];
try {
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
    WHATSAPP_APP_SECRET: SECRET,
    WHATSAPP_VERIFY_TOKEN: 'bench-verify-token',
    ADMIN_CLIENT_ID: 'bench',
    ADMIN_CLIENT_SECRET: 'bench-secret-0123456789',
    DEMO: 'off',
  };
  await start({ ...env, PROCESS_ROLE: 'api' });
  const db = new pg.Pool({ connectionString: postgres.url, max: CONNECTIONS });
  const alone = await storeOneByOne(db, Math.min(EVENTS, 20_000));
  const ids = await sentMessages(db, EVENTS);
  await start({ ...env, PROCESS_ROLE: 'worker' });
  const { times, refused, elapsedMs } = await deliver(port, ids);
  const appliedMs = await whenApplied(db, EVENTS);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  const reached = times.length / (elapsedMs / 1000);
  process.stdout.write(
    [
      `asked for       ${RATE} events/s for ${SECONDS} s`,
      `answered 200    ${times.length} at ${reached.toFixed(0)}/s, others ${refused}`,
      `answer          median ${at(0.5).toFixed(1)} ms (bar ${MEDIAN_BAR_MS}), p95 ${at(0.95).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`,
      `all applied     ${appliedMs.toFixed(0)} ms after the last answer`,
      `one INSERT each ${alone.toFixed(0)}/s over ${CONNECTIONS} connections, so the intake carried ${(reached / alone).toFixed(2)} of it`,
      '',
    ].join('\n'),
  );
  const isGood = refused === 0 && at(0.5) < MEDIAN_BAR_MS && reached > RATE * 0.99;
  process.exitCode = isGood ? 0 : 1;
  await db.end();
} finally {
  await Promise.all(children.map(stop));
  await redis.stop();
  await postgres.stop();
  await fs.rm(dataDir, { recursive: true, force: true });
}

async function start(env) {
  const child = fork('dist/main.js', { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the process ended at its start'))),
  ]);
}

async function stop(child) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function eventOf(messageId) {
  const status = {
    id: `wamid.${messageId}`,
    status: 'delivered',
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: '4915123456789',
    biz_opaque_callback_data: `depesche1:${messageId}`,
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '4915792300001', phone_number_id: '100' },
    statuses: [status],
  };
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '200', changes: [{ field: 'messages', value }] }],
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return { body, signature: `sha256=${signature}` };
}

async function storeOneByOne(db, count) {
  const bodies = Array.from({ length: count }, () => Buffer.from(eventOf(randomUUID()).body));
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop())
        await db.query('INSERT INTO webhook_events (body, applied_at) VALUES ($1, now())', [body]);
    }),
  );
  return count / ((performance.now() - startedAt) / 1000);
}

/** Messages of a run that were sent a moment ago and wait for their receipts. */
async function sentMessages(db, count) {
  const run = randomUUID();
  await db.query(
    `INSERT INTO campaign_runs (id, campaign_id, division_id, contact_list_id)
     SELECT $1, gen_random_uuid(), (SELECT id FROM divisions LIMIT 1), gen_random_uuid()`,
    [run],
  );
  const { rows } = await db.query(
    `INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id, state, contact_column, address,
                                    match_key, calling_at, settled_at, disposition, wamid, sent_at)
     SELECT $1, n, n, n::text, 'settled', 'whatsapp', '49' || n, '49' || n, now(), now(), 'OUTBOUND-MESSAGE-SENT',
            'wamid.' || n, now()
       FROM generate_series(1, $2::int) AS n
     RETURNING id`,
    [run, count],
  );
  return rows.map(({ id }) => id);
}

/** Sends each event at its moment, whether or not earlier ones have been answered. */
async function deliver(port, ids) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 100, pipelining: 1 });
  const times = [];
  let refused = 0;
  const send = async (id) => {
    const { body, signature } = eventOf(id);
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    const startedAt = performance.now();
    const answer = await pool.request({ path: '/webhooks/whatsapp', method: 'POST', headers, body });
    await answer.body.dump();
    if (answer.statusCode === 200) times.push(performance.now() - startedAt);
    else refused += 1;
  };
  const startedAt = performance.now();
  const pending = [];
  for (let next = 0; next < ids.length;) {
    const due = Math.min(ids.length, Math.ceil(((performance.now() - startedAt) / 1000) * RATE));
    for (; next < due; next += 1) pending.push(send(ids[next]));
    await sleep(2);
  }
  await Promise.all(pending);
  const elapsedMs = performance.now() - startedAt;
  await pool.close();
  return { times, refused, elapsedMs };
}

async function whenApplied(db, count) {
  const startedAt = performance.now();
  for (;;) {
    const { rows } = await db.query(
      `SELECT count(*)::int AS delivered FROM campaign_messages WHERE delivered_at IS NOT NULL`,
    );
    if (rows[0].delivered === count) return performance.now() - startedAt;
    if (performance.now() - startedAt > 120_000)
      throw new Error(`only ${rows[0].delivered} of ${count} statuses were applied`);
    await sleep(200);
  }
}
