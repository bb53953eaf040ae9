// What reports cost at size: a page of the newest day, sums of a campaign, progress that is polled, an export.
// Run: npm run build && node test/bench/reporting.bench.mjs [interactions] [--dir folder] [--seed | --measure]
// The standard 10,000,000 interactions need about 10 GB. With --dir they are kept, so that they can be made at leisure
// (--seed) and measured while nothing else runs (--measure), again and again.
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConversationsRepository } from '../../dist/modules/reporting/conversations/conversations.repository.js';
import { median, residentBytes, startBenchProduct } from './import/product.mjs';
import { login } from './reporting/client.mjs';
import { addCampaigns, addInteractions, addRuns, DAY_MS, seeded } from './reporting/fixtures.mjs';
import { childrenOf, cpuOf } from './reporting/processes.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string' }, seed: { type: 'boolean' }, measure: { type: 'boolean' } },
});
const INTERACTIONS = Number(positionals[0] ?? 10_000_000);
const NEWEST_DAY = 30_000;
const ROUNDS = 101;
const EXPORTED = 1_000_000;
const POLLS_A_SECOND = 50;
const POLLED_FOR_S = 10;
const EVERYWHERE = { kind: 'all' };
const MADE_IN_HASTE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '8GB',
};
const results = [];

// A table of a tenth of the size tells whether the size matters.
const tables = [
  { name: 'tenth', older: INTERACTIONS / 10 },
  { name: 'whole', older: INTERACTIONS - NEWEST_DAY },
].map((table) => ({ ...table, keptDir: options.dir && path.resolve(options.dir, table.name) }));
if (!options.dir && (options.seed || options.measure)) throw new Error('--seed and --measure need a --dir');

const pages = {};
for (const table of tables) {
  if (!options.measure && options.dir) await within(table, MADE_IN_HASTE, (product) => seed(product, table));
  if (!options.seed) {
    await within(table, undefined, async (product) => {
      if (!options.dir) await seed(product, table);
      await measure(product, table);
    });
  }
}

async function within({ keptDir }, settings, work) {
  const product = await startBenchProduct({ keptDir, settings });
  try {
    await work(product);
  } finally {
    await product.stop();
  }
}

async function seed({ db }, { older }) {
  await db.query('SET synchronous_commit = off');
  const now = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const campaignIds = await addCampaigns(db, 25);
  await addInteractions(db, { campaignIds, now, newest: NEWEST_DAY, older });
  await addRuns(db, campaignIds);
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
}

async function measure(product, { name }) {
  const { db } = product;
  const { now, campaignIds } = await seeded(db);
  const api = await product.start('api');
  const call = await login(api.url);
  pages[name] = await pagesOf(call, now, campaignIds[0]);
  if (name === 'tenth') return;
  await explain(db, now, campaignIds[0]);
  for (const [what, ms] of Object.entries(pages.whole)) {
    judge(`page of the newest day, ${what}, ms`, ms, 50);
    judge(`the same over one in a tenth of the table`, ms / pages.tenth[what], 1.5);
  }
  await sums(db, call, now, campaignIds[0]);
  await polls(product, call, api.pid, campaignIds);
  const worker = await product.start('worker');
  await exports(db, call, worker.pid, now);
}

for (const { what, value, bar } of results)
  print(`${value <= bar ? 'pass' : 'FAIL'}  ${what}: ${value.toFixed(2)} (bar ${bar})`);
process.exitCode = results.every(({ value, bar }) => value <= bar) ? 0 : 1;

function queriesOf(now, campaignId) {
  const interval = { start: new Date(now.getTime() - DAY_MS), end: now };
  const is = (dimension, value) => ({ type: 'and', predicates: [{ dimension, value }] });
  return [
    { name: 'failed ones', filters: [is('deliveryStatus', 'DeliveryFailed')], interval },
    {
      name: 'read ones of a campaign',
      filters: [is('outboundCampaignId', campaignId), is('deliveryStatus', 'Read')],
      interval,
    },
    {
      name: 'one that is not there',
      filters: [is('errorCode', '131026'), is('deliveryStatus', 'Read')],
      interval,
    },
    { name: 'everything', filters: [], interval },
  ];
}

