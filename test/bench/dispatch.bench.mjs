// What the engine reaches: with a provider in the process, over HTTP beside a bare client, and what it asks of
// PostgreSQL. Ratios compare within one run. Run: npm run bench:dispatch -- [contacts] [rounds]
import { Pool } from 'undici';
import { BenchWorld, median, until } from './dispatch/bench-world.mjs';
import { aCampaign, META_TEMPLATE, PHONE_NUMBER_ID, settledOf } from './dispatch/fixtures.mjs';

const CONTACTS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const LATENCY_MS = 20;
const CONCURRENCY = 512;
// So fast that no pace bounds it.
const UNBOUNDED = 60_000_000;
const MIB = 1024 * 1024;

const world = await BenchWorld.open();
try {
  const memory = await rounds(() => engine('memory', CONTACTS));
  report('engine, provider in the process', memory);
  await world.startSimulator(LATENCY_MS);
  const pairs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await bareClient(CONTACTS);
    const over = await engine('http', CONTACTS);
    pairs.push({ bare, ...over, ratio: over.perSecond / bare });
  }
  report(`engine over HTTP, answers after ${LATENCY_MS} ms`, pairs);
  print(
    `  bare client ${median(pairs.map(({ bare }) => bare)).toFixed(0)}/s, ` +
      `ratio ${median(pairs.map(({ ratio }) => ratio)).toFixed(2)} (bar 0.60)`,
  );
} finally {
  await world.close();
}

async function rounds(run) {
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1) results.push(await run());
  return results;
}

/** One campaign with one worker, from the first call to the last settlement. */
async function engine(provider, contacts) {
  await world.emptyTables();
  const worker = await world.startWorker({ PROVIDER: provider });
  const before = await worker.stats();
  await worker.reset();
  const { campaignId } = await aCampaign(world.db, { contacts, messagesPerMinute: UNBOUNDED });
  const done = await until('the end of the campaign', async () => {
    const found = await settledOf(world.db, campaignId);
    return found.total === contacts && found.settled === contacts && found;
  });
  if (done.sent !== contacts) throw new Error(`${done.sent} of ${contacts} were sent`);
  const after = await worker.stats();
  await worker.stop();
  return {
    perSecond: contacts / ((done.last - done.first) / 1000),
    statementsPer100: (pathStatements(after.statements) / contacts) * 100,
    cpuUs: ((after.cpuMs - before.cpuMs) * 1000) / contacts,
    rssMib: after.peakRss / MIB,
  };
}

/** Statements of the way of a message: ticks, claims, begins, settlements, and the frames of their transactions. */
function pathStatements(statements) {
  const other =
    /webhook_events|pg_try_advisory|campaign_run_differences|unnest\(\$1::uuid\[\]\) AS asked|import|audit|changes/u;
  return Object.entries(statements).reduce((sum, [text, count]) => sum + (other.test(text) ? 0 : count), 0);
}

/** The same bodies to the same simulator by nothing but a pool of connections. */
async function bareClient(contacts) {
  const pool = new Pool(world.env.WHATSAPP_GRAPH_URL, { connections: CONCURRENCY, pipelining: 1 });
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < contacts) {
        const n = (next += 1);
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: `/v26.0/${PHONE_NUMBER_ID}/messages`,
          headers: { authorization: `Bearer ${world.env.SIM_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify(bodyOf(n)),
        });
        if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${await body.text()}`);
        await body.dump();
      }
    }),
  );
  const perSecond = contacts / ((performance.now() - startedAt) / 1000);
  await pool.close();
  return perSecond;
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

function report(what, results) {
  const of = (name) => median(results.map((result) => result[name]));
  print(
    `${what}: ${of('perSecond').toFixed(0)}/s, ${of('statementsPer100').toFixed(2)} statements per 100 messages, ` +
      `${of('cpuUs').toFixed(0)} us of the worker's processor each, at most ${of('rssMib').toFixed(0)} MiB ` +
      `(${CONTACTS} contacts, median of ${results.length})`,
  );
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
