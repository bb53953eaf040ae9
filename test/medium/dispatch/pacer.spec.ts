import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { LEAD_MS, slotGapUs, slotSpacingUs, SLACK_MS } from '../../../src/modules/dispatch/pacing/pace.js';
import { type PaceRequest, Pacer } from '../../../src/modules/dispatch/pacing/pacer.js';
import { RecipientPairs } from '../../../src/modules/dispatch/pacing/recipient-pairs.js';
import {
  ClockWatch,
  monotonicUs,
  type Slot,
  SlotClock,
} from '../../../src/modules/dispatch/pacing/slot-clock.js';
import { loadConfig } from '../../../src/platform/config/load-config.js';
import { testRedisUrl } from '../../support/database.js';

interface Pace {
  perMinute: number;
  campaignId?: string;
  integrationId?: string;
  integrationPerMinute?: number;
}

function aRequest({
  perMinute,
  campaignId,
  integrationId,
  integrationPerMinute = 60_000,
}: Pace): PaceRequest {
  return {
    campaignId: campaignId ?? randomUUID(),
    messagesPerMinute: perMinute,
    integrationId: integrationId ?? randomUUID(),
    integrationPerMinute,
    pacedUntilUs: 0,
  };
}

/** Takes open slots for a while as a ticker does, and returns the moment of each. */
async function takeFor(
  pacer: Pacer,
  ms: number,
  options: { request: PaceRequest; forget?: () => Promise<unknown> },
): Promise<number[]> {
  const request = { ...options.request };
  const moments: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const open = await pacer.open(request, 1_000);
    if (open.slots.length > 0) {
      const { slots, endUs } = await pacer.take(request, open.slots.length);
      moments.push(...slots.map(({ atUs }) => atUs));
      request.pacedUntilUs = endUs;
      await options.forget?.();
    }
    await sleep(50);
  }
  return moments;
}

function smallestGap(moments: number[]): number {
  const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
  return Math.min(...gaps);
}

// A wish is granted at the next moment of the grid, so two grants may be closer than two wishes by less than one step.
const GRID_US = slotSpacingUs(60_000);
const GAP_US = slotGapUs(6_000);

