// Intake of delivery statuses. First how much the intake takes in beside a bare Fastify that stores batches, and
// beside single INSERTs; then signed events at a steady rate, one in each request, to one API process, applied by one
// worker beside it. All of it on this machine: PostgreSQL, Redis, both processes and whoever sends.
// Run: npm run build && node test/bench/webhooks.bench.mjs [events a second] [seconds] [rounds]
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { BenchWorld, freePort, median, until } from './dispatch/bench-world.mjs';
import { watchCpu } from './webhooks/cpu.mjs';
import { bodyOf } from './webhooks/signed-events.mjs';

const RATE = Number(process.argv[2] ?? 3_300);
const SECONDS = Number(process.argv[3] ?? 20);
const ROUNDS = Number(process.argv[4] ?? 5);
const EVENTS = RATE * SECONDS;
/** For what is measured as fast as it goes. */
const EVENTS_OF_A_RACE = 20_000;
const MEDIAN_BAR_MS = 50;
/** Connections of whoever sends, and of single INSERTs to PostgreSQL. */
const CONNECTIONS = 64;
const SINGLE_CONNECTIONS = 20;
const SECRET = randomBytes(16).toString('hex');

const world = await BenchWorld.open();
const { db } = world;
try {
  const env = {
    ...world.env,
    WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
    WHATSAPP_APP_SECRET: SECRET,
    WHATSAPP_VERIFY_TOKEN: 'bench-verify-token',
    DEMO: 'off',
  };
  const generator = await world.start(path.resolve('test/bench/webhooks/generator.mjs'), process.env);
  const [port, barePort] = [await freePort(), await freePort()];
  const api = await startProduct({ ...env, PROCESS_ROLE: 'api', PORT: String(port) });
  const bareEnv = { ...env, PORT: String(barePort) };
  const bare = await world.start(path.resolve('test/bench/webhooks/bare-intake.mjs'), bareEnv);
  const races = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const singles = await storeOneByOne(EVENTS_OF_A_RACE / 4);
    const batches = await race(generator, barePort);
    const intake = await race(generator, port);
    races.push({ singles, batches, intake, ofBatches: intake / batches, ofSingles: intake / singles });
  }
  await world.stop(bare);
  reportRaces(races);
  const worker = await startProduct({ ...env, PROCESS_ROLE: 'worker' });
  const pids = {
    API: api.pid,
    worker: worker.pid,
    PostgreSQL: world.postgres.pid,
    Redis: world.redis.pid,
    sender: generator.pid,
  };
  const steady = [];
  for (let round = 0; round < ROUNDS; round += 1) steady.push(await sustain(generator, port, pids));
  reportSteady(steady);
} finally {
  await world.close();
}

function startProduct(env) {
  return world.start(path.resolve('dist/main.js'), env);
}

async function storeOneByOne(count) {
  await db.query('TRUNCATE webhook_events');
  const pool = new pg.Pool({ connectionString: world.postgres.url, max: SINGLE_CONNECTIONS });
  const bodies = Array.from({ length: count }, () => Buffer.from(bodyOf(randomUUID())));
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: SINGLE_CONNECTIONS }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop())
        await pool.query('INSERT INTO webhook_events (body) VALUES ($1)', [body]);
    }),
  );
  const perSecond = count / ((performance.now() - startedAt) / 1000);
  await pool.end();
  return perSecond;
}

/** Events a second that a server stores when each answer brings the next request. Nobody applies them. */
async function race(generator, port) {
  await db.query('TRUNCATE webhook_events');
  const ids = Array.from({ length: EVENTS_OF_A_RACE }, () => randomUUID());
  const { answered, elapsedMs } = await ask(generator, { ids, port });
  const { rows } = await db.query('SELECT count(*)::int AS stored FROM webhook_events');
  if (answered !== ids.length || rows[0].stored !== answered)
    throw new Error(`${answered} of ${ids.length} events were answered 200, ${rows[0].stored} are stored`);
  return answered / (elapsedMs / 1000);
}

function ask(generator, task) {
  return new Promise((resolve) => {
    generator.once('message', resolve);
    generator.send({ ...task, secret: SECRET, connections: CONNECTIONS });
  });
}

/** Events at the rate that is asked for, whether or not earlier ones have been answered, while a worker applies them. */
async function sustain(generator, port, pids) {
  await db.query('TRUNCATE webhook_events, interactions, interaction_counts, campaign_message_changes');
  await world.emptyTables();
  const ids = await sentMessages(EVENTS);
  const cpu = watchCpu(pids);
  const result = await ask(generator, { ids, port, rate: RATE });
  const used = cpu();
  const endedAt = performance.now();
  await until('the statuses to be applied', async () => {
    const { rows } = await db.query(
      `SELECT count(*)::int AS delivered FROM campaign_messages WHERE delivered_at IS NOT NULL`,
    );
    return rows[0].delivered === EVENTS;
  });
  const appliedMs = performance.now() - endedAt;
  return { ...result, appliedMs, perSecond: result.answered / (result.elapsedMs / 1000), used };
}

/** Messages of a run that were sent a moment ago and wait for their receipts. */
async function sentMessages(count) {
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
  await until('the messages to be in the reports', async () => {
    const { rows: waiting } = await db.query('SELECT count(*)::int AS n FROM campaign_message_changes');
    return waiting[0].n === 0;
  });
  // People's phones answer within a few seconds, not in the order of the queue.
  const jitter = RATE * 2;
  return rows
    .map(({ id }, position) => ({ id, at: position + Math.random() * jitter }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

function reportRaces(races) {
  const of = (name) => median(races.map((result) => result[name]));
  const each = (name) => races.map((result) => result[name].toFixed(2)).join(', ');
  print([
    `as fast as it goes, ${EVENTS_OF_A_RACE} events over ${CONNECTIONS} connections, medians of ${ROUNDS}`,
    `  intake                        ${of('intake').toFixed(0)}/s`,
    `  bare Fastify storing batches  ${of('batches').toFixed(0)}/s, ratio ${of('ofBatches').toFixed(2)} (${each('ofBatches')})`,
    `  one INSERT each               ${of('singles').toFixed(0)}/s, ratio ${of('ofSingles').toFixed(2)} (${each('ofSingles')})`,
  ]);
}

function reportSteady(rounds) {
  const line = (result) =>
    `  ${result.perSecond.toFixed(0)}/s answered 200, others ${result.refused}; answer median ` +
    `${result.medianMs.toFixed(1)} ms, p95 ${result.p95Ms.toFixed(1)}, p99 ${result.p99Ms.toFixed(1)}; ` +
    `all applied ${result.appliedMs.toFixed(0)} ms after the last; ` +
    Object.entries(result.used)
      .map(([name, ms]) => `${name} ${((ms * 1000) / EVENTS).toFixed(0)}`)
      .join(', ');
  const of = (name) => median(rounds.map((result) => result[name]));
  print([
    `${RATE} events a second for ${SECONDS} s, with a worker; processor time in µs an event`,
    ...rounds.map(line),
    `  medians: ${of('perSecond').toFixed(0)}/s, answer ${of('medianMs').toFixed(1)} ms (bar ${MEDIAN_BAR_MS}), ` +
      `applied after ${of('appliedMs').toFixed(0)} ms`,
  ]);
  const isGood =
    rounds.every(({ refused }) => refused === 0) &&
    of('medianMs') < MEDIAN_BAR_MS &&
    of('perSecond') > RATE * 0.99;
  if (!isGood) process.exitCode = 1;
}

function print(lines) {
  process.stdout.write(`${lines.join('\n')}\n`);
}
