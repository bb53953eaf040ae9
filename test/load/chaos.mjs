// Kills, cuts and wipes whatever the product stands on while campaigns run, and compares the ledger of the provider
// with the database at the end. Run: npm run chaos -- --minutes 5 [--seed 7] [--rate 0.2]. Exit code 1 when a promise was
// broken. `--rate` is for slow machines: the part of the usual rates, and numbers of contacts.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChaosWorld } from './chaos/chaos-world.mjs';
import { move, startCampaigns, statusOf } from './chaos/campaigns.mjs';
import { MISHAPS } from './chaos/mishaps.mjs';
import { judge, out, print } from './chaos/verdict.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' } },
});
const MINUTES = Number(values.minutes ?? 5);
const SEED = Number(values.seed ?? Date.now() % 100_000);
const RATE = Number(values.rate ?? 1);
if (!(MINUTES > 0 && RATE > 0) || !Number.isFinite(SEED))
  throw new Error('--minutes, --seed and --rate are numbers');
/** Time for everything to come to its end, after the last mishap. */
const CALM_MS = 4 * 60_000;

const notes = { unrest: [], stops: [], slowStops: 0, failed: 0, counts: {} };
const world = await ChaosWorld.open();
let isKept = false;
try {
  const campaigns = await startCampaigns(world, { minutes: MINUTES, rate: RATE });
  out(`chaos for ${MINUTES} minutes, seed ${SEED}`);
  await goWrong({ world, campaigns, notes, dice: diceOf(SEED) });
  await comeToRest(campaigns).catch((error) => notes.unrest.push(error.message));
  out(`mishaps: ${JSON.stringify(notes.counts)}, ${notes.failed} of them failed themselves`);
  isKept = print(await judge(world, campaigns, notes));
} finally {
  await world.close();
}
process.exit(isKept ? 0 : 1);

async function goWrong(chaos) {
  const { dice } = chaos;
  const startedAt = performance.now();
  const names = Object.keys(MISHAPS);
  let round = [];
  while (performance.now() - startedAt < MINUTES * 60_000) {
    await sleep(500 + dice(3_000));
    // Each of them once, in any order, before one comes again.
    if (round.length === 0) round = names.slice();
    const [name] = round.splice(dice(round.length), 1);
    out(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${name}`);
    notes.counts[name] = (notes.counts[name] ?? 0) + 1;
    try {
      await MISHAPS[name](chaos);
    } catch (error) {
      // The API may be away because of the mishap before; what is broken is mended all the same.
      notes.failed += 1;
      out(`          ${error.message.slice(0, 150)}`);
    }
  }
}

/** Everybody works again; the campaigns run to their end and all receipts arrive. */
async function comeToRest(campaigns) {
  for (const proxy of Object.values(world.proxies)) proxy.open();
  while (world.workers.length < 2) await world.startWorker();
  await world.control('DELETE', '/faults');
  const end = performance.now() + CALM_MS;
  const left = () => Math.max(1_000, end - performance.now());
  for (const campaign of campaigns) {
    await world.until(
      `the end of "${campaign.name}"`,
      async () => {
        const status = await statusOf(world, campaign);
        if (status === 'off') await move(world, campaign, 'start');
        return campaign.alwaysRunning ? (await openOf(campaign)) === 0 : status === 'complete';
      },
      left(),
    );
  }
  await world.until(
    'the last receipt',
    async () =>
      Object.values((await world.control('GET', '/webhooks')).pending).every((count) => count === 0),
    left(),
  );
  const unapplied = 'SELECT count(*)::int AS count FROM webhook_events WHERE applied_at IS NULL';
  await world.until(
    'all receipts applied',
    async () => (await world.query(unapplied))[0].count === 0,
    left(),
  );
}

async function openOf({ id, contacts }) {
  const [{ ended }] = await world.query(
    `SELECT count(*)::int AS ended FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
      WHERE r.campaign_id = $1 AND m.state = 'settled'`,
    [id],
  );
  return contacts - ended;
}

/** A whole number from 0 to below its argument, the same ones for the same seed. */
function diceOf(seed) {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  };
}