describe('the pacer', () => {
  let redis: Redis;
  let pacer: Pacer;
  const prefix = `pace-${randomUUID()}`;

  beforeAll(() => {
    redis = new Redis(testRedisUrl());
    pacer = new Pacer(redis, loadConfig({ REDIS_PREFIX: prefix }));
  });

  afterAll(() => redis.disconnect());

  it('gives out evenly spaced slots and loses none', async () => {
    const moments = await takeFor(pacer, 1_500, { request: aRequest({ perMinute: 6_000 }) });
    expect(smallestGap(moments)).toBeGreaterThanOrEqual(GAP_US - GRID_US);
    const spanUs = moments.at(-1)! - moments[0]!;
    expect(moments.length - 1).toBe(Math.round(spanUs / slotSpacingUs(6_000)));
  });

  it('gives no slot twice when Redis forgets everything between any two reservations', async () => {
    const request = aRequest({ perMinute: 6_000 });
    const forget = () =>
      redis.del(
        `${prefix}:pace:${request.campaignId}`,
        `${prefix}:pace:integration:${request.integrationId}`,
        `${prefix}:pace:integration:${request.integrationId}:since`,
      );
    const moments = await takeFor(pacer, 2_000, { request, forget });
    expect(moments.length).toBeGreaterThan(2);
    expect(smallestGap(moments)).toBeGreaterThanOrEqual(GAP_US - GRID_US);
  });

  it('does not catch up slots that nobody took', async () => {
    const request = aRequest({ perMinute: 600 });
    await pacer.open(request, 1);
    await sleep(1_500);
    const { slots } = await pacer.open(request, 1_000);
    expect(slots.length).toBeGreaterThan(0);
    expect(slots.length).toBeLessThanOrEqual(5);
  });

  it('makes good for workers that ask late, whichever they are: no slot is lost, none comes in a burst', async () => {
    const clock = await standingClock();
    const request = aRequest({ perMinute: 6_000 });
    const slots: Slot[] = [];
    // Nobody knows yet what was given out before.
    await clock.pass((await clock.newWorker().open(request, 1)).nextInMs);
    for (const lateMs of [0, 60, 0, 60, 0, 0]) {
      const { nextInMs, slots: some, endUs } = await clock.newWorker().take(request, 25);
      expect(some.length).toBe(25);
      slots.push(...some);
      request.pacedUntilUs = endUs;
      await clock.pass(nextInMs - LEAD_MS + lateMs);
    }
    clock.close();
    const spacing = slotSpacingUs(6_000);
    const wishes = slots.map(({ untilUs }) => untilUs);
    expect(smallestGap(wishes)).toBeGreaterThanOrEqual(spacing - 1);
    expect(wishes.at(-1)! - wishes[0]!).toBeLessThan((slots.length - 1) * spacing + GRID_US);
    expect(smallestGap(slots.map(({ atUs }) => atUs))).toBeGreaterThanOrEqual(GAP_US - GRID_US);
  });

  it('gives slots that all last for the whole slack to who has more than enough of them', async () => {
    const clock = await standingClock();
    const request = aRequest({ perMinute: 60_000_000, integrationPerMinute: 60_000_000 });
    await clock.pass((await clock.newWorker().open(request, 1)).nextInMs);
    const first = await clock.newWorker().takeFresh(request, 100);
    await clock.pass(1_000);
    // After a second in which nobody asked, the others begin with those that could have been had lately.
    request.pacedUntilUs = first.endUs;
    const [late] = (await clock.newWorker().open(request, 1)).slots;
    const second = await clock.newWorker().takeFresh(request, 100);
    clock.close();
    const slots = [...first.slots, ...second.slots];
    expect(slots.length).toBe(200);
    expect(late!.untilUs - late!.atUs).toBeLessThan((SLACK_MS * 1000) / 2);
    for (const { atUs, untilUs } of slots) expect(untilUs - atUs).toBe(SLACK_MS * 1000);
    expect(smallestGap(slots.map(({ untilUs }) => untilUs))).toBeGreaterThanOrEqual(
      slotSpacingUs(60_000_000) - 1,
    );
  });

  it('[F19] does not wait for a clock that jumped back', async () => {
    const request = { ...aRequest({ perMinute: 600 }), pacedUntilUs: Date.now() * 1_000 + 3_600e6 };
    const { nextInMs } = await pacer.open(request, 1);
    expect(nextInMs).toBeLessThan(1_200);
  });

  it('follows a changed rate from the next slot on', async () => {
    const slow = aRequest({ perMinute: 60 });
    const { endUs } = await pacer.take(slow, 1);
    const fast = { ...slow, messagesPerMinute: 6_000, pacedUntilUs: endUs };
    expect((await pacer.open(fast, 1)).nextInMs).toBeLessThan(1_700);
  });

  it('keeps the sum of an integration exact while campaigns come and go, and gives each its share', async () => {
    const integrationId = randomUUID();
    const pace = { integrationId, integrationPerMinute: 4_800, perMinute: 2_400 };
    const first = takeFor(pacer, 3_000, { request: aRequest(pace) });
    const second = takeFor(pacer, 3_000, { request: aRequest(pace) });
    await sleep(1_000);
    // Asks for more than is left until the others hear of it.
    const third = takeFor(pacer, 1_000, { request: aRequest({ ...pace, perMinute: 4_800 }) });
    const [one, two, three] = await Promise.all([first, second, third]);
    const all = [...one, ...two, ...three].sort((a, b) => a - b);
    expect(smallestGap(all)).toBeGreaterThanOrEqual(slotSpacingUs(4_800));
    expect(Math.min(one.length, two.length)).toBeGreaterThan(60);
  });
});

describe('the slot clock', () => {
  it('never lets a message leave before its slot, nor later than the slack', () => {
    const nowUs = 1_000_000_000;
    const asked = monotonicUs();
    const clock = SlotClock.between(nowUs - monotonicUs(), nowUs - asked);
    const slot = (inMs: number) => ({
      atUs: nowUs + inMs * 1_000,
      beginByUs: nowUs + (inMs + 10) * 1_000,
      leaveByUs: nowUs + (inMs + SLACK_MS) * 1_000,
      untilUs: nowUs + (inMs + SLACK_MS) * 1_000,
    });
    expect(clock.isLate(slot(10_000))).toBe(false);
    expect(clock.isLate(slot(-11))).toBe(true);
    expect(clock.beginUs(slot(10_000)) - monotonicUs()).toBeGreaterThan(9_000_000);
    expect(clock.isOver(slot(10_000))).toBe(false);
    expect(clock.isOver(slot(-SLACK_MS - 200))).toBe(true);
  });

  it('doubts a slow reading in favour of the promise', () => {
    const nowUs = 1_000_000_000;
    const answered = monotonicUs();
    const clock = SlotClock.between(nowUs - answered, nowUs - (answered - 400_000));
    // The reading may be as old as 400 ms or as new as now.
    const [over, lasts] = [nowUs + 399_000, nowUs + 9_000_000];
    const ended = { atUs: nowUs + 1_000_000, beginByUs: over, leaveByUs: over, untilUs: over };
    expect(clock.beginUs(ended)).toBe(answered + 1_000_000);
    expect(clock.isOver(ended)).toBe(true);
    expect(clock.isOver({ ...ended, untilUs: lasts })).toBe(true);
    expect(clock.isOver({ ...ended, leaveByUs: lasts })).toBe(true);
    expect(clock.isOver({ ...ended, leaveByUs: lasts, untilUs: lasts })).toBe(false);
    expect(clock.isLate(ended)).toBe(true);
  });
});

