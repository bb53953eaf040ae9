// Runs of the engine itself: one campaign as fast as it goes, or many at their rates.
import { until } from './bench-world.mjs';
import { aCampaign, settledCount, settledOf, startsOf } from './fixtures.mjs';

const MIB = 1024 * 1024;
// So fast that no pace bounds it.
const UNBOUNDED = 60_000_000;

/** The statements of a message's way from the queue to its result, by their first words. */
const TICK = /^SELECT id, campaign_id, contact_list_id, tick_generation/u;
const PATH = [
  /^WITH told AS/u,
  /^WITH expired AS/u,
  /^WITH due AS \( SELECT id FROM campaign_messages WHERE run_id/u,
  /^WITH lists AS/u,
  /^UPDATE campaign_runs SET tick/u,
  /^UPDATE campaign_messages/u,
  /^SELECT extract\(epoch FROM held_until/u,
  /^SELECT "(campaign|link)"/u,
  /^SELECT \(SELECT count/u,
];

/**
 * One campaign, from the first call to the last settlement, by as many workers. Each has sent `warmUp` messages of another
 * campaign before, as a process that has run for a while, and as the clients that it is compared with have.
 */
export async function runCampaign(world, { contacts, env = {}, workers = 1, warmUp = 0 }) {
  await world.emptyTables();
  const all = [];
  for (let n = 0; n < workers; n += 1) all.push(await world.startWorker(env));
  if (warmUp > 0) await sendAll(world, { contacts: warmUp * workers, firstNumber: 4916000000000 });
  for (const worker of all) await worker.reset();
  const before = await statsOf(all);
  const done = await sendAll(world, { contacts });
  const after = await statsOf(all);
  for (const worker of all) await worker.stop();
  return {
    perSecond: contacts / ((done.last - done.first) / 1000),
    statementsPer100: (pathStatements(after.statements) / contacts) * 100,
    allStatementsPer100: (sum(Object.values(after.statements)) / contacts) * 100,
    workerCpuUs: ((after.cpuMs - before.cpuMs) * 1000) / contacts,
    rssMib: after.peakRss / MIB,
  };
}

async function sendAll(world, { contacts, firstNumber }) {
  const { campaignId } = await aCampaign(world.db, { contacts, messagesPerMinute: UNBOUNDED, firstNumber });
  await until('the end of the campaign', async () => (await settledCount(world.db, campaignId)) === contacts);
  const done = await settledOf(world.db, campaignId);
  if (done.sent !== contacts) throw new Error(`${done.sent} of ${contacts} were sent`);
  return done;
}

/** Campaigns that share one number, each at its rate a minute; what they did between two moments. */
export async function runAtRates(world, rates, seconds) {
  await world.emptyTables();
  const worker = await world.startWorker({ PROVIDER: 'memory' });
  const campaigns = [];
  for (const [index, messagesPerMinute] of rates.entries()) {
    const contacts = Math.ceil((messagesPerMinute * (seconds + 60)) / 60) + 10;
    const { campaignId } = await aCampaign(world.db, {
      contacts,
      messagesPerMinute,
      firstNumber: 4915100000000 + index * 1_000_000,
    });
    campaigns.push({ campaignId, messagesPerMinute });
  }
  await until('a message of each campaign', async () => (await startsOf(world.db)).size === rates.length);
  const [from, usedBefore] = [new Date(), world.processorSeconds()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const [to, usedAfter] = [new Date(), world.processorSeconds()];
  const starts = await startsOf(world.db);
  await worker.stop();
  const messages = sum([...starts.values()].map((all) => all.filter((at) => at > from && at <= to).length));
  return {
    cpuUs: ((usedAfter - usedBefore) * 1e6) / messages,
    worstOff: Math.max(...campaigns.map((campaign) => offBy(campaign, starts.get(campaign.campaignId), to))),
  };
}

/** By which part the messages of a campaign, first to last, were off its rate. */
function offBy({ messagesPerMinute }, starts, to) {
  const sent = starts.filter((at) => at <= to);
  const minutes = (sent.at(-1) - sent[0]) / 60_000;
  return Math.abs((sent.length - 1) / minutes / messagesPerMinute - 1);
}

async function statsOf(workers) {
  const all = [];
  for (const worker of workers) all.push(await worker.stats());
  const statements = {};
  for (const stats of all)
    for (const [text, count] of Object.entries(stats.statements))
      statements[text] = (statements[text] ?? 0) + count;
  return {
    statements,
    cpuMs: sum(all.map(({ cpuMs }) => cpuMs)),
    peakRss: Math.max(...all.map(({ peakRss }) => peakRss)),
  };
}

/** Each tick is a transaction with a begin and an end of its own. */
function pathStatements(statements) {
  return sum(
    Object.entries(statements).map(([text, count]) => {
      if (TICK.test(text)) return count * 3;
      return PATH.some((pattern) => pattern.test(text)) ? count : 0;
    }),
  );
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