/** Median milliseconds of a page of 25 of each query, over HTTP. */
async function pagesOf(call, now, campaignId) {
  const medians = {};
  for (const { name, filters, interval } of queriesOf(now, campaignId)) {
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      await call('/api/v2/analytics/conversations/details/query', {
        interval: `${interval.start.toISOString()}/${interval.end.toISOString()}`,
        segmentFilters: filters,
        order: 'desc',
        orderBy: 'conversationStart',
        paging: { pageSize: 25, pageNumber: 1 },
      });
      times.push(performance.now() - begun);
    }
    medians[name] = median(times);
  }
  return medians;
}

async function explain(db, now, campaignId) {
  const query = async (sql, params) => {
    const { rows } = await db.query(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) ${sql}`, params);
    return rows.map((row) => row['QUERY PLAN']);
  };
  const conversations = new ConversationsRepository({ manager: { query } });
  for (const { name, filters, interval } of queriesOf(now, campaignId)) {
    const page = { pageNumber: 1, pageSize: 25 };
    const order = { by: 'conversationStart', direction: 'desc' };
    print(`\nPage of the newest day, ${name}:`);
    for (const line of await conversations.findPage(EVERYWHERE, { interval, filters }, order, page))
      print(line);
  }
  print('');
}

/** Sums of all messages of a campaign by what became of them, beside the SQL that one would write. */
async function sums(db, call, now, campaignId) {
  const start = new Date(now.getTime() - 400 * DAY_MS);
  const byHand = [];
  const own = [];
  let messages = 0;
  for (let round = 0; round < 7; round += 1) {
    let begun = performance.now();
    const { rows } = await db.query(
      `SELECT delivery_status, count(*)::int AS count FROM interactions
        WHERE campaign_id = $1 AND started_at >= $2 AND started_at < $3 GROUP BY 1`,
      [campaignId, start, now],
    );
    byHand.push(performance.now() - begun);
    begun = performance.now();
    const answer = await call('/api/v2/analytics/conversations/aggregates/query', {
      interval: `${start.toISOString()}/${now.toISOString()}`,
      groupBy: ['deliveryStatus'],
      metrics: ['nOutbound'],
      filter: { type: 'and', predicates: [{ dimension: 'outboundCampaignId', value: campaignId }] },
    });
    own.push(performance.now() - begun);
    messages = rows.reduce((sum, { count }) => sum + count, 0);
    const answered = answer.results.map(
      ({ group, data }) => `${group.deliveryStatus} ${data[0].metrics[0].stats.count}`,
    );
    const expected = rows.map(({ delivery_status: status, count }) => `${status} ${count}`);
    if (answered.sort().join() !== expected.sort().join())
      throw new Error(`${answered} instead of ${expected}`);
  }
  print(
    `sums of ${messages} messages: ${median(own).toFixed(0)} ms, by hand ${median(byHand).toFixed(0)} ms`,
  );
  judge('sums of a campaign over SQL by hand', median(own) / median(byHand), 1.3);
}

/**
 * What it costs all processes together when somebody looks at 25 running campaigns again and again: the whole of it, and
 * how much of that is not the price of any request at all.
 */
async function polls({ db, redisPid }, call, apiPid, campaignIds) {
  const [{ pid }] = (await db.query('SELECT pg_backend_pid() AS pid')).rows;
  const postgres = (await cpuOf(pid)).parent;
  const busy = async () => {
    const children = (await childrenOf(postgres)).filter((child) => child !== pid);
    const backends = await Promise.all(children.map(cpuOf));
    // Connections come and go meanwhile: what those that went used is with the one that waited for them.
    const { seconds, reapedSeconds } = await cpuOf(postgres);
    const database = backends.reduce((sum, backend) => sum + backend.seconds, seconds + reapedSeconds);
    return [database, (await cpuOf(apiPid)).seconds, (await cpuOf(redisPid)).seconds];
  };
  const costOf = async (poll) => {
    for (let round = 0; round < 2_000; round += 1) await poll();
    const before = await busy();
    const begun = performance.now();
    const answers = [];
    for (let at = 0; at < POLLS_A_SECOND * POLLED_FOR_S; at += 1) {
      const wait = begun + (at * 1_000) / POLLS_A_SECOND - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      answers.push(poll());
    }
    await Promise.all(answers);
    const seconds = (performance.now() - begun) / 1_000;
    return (await busy()).map((part, at) => ((part - before[at]) / seconds) * 100);
  };
  const progressOf = (ids) => async () => {
    const answer = await call('/api/v2/outbound/messagingcampaigns/progress', ids);
    if (answer.length !== ids.length) throw new Error(`${answer.length} campaigns were answered`);
  };
  const text = ([database, api, redis]) =>
    `${api.toFixed(1)} % of a core in the API, ${database.toFixed(1)} % in PostgreSQL, ${redis.toFixed(1)} % in Redis`;
  const idle = await costOf(() => new Promise((resolve) => setImmediate(resolve)));
  // A request that asks neither PostgreSQL nor Redis, for what any request costs on this machine.
  const bare = await costOf(() => call('/health/live', undefined, 'GET'));
  const empty = await costOf(progressOf([]));
  const all = await costOf(progressOf(campaignIds));
  print(
    `polls: ${text(all)}; of no campaign ${text(empty)}; of /health/live ${text(bare)}; without requests ${text(idle)}`,
  );
  const sum = (parts) => parts.reduce((all, part) => all + part, 0);
  judge(`${POLLS_A_SECOND} polls a second of 25 campaigns, % of a core`, sum(all) - sum(idle), 5);
  judge('the same beyond requests for none', sum(all) - sum(empty), 5);
}

/** Memory of the worker during an export of up to 1,000,000 interactions, beside one of a tenth of that. */
async function exports(db, call, pid, now) {
  const days = Math.min(364, Math.ceil((EXPORTED / INTERACTIONS) * 364));
  await exportOf(db, call, pid, now, 1);
  const small = await exportOf(db, call, pid, now, days / 10);
  const large = await exportOf(db, call, pid, now, days);
  for (const { rows, seconds, peakBytes } of [small, large]) {
    const memory = (peakBytes / 2 ** 20).toFixed(0);
    print(`export of ${rows} interactions: ${seconds.toFixed(1)} s, ${memory} MiB of memory at most`);
  }
  judge('memory of an export over that of a tenth', large.peakBytes / small.peakBytes, 1.25);
}

async function exportOf(db, call, pid, now, days) {
  const start = new Date(now.getTime() - days * DAY_MS);
  await call('/api/v2/analytics/reporting/exports', {
    name: `${days} days`,
    timeZone: 'UTC',
    exportFormat: 'CSV',
    interval: `${start.toISOString()}/${now.toISOString()}`,
    period: 'P1D',
    viewType: 'INTERACTION_SEARCH_VIEW',
    filter: {},
    locale: 'en-US',
  });
  let peakBytes = 0;
  for (;;) {
    peakBytes = Math.max(peakBytes, await residentBytes(pid));
    const { rows } = await db.query(
      `SELECT state, failure_message, row_count AS rows,
              extract(epoch FROM finished_at - created_at)::float8 AS seconds
         FROM export_files ORDER BY created_at DESC LIMIT 1`,
    );
    const [{ state, failure_message: why, seconds, rows: count }] = rows;
    if (state === 'failed') throw new Error(`the export failed: ${why}`);
    if (state === 'complete') return { rows: Number(count), seconds, peakBytes };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function judge(what, value, bar) {
  results.push({ what, value, bar });
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
