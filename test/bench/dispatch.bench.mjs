// What the engine reaches beside what it is measured against; each ratio is of one run, each figure a median.
// npm run bench:dispatch -- [--repeat 5] [--contacts 100000] [--only memory,http,bull,workers,rates,rss]
import { parseArgs } from 'node:util';
import { BenchWorld, median } from './dispatch/bench-world.mjs';
import { runAtRates, runCampaign } from './dispatch/engine.mjs';
import { bareClient, bullJobs, sqlLoop } from './dispatch/rivals.mjs';

const { values: options } = parseArgs({
  options: {
    repeat: { type: 'string', default: '5' },
    contacts: { type: 'string', default: '100000' },
    only: { type: 'string' },
  },
});
const REPEAT = Number(options.repeat);
const CONTACTS = Number(options.contacts);
const MEMORY = { PROVIDER: 'memory' };
/** Messages before the measured ones, of each worker and of the bare client. */
const WARM_UP = 20_000;
const HTTP_LATENCY_MS = 20;
const RATES = 25;
const FASTEST_PER_MINUTE = 6_000;
const RATE_SECONDS = 130;
const ALONE_SECONDS = 40;

const PARTS = {
  memory: { what: 'provider in the process, beside claims and settlements in SQL', run: memoryPart },
  http: {
    what: 'simulator that answers after 20 ms, against a bare undici pool',
    run: httpPart,
  },
  bull: { what: 'the same, against a Bull job per message', run: bullPart, latencyMs: HTTP_LATENCY_MS },
  workers: {
    what: 'two workers against one, answers after 200 ms, from these cores and from elsewhere',
    run: workersPart,
    latencyMs: 200,
  },
  rates: { what: '25 campaigns from 1 to 6,000 a minute, against one alone', run: ratesPart },
  rss: { what: 'memory of a worker, 10,000 and 1,000,000 contacts', run: rssPart },
};

const results = {};
for (const name of options.only?.split(',') ?? Object.keys(PARTS)) {
  const { what, run, latencyMs } = PARTS[name];
  print(`${name}: ${what}`);
  const world = await BenchWorld.open();
  try {
    if (latencyMs) await world.startSimulator(latencyMs);
    results[name] = mediansOf(await run(world));
    print(`  ${JSON.stringify(results[name])}`);
  } finally {
    await world.close();
  }
}
print(JSON.stringify({ contacts: CONTACTS, repeat: REPEAT, ...results }));

async function memoryPart(world) {
  return repeated(async () => {
    const sqlPerSecond = await sqlLoop(world, CONTACTS);
    const engine = await runCampaign(world, { contacts: CONTACTS, env: MEMORY, warmUp: WARM_UP });
    return { ...engine, sqlPerSecond, ofSql: engine.perSecond / sqlPerSecond };
  });
}

/** Each side has a simulator of its own, as one becomes slower with what is in its ledger. */
async function httpPart(world) {
  const withSimulator = async (work) => {
    const { child } = await world.startSimulator(HTTP_LATENCY_MS);
    const result = await work();
    await world.stop(child);
    return result;
  };
  return repeated(async () => {
    const barePerSecond = await withSimulator(async () => {
      await bareClient(world, WARM_UP);
      return bareClient(world, CONTACTS);
    });
    const engine = await withSimulator(() => runCampaign(world, { contacts: CONTACTS, warmUp: WARM_UP }));
    return { ...engine, barePerSecond, ofBare: engine.perSecond / barePerSecond };
  });
}

/** Bull's guide gives `process` no concurrency, which is one job at a time; beside it as many as are worth while. */
async function bullPart(world) {
  return repeated(async () => {
    const { perSecond } = await runCampaign(world, { contacts: CONTACTS, warmUp: WARM_UP });
    const oneByOne = await bullJobs(world, Math.min(CONTACTS, 500), 1);
    const fifty = await bullJobs(world, Math.min(CONTACTS, 10_000), 50);
    const many = await bullJobs(world, Math.min(CONTACTS, 20_000), 512);
    return {
      perSecond,
      bullOneByOnePerSecond: oneByOne,
      bullFiftyPerSecond: fifty,
      bull512PerSecond: many,
      timesOneByOne: perSecond / oneByOne,
      timesFifty: perSecond / fifty,
      times512: perSecond / many,
    };
  });
}

/** By HTTP to the simulator, which shares the cores, and with a provider that leaves them to the workers. */
async function workersPart(world) {
  return repeated(async () => {
    const elsewhere = await twoAgainstOne(world, { ...MEMORY, LATENCY_MS: String(PARTS.workers.latencyMs) });
    return {
      ...(await twoAgainstOne(world)),
      elsewhereOnePerSecond: elsewhere.onePerSecond,
      elsewhereTwoPerSecond: elsewhere.twoPerSecond,
      elsewhereTimesOne: elsewhere.timesOne,
    };
  });
}

async function twoAgainstOne(world, env) {
  const one = await runCampaign(world, { contacts: CONTACTS, warmUp: WARM_UP, env });
  const two = await runCampaign(world, { contacts: CONTACTS, workers: 2, warmUp: WARM_UP, env });
  return {
    onePerSecond: one.perSecond,
    twoPerSecond: two.perSecond,
    timesOne: two.perSecond / one.perSecond,
  };
}

/** Alone: the fastest of the campaigns, and one that sends as much as all of them together. */
async function ratesPart(world) {
  const step = FASTEST_PER_MINUTE ** (1 / (RATES - 1));
  const rates = Array.from({ length: RATES }, (_, at) => Math.round(step ** at));
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return repeated(async () => {
    const fastest = await runAtRates(world, [FASTEST_PER_MINUTE], ALONE_SECONDS);
    const asMuch = await runAtRates(world, [total], ALONE_SECONDS);
    const all = await runAtRates(world, rates, RATE_SECONDS);
    return {
      worstOff: all.worstOff,
      cpuUs: all.cpuUs,
      fastestAloneCpuUs: fastest.cpuUs,
      asMuchAloneCpuUs: asMuch.cpuUs,
      timesFastestAlone: all.cpuUs / fastest.cpuUs,
      timesAsMuchAlone: all.cpuUs / asMuch.cpuUs,
    };
  });
}

async function rssPart(world) {
  return repeated(async () => {
    const few = await runCampaign(world, { contacts: 10_000, env: MEMORY });
    const many = await runCampaign(world, { contacts: 1_000_000, env: MEMORY });
    return {
      fewRssMib: few.rssMib,
      manyRssMib: many.rssMib,
      grown: many.rssMib / few.rssMib,
      manyPerSecond: many.perSecond,
    };
  });
}

async function repeated(round) {
  const rounds = [];
  for (let at = 0; at < REPEAT; at += 1) {
    const found = await round();
    print(`  ${at + 1}. ${JSON.stringify(rounded(found))}`);
    rounds.push(found);
  }
  return rounds;
}

function mediansOf(rounds) {
  const names = Object.keys(rounds[0]);
  return rounded(Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))])));
}

function rounded(figures) {
  const three = (value) =>
    Number(value.toPrecision(Math.abs(value) >= 100 ? Math.ceil(Math.log10(value)) : 3));
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, three(value)]));
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