describe('the watch over the clock of Redis', () => {
  const slot = { atUs: 5_000_000, beginByUs: 5_010_000, leaveByUs: 5_250_000, untilUs: 5_250_000 };

  it('makes a slow reading exact by what it knows from earlier ones', () => {
    const watch = new ClockWatch();
    watch.read(1_000_000, 1_000_100, 1_000_200);
    expect(watch.read(2_000_000, 2_000_100, 2_400_000).beginUs(slot)).toBeLessThan(5_003_000);
  });

  it('takes the reading itself where both can not be true', () => {
    const watch = new ClockWatch();
    watch.read(1_000_000, 1_000_000, 1_000_000);
    expect(watch.read(1_000_100, 1_007_100, 1_000_100).beginUs(slot)).toBe(4_993_000);
    expect(watch.leftUs(1_000_000)).toBe(0);
  });
});

/** A Redis whose clock can be set, by so many seconds. */
function withClock(redis: Redis, key: string): { set: (seconds: number) => Promise<unknown> } {
  const define = redis.defineCommand.bind(redis);
  redis.defineCommand = (name, { lua, ...options }) => {
    const read = `local t = redis.call('TIME')`;
    const shifted = lua.replace(read, `${read}; t[1] = t[1] + tonumber(redis.call('GET', '${key}') or '0')`);
    expect(shifted).not.toBe(lua);
    define(name, { lua: shifted, ...options });
  };
  return { set: (seconds) => redis.set(key, seconds) };
}

/** A Redis whose clock stands still but for the time that is let pass: nothing depends on how fast this machine is. */
async function standingClock() {
  const redis = new Redis(testRedisUrl());
  const key = `clock-${randomUUID()}`;
  const config = loadConfig({ REDIS_PREFIX: key });
  let nowUs = Date.now() * 1_000;
  const define = redis.defineCommand.bind(redis);
  redis.defineCommand = (name, { lua, ...options }) => {
    const standing = lua.replace(`redis.call('TIME')`, `{ 0, tonumber(redis.call('GET', '${key}')) }`);
    expect(standing).not.toBe(lua);
    define(name, { lua: standing, ...options });
  };
  const pass = (ms: number) => redis.set(key, String(Math.round((nowUs += ms * 1_000))));
  await pass(0);
  // Each ask comes from a worker that has not seen the clock before: to one that has, it would seem to jump.
  return { pass, newWorker: () => new Pacer(redis, config), close: () => redis.disconnect() };
}

/** What two workers are given together, on the real clock, while that of Redis jumps by so many seconds. */
async function takeAround(seconds: number) {
  const redis = new Redis(testRedisUrl());
  const clock = withClock(redis, `clock-${randomUUID()}`);
  const config = loadConfig({ REDIS_PREFIX: `clock-${randomUUID()}` });
  const workers = [new Pacer(redis, config), new Pacer(redis, config)];
  const campaigns = [600, 40].map((perMinute) => ({
    perMinute,
    request: aRequest({ perMinute }),
    moments: [] as number[],
  }));
  let shiftUs = 0;
  const until = async (end: number) => {
    while (performance.now() < end) {
      for (const pacer of workers) {
        for (const { request, moments } of campaigns) {
          const { slots, endUs } = await pacer.take(request, 100);
          moments.push(...slots.map(({ atUs }) => atUs - shiftUs));
          if (slots.length > 0) request.pacedUntilUs = endUs;
        }
      }
      await sleep(20);
    }
  };
  const startedAt = performance.now();
  await until(startedAt + 700);
  const before = campaigns.map(({ moments }) => moments.length);
  await clock.set(seconds);
  shiftUs = seconds * 1_000_000;
  await until(startedAt + 4_000);
  redis.disconnect();
  return campaigns.map(({ perMinute, moments }, at) => ({
    perMinute,
    moments: moments.sort((a, b) => a - b),
    after: moments.length - before[at]!,
  }));
}

