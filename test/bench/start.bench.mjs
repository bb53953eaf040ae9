// How long the start of a campaign takes until its first message leaves, beside the same rows inserted by hand, and what
// the API does meanwhile; then how long dry runs of it take. Run: npm run bench:start -- [contacts] [rounds]
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchWorld, median, until } from './dispatch/bench-world.mjs';
import { percentile, readOnAndOn, startApi } from './start/api.mjs';
import { aBigCampaign, BY_HAND } from './start/big-campaign.mjs';

const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const BAR = 1.5;
const START_BAR_MS = 300;
const IDLE_MS = 5_000;

const world = await BenchWorld.open();
const { db } = world;
try {
  await world.emptyTables();
  const { campaignId, listId, divisionId } = await aBigCampaign(db, CONTACTS);
  const call = await startApi(world);
  const routes = [
    '/outbound/messagingcampaigns?pageSize=25',
    `/outbound/messagingcampaigns/${campaignId}`,
    `/outbound/messagingcampaigns/${campaignId}/progress`,
    `/outbound/contactlists/${listId}`,
  ];
  const idle = await readFor(call, routes, IDLE_MS);
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const byHandMs = await byHand(campaignId, listId, divisionId);
    const started = await firstMessage(call, campaignId, routes);
    results.push({ byHandMs, ...started, ratio: started.firstMs / byHandMs });
  }
  report(idle, results);
  await dryRuns(call, campaignId, routes);
} finally {
  await world.close();
}

function report(idle, results) {
  const of = (name) => median(results.map((result) => result[name]));
  const answers = results.map(({ answerMs }) => answerMs);
  const slowest = Math.max(...answers);
  const reads = results.flatMap((result) => result.reads);
  const p95 = (times) =>
    `${percentile(times, 0.95).toFixed(1)} ms (worst ${Math.max(...times).toFixed(1)} ms)`;
  print(
    `start of ${CONTACTS} contacts: first message after ${of('firstMs').toFixed(0)} ms, by hand ` +
      `${of('byHandMs').toFixed(0)} ms, ratio ${of('ratio').toFixed(2)} (bar ${BAR}; median of ${ROUNDS}: ` +
      `${results.map(({ ratio }) => ratio.toFixed(2)).join(', ')})`,
  );
  print(`start answered after ${answers.map((ms) => ms.toFixed(1)).join(', ')} ms (bar ${START_BAR_MS} ms)`);
  print(
    `reads: p95 ${p95(reads)} during the start, ${p95(idle)} idle; ${reads.length} and ${idle.length} of them`,
  );
  if (of('ratio') > BAR || slowest > START_BAR_MS) process.exitCode = 1;
}

/** The campaign as it is, and a draft that has callable times and a digital rule besides. */
async function dryRuns(call, campaignId, routes) {
  const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, startTime: '00:00', stopTime: '24:00' }));
  const never = [{ day: ((new Date().getUTCDay() + 2) % 7) + 1, startTime: '12:00', stopTime: '13:00' }];
  const { body: times } = await call('POST', '/outbound/callabletimesets', {
    name: 'Times',
    callableTimes: [
      { timeZoneId: 'Europe/Berlin', timeSlots: always },
      { timeZoneId: 'America/Lima', timeSlots: never },
    ],
  });
  const cityIs = { columnName: 'city', operator: 'Equals', value: 'City 7', valueType: 'String' };
  const { body: rules } = await call('POST', '/outbound/digitalrulesets', {
    name: 'Rules',
    rules: [
      {
        name: 'Not there',
        order: 1,
        category: 'PreContact',
        conditions: [{ inverted: false, contactColumnConditionSettings: cityIs }],
        actions: [{ doNotSendActionSettings: {} }],
      },
    ],
  });
  const { body: saved } = await call('GET', `/outbound/messagingcampaigns/${campaignId}`);
  const timed = { ...saved, callableTimeSet: { id: times.id } };
  for (const [what, route, body] of [
    ['saved', `/outbound/messagingcampaigns/${campaignId}/dryrun`],
    ['draft with callable times', '/outbound/messagingcampaigns/dryrun', timed],
    [
      'draft with times and rules',
      '/outbound/messagingcampaigns/dryrun',
      { ...timed, ruleSets: [{ id: rules.id }] },
    ],
  ]) {
    const stopReading = readOnAndOn(call, routes);
    const { ms, body: view } = await call('POST', route, body);
    const p95 = percentile(await stopReading(), 0.95);
    const { wouldBeMessaged, wouldWait, wouldBeSkipped } = view;
    const skipped = wouldBeSkipped.reduce((sum, { count }) => sum + count, 0);
    print(
      `dry run (${what}) of ${CONTACTS} contacts: ${ms.toFixed(0)} ms, reads p95 ${p95.toFixed(1)} ms meanwhile; ` +
        `${wouldBeMessaged} messaged, ${wouldWait} of them later, ${skipped} skipped`,
    );
  }
}

/** Milliseconds that the bare statement takes, with the indexes and constraints of the table. */
async function byHand(campaignId, listId, divisionId) {
  await db.query('TRUNCATE campaign_messages, campaign_runs CASCADE');
  await db.query('CHECKPOINT');
  const { rows } = await db.query(
    `INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id) VALUES ($1, $2, $3) RETURNING id`,
    [campaignId, divisionId, listId],
  );
  const startedAt = performance.now();
  const { rowCount } = await db.query(BY_HAND, [rows[0].id, listId]);
  const ms = performance.now() - startedAt;
  if (rowCount < CONTACTS * 0.85) throw new Error(`${rowCount} of ${CONTACTS} contacts were queued by hand`);
  return ms;
}

/** Milliseconds from the request to start to its answer and to the first call, and those of reads meanwhile. */
async function firstMessage(call, campaignId, routes) {
  await db.query('TRUNCATE campaign_messages, campaign_runs CASCADE');
  await db.query('CHECKPOINT');
  const worker = await world.startWorker({ PROVIDER: 'memory' });
  const stopReading = readOnAndOn(call, routes);
  const startedAt = Date.now();
  const { ms: answerMs } = await call('POST', `/outbound/messagingcampaigns/${campaignId}/start`);
  const { ms: calledAt } = await until('the first message', async () => {
    const { rows } = await db.query(
      `SELECT extract(epoch FROM min(m.calling_at))::float * 1000 AS ms
         FROM campaign_runs r JOIN campaign_messages m ON m.run_id = r.id
        WHERE r.campaign_id = $1 AND m.calling_at IS NOT NULL`,
      [campaignId],
    );
    return rows[0].ms !== null && rows[0];
  });
  const reads = await stopReading();
  await call('POST', `/outbound/messagingcampaigns/${campaignId}/stop`);
  await until('the stop', async () => {
    const { body } = await call('GET', `/outbound/messagingcampaigns/${campaignId}`);
    return body.campaignStatus === 'off';
  });
  await worker.stop();
  return { firstMs: calledAt - startedAt, answerMs, reads };
}

async function readFor(call, routes, ms) {
  const stop = readOnAndOn(call, routes);
  await sleep(ms);
  return stop();
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
