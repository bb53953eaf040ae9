// What goes wrong. Each mishap makes good what it broke, so that the next one finds the product at work again.
import { setTimeout as sleep } from 'node:timers/promises';
import { addContacts, move } from './campaigns.mjs';
import { crash, end } from './chaos-world.mjs';

const GRACEFUL_MS = 10_000;

/** Seconds of trouble; long enough to be noticed, short enough that there is work left to be disturbed. */
const moment = (dice) => 300 + dice(2_500);

async function replaceWorker({ world, dice }, finish) {
  const [worker] = world.workers.splice(dice(world.workers.length), 1);
  await finish(worker);
  await sleep(moment(dice));
  await world.startWorker();
}

async function disturb(proxy, dice, how) {
  proxy[how]();
  await sleep(moment(dice));
  proxy.open();
}

/** Longer than a claim holds, now and then: somebody else has gone on by the time it wakes up. */
async function freeze(process, dice) {
  process.kill('SIGSTOP');
  await sleep(dice(4) === 0 ? 12_000 : moment(dice));
  process.kill('SIGCONT');
}

export const MISHAPS = {
  'kill a worker': (chaos) => replaceWorker(chaos, crash),
  'stop a worker': (chaos) =>
    replaceWorker(chaos, async (worker) => {
      const ms = await end(worker);
      chaos.notes.stops.push(Math.round(ms));
      if (ms > GRACEFUL_MS) chaos.notes.slowStops += 1;
    }),
  'kill the API': async ({ world, dice }) => {
    await crash(world.api);
    await sleep(moment(dice));
    await world.startApi();
  },
  'kill both workers': async ({ world, dice }) => {
    await Promise.all(world.workers.splice(0).map(crash));
    await sleep(moment(dice));
    await world.startWorker();
    await world.startWorker();
  },
  'a worker freezes': ({ world, dice }) => freeze(world.workers[dice(world.workers.length)], dice),
  'the provider freezes': ({ world, dice }) => freeze(world.simulator, dice),
  'the provider restarts': async ({ world, dice }) => {
    world.proxies.provider.shut();
    await freeze(world.simulator, dice);
    world.proxies.provider.open();
  },
  'kill Redis': ({ world }) => world.restartRedis({ isWiped: false }),
  'kill Redis, all is lost': ({ world }) => world.restartRedis({ isWiped: true }),
  'restart PostgreSQL': ({ world }) => world.restartPostgres({ isCrash: false }),
  'crash PostgreSQL': ({ world }) => world.restartPostgres({ isCrash: true }),
  'cut the provider off in mid-call': ({ world }) => world.proxies.provider.cut(),
  'the provider can not be reached': ({ world, dice }) => disturb(world.proxies.provider, dice, 'shut'),
  'answers of the provider get lost': ({ world, dice }) => disturb(world.proxies.provider, dice, 'swallow'),
  'cut PostgreSQL off': ({ world }) => world.proxies.postgres.cut(),
  'PostgreSQL can not be reached': ({ world, dice }) => disturb(world.proxies.postgres, dice, 'shut'),
  'answers of PostgreSQL get lost': ({ world, dice }) => disturb(world.proxies.postgres, dice, 'swallow'),
  'cut Redis off': ({ world }) => world.proxies.redis.cut(),
  'Redis can not be reached': ({ world, dice }) => disturb(world.proxies.redis, dice, 'shut'),
  'answers of Redis get lost': ({ world, dice }) => disturb(world.proxies.redis, dice, 'swallow'),
  'accepted, then the connection breaks': ({ world }) =>
    world.control('POST', '/faults', { action: 'accept_then_drop', times: 5 }),
  'accepted, then an error': ({ world }) =>
    world.control('POST', '/faults', { action: 'accept_then_error', status: 500, code: 131000, times: 5 }),
  'refused for a while': ({ world }) =>
    world.control('POST', '/faults', { action: 'error', status: 429, code: 130429, times: 10 }),
  'a person opts out': async ({ world, dice, campaigns }) => {
    const campaign = campaigns[dice(campaigns.length)];
    const from = String(campaign.first + dice(campaign.contacts));
    await world.control('POST', '/inbound', { from, type: 'text', text: 'STOP' });
  },
  'stop and start a campaign': async ({ world, dice, campaigns }) => {
    const campaign = campaigns[dice(campaigns.length)];
    await move(world, campaign, 'stop');
    await sleep(moment(dice));
    await world.until('the start', () => move(world, campaign, 'start').then(() => true), 45_000);
  },
  'contacts come': ({ world, dice, campaigns }) => addContacts(world, campaigns.at(-1), 1 + dice(100)),
};