it('makes no message too many or too early of a jump of the clock of Redis, and goes on after it', async () => {
  const jumps = [3_600, 2, -2, -3_600];
  const taken = await Promise.all(jumps.map(takeAround));
  for (const [at, [fast, slow]] of taken.entries()) {
    expect([jumps[at], fast!.after > 5, slow!.after > 0]).toEqual([jumps[at], true, true]);
    for (const { perMinute, moments } of [fast!, slow!])
      expect(smallestGap(moments)).toBeGreaterThanOrEqual(slotGapUs(perMinute) - GRID_US);
  }
});

describe('messages of one number to one person', () => {
  let redis: Redis;
  let pairs: RecipientPairs;
  const prefix = `pairs-${randomUUID()}`;

  beforeAll(() => {
    redis = new Redis(testRedisUrl());
    pairs = new RecipientPairs(redis, loadConfig({ REDIS_PREFIX: prefix }));
  });
  afterAll(() => redis.quit());

  const to = (...people: string[]) => people.map((matchKey) => ({ id: randomUUID(), matchKey }));

  it('keep six seconds apart, whoever asks, and hold up nobody else', async () => {
    const number = randomUUID();
    expect(await pairs.take(number, to('1', '2', '3'))).toEqual([0, 0, 0]);
    const [second, fourth] = await pairs.take(number, to('2', '4'));
    expect(fourth).toBe(0);
    expect(second).toBeGreaterThan(6_000);
    expect(second).toBeLessThanOrEqual(7_000);
    expect(await pairs.take(randomUUID(), to('2'))).toEqual([0]);
    expect(await pairs.take(number, [])).toEqual([]);
  });

  it('are not held up by themselves when they missed their slot', async () => {
    const [number, messages] = [randomUUID(), to('1', '2')];
    expect(await pairs.take(number, messages)).toEqual([0, 0]);
    expect(await pairs.take(number, messages)).toEqual([0, 0]);
  });

  it('go to one of those who ask at the same moment', async () => {
    const number = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => pairs.take(number, to('1'))));
    expect(answers.filter(([waitMs]) => waitMs === 0)).toHaveLength(1);
  });

  it('wait when WhatsApp says that it were too many', async () => {
    const [number, messages] = [randomUUID(), to('1')];
    await pairs.take(number, messages);
    await pairs.rest(number, '1', 16_000);
    const [waitMs] = await pairs.take(number, messages);
    expect(waitMs).toBeGreaterThan(15_000);
  });

  it('wait until the rest is over, whoever rests after them', async () => {
    const number = randomUUID();
    await pairs.rest(number, '1', 16_000);
    await pairs.rest(number, '2', 1);
    await sleep(5);
    await pairs.rest(number, '3', 9_000);
    const [first, second, third] = await pairs.take(number, to('1', '2', '3'));
    expect([first! > 15_000, second, third! > 8_000]).toEqual([true, 0, true]);
  });

  it('are free again in time', async () => {
    const [number, [message]] = [randomUUID(), to('1')];
    await pairs.take(number, [message!]);
    const [key] = await redis.keys(`${prefix}:pairs:${number}:*`);
    const [, freeAt] = (await redis.hget(key!, '1'))!.split(',');
    expect(Number(freeAt) - Date.now()).toBeGreaterThan(6_000);
    await redis.hset(key!, '1', `${message!.id},${Date.now()}`);
    expect(await pairs.take(number, to('1'))).toEqual([0]);
  });

  it('of thousands at once each have their answer, also two to one person', async () => {
    const [number, messages] = [randomUUID(), to(...Array.from({ length: 2_500 }, (_, index) => `${index}`))];
    const twice = [...messages, ...to('7')];
    const waits = await pairs.take(number, twice);
    expect(waits.slice(0, -1).every((waitMs) => waitMs === 0)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(6_000);
    expect(await pairs.take(number, messages)).toEqual(messages.map(() => 0));
    expect((await pairs.take(number, to('2400', '9999'))).map((waitMs) => waitMs > 0)).toEqual([true, false]);
  });
});
