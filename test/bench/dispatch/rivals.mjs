// What the engine is measured against: a bare HTTP client, one Bull job per message, and the bare work in SQL.
import Bull from 'bull';
import pg from 'pg';
import { Pool } from 'undici';
import { META_TEMPLATE, PHONE_NUMBER_ID } from './fixtures.mjs';

const CONNECTIONS = 512;
const BATCH = 500;

/** Messages a second of nothing but a pool of connections that posts the same bodies to the same simulator. */
export async function bareClient(world, messages) {
  const pool = openPool(world);
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < messages) await post(pool, world, (next += 1));
    }),
  );
  const perSecond = messages / ((performance.now() - startedAt) / 1000);
  await pool.close();
  return perSecond;
}

/**
 * Messages a second by a Bull queue with a job for each, whose processor sends it and updates its row: as the guide of
 * Bull shows it, with the concurrency that is given.
 */
export async function bullJobs(world, messages, concurrency) {
  const db = new pg.Pool({ connectionString: world.postgres.url, max: 10 });
  await db.query(`DROP TABLE IF EXISTS bench_jobs`);
  await db.query(`CREATE TABLE bench_jobs (id int PRIMARY KEY, status text NOT NULL, wamid text)`);
  await db.query(`INSERT INTO bench_jobs SELECT n, 'queued' FROM generate_series(1, $1::int) AS n`, [
    messages,
  ]);
  const pool = openPool(world);
  const queue = new Bull(`bench-${Date.now()}`, world.redis.url, {
    defaultJobOptions: { removeOnComplete: true },
  });
  const jobs = Array.from({ length: messages }, (_, index) => ({ data: { id: index + 1 } }));
  for (let at = 0; at < messages; at += 1_000) await queue.addBulk(jobs.slice(at, at + 1_000));
  const startedAt = performance.now();
  await new Promise((resolve, reject) => {
    let left = messages;
    queue.on('completed', () => (left -= 1) === 0 && resolve());
    queue.on('failed', (_job, error) => reject(error));
    queue
      .process(concurrency, async ({ data: { id } }) => {
        const { messages: accepted } = await post(pool, world, id);
        await db.query(`UPDATE bench_jobs SET status = 'sent', wamid = $2 WHERE id = $1`, [
          id,
          accepted[0].id,
        ]);
      })
      .catch(reject);
  });
  const perSecond = messages / ((performance.now() - startedAt) / 1000);
  await queue.obliterate({ force: true });
  await queue.close();
  await Promise.all([pool.close(), db.end()]);
  return perSecond;
}

/**
 * Messages a second of nothing but claims and settlements, 500 at a time, in a bare table with the two indexes that it
 * takes; the next claim runs beside the settlement of the last one.
 */
export async function sqlLoop(world, messages) {
  const db = new pg.Pool({ connectionString: world.postgres.url, max: 2 });
  await db.query(`DROP TABLE IF EXISTS bench_queue`);
  await db.query(`CREATE TABLE bench_queue (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'queued', address text,
                    claim_token uuid, calling_at timestamptz, settled_at timestamptz, wamid text, data jsonb)
                  WITH (fillfactor = 75)`);
  await db.query(`CREATE INDEX ON bench_queue (id) WHERE state = 'queued'`);
  await db.query(
    `INSERT INTO bench_queue (id, address, data)
     SELECT n, (4915100000000 + n)::text, jsonb_build_object('first_name', 'Kund_' || n, 'voucher', 'V' || n)
       FROM generate_series(1, $1::int) AS n`,
    [messages],
  );
  await db.query(`ANALYZE bench_queue`);
  const startedAt = performance.now();
  let settling = Promise.resolve();
  for (;;) {
    const { rows } = await db.query(
      `UPDATE bench_queue q SET state = 'calling', claim_token = gen_random_uuid(), calling_at = clock_timestamp()
         FROM (SELECT id FROM bench_queue WHERE state = 'queued' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) n
        WHERE q.id = n.id RETURNING q.id, q.address, q.data`,
      [BATCH],
    );
    await settling;
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    settling = db.query(
      `UPDATE bench_queue q SET state = 'settled', claim_token = NULL, settled_at = clock_timestamp(), wamid = n.wamid
         FROM unnest($1::bigint[], $2::text[]) AS n (id, wamid) WHERE q.id = n.id`,
      [ids, ids.map((id) => `wamid.${id}`)],
    );
  }
  const perSecond = messages / ((performance.now() - startedAt) / 1000);
  await db.query(`DROP TABLE bench_queue`);
  await db.end();
  return perSecond;
}

function openPool(world) {
  return new Pool(world.env.WHATSAPP_GRAPH_URL, { connections: CONNECTIONS, pipelining: 1 });
}

async function post(pool, world, n) {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `/v26.0/${PHONE_NUMBER_ID}/messages`,
    headers: { authorization: `Bearer ${world.env.SIM_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(n)),
  });
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${await body.text()}`);
  return body.json();
}

function bodyOf(n) {
  const texts = [`Kund_${n}`, `V${n}`].map((text) => ({ type: 'text', text }));
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: `+${4915100000000 + n}`,
    type: 'template',
    template: {
      name: META_TEMPLATE.name,
      language: { code: META_TEMPLATE.language },
      components: [{ type: 'body', parameters: texts }],
    },
    biz_opaque_callback_data: `depesche1:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  };
}
