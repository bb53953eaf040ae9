import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { LEAD_MS, sendGapUs, slotSpacingUs, SLACK_MS } from '../../../src/modules/dispatch/pacing/pace.js';
import { type PaceRequest, Pacer } from '../../../src/modules/dispatch/pacing/pacer.js';
import { monotonicUs, type Slot, SlotClock } from '../../../src/modules/dispatch/pacing/slot-clock.js';
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
    spacingUs: slotSpacingUs(perMinute),
    integrationId: integrationId ?? randomUUID(),
    integrationSpacingUs: slotSpacingUs(integrationPerMinute),
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
const GAP_US = sendGapUs(slotSpacingUs(6_000));

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
    const other = new Pacer(redis, loadConfig({ REDIS_PREFIX: prefix }));
    const request = aRequest({ perMinute: 6_000 });
    const slots: Slot[] = [];
    // What this machine adds to the lateness that is meant.
    let unmeantUs = 0;
    for (const lateMs of [0, 100, 0, 100, 0, 0]) {
      const asked = slots.length % 2 === 0 ? pacer : other;
      const { nextInMs, slots: some, endUs } = await asked.take(request, 25);
      const askedAt = performance.now();
      slots.push(...some);
      request.pacedUntilUs = endUs;
      const waitMs = Math.max(0, nextInMs - LEAD_MS + lateMs);
      await sleep(waitMs);
      unmeantUs += (performance.now() - askedAt - waitMs) * 1_000;
    }
    const spacing = slotSpacingUs(6_000);
    const wishes = slots.map(({ untilUs }) => untilUs);
    expect(smallestGap(wishes)).toBeGreaterThanOrEqual(spacing - 1);
    const spanUs = wishes.at(-1)! - wishes[0]!;
    expect(spanUs).toBeLessThan((slots.length - 1) * spacing + unmeantUs + 20_000);
    expect(smallestGap(slots.map(({ atUs }) => atUs))).toBeGreaterThanOrEqual(GAP_US - GRID_US);
  });

  it('[F19] does not wait for a clock that jumped back', async () => {
    const request = { ...aRequest({ perMinute: 600 }), pacedUntilUs: Date.now() * 1_000 + 3_600e6 };
    const { nextInMs } = await pacer.open(request, 1);
    expect(nextInMs).toBeLessThan(1_200);
  });

  it('follows a changed rate from the next slot on', async () => {
    const slow = aRequest({ perMinute: 60 });
    const { endUs } = await pacer.take(slow, 1);
    const fast = { ...slow, spacingUs: slotSpacingUs(6_000), pacedUntilUs: endUs };
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
    const clock = SlotClock.of(asked, nowUs, monotonicUs());
    const slot = (inMs: number) => ({
      atUs: nowUs + inMs * 1_000,
      untilUs: nowUs + (inMs + SLACK_MS) * 1_000,
    });
    expect(clock.beginUs(slot(10_000)) - monotonicUs()).toBeGreaterThan(9_000_000);
    expect(clock.isOver(slot(10_000))).toBe(false);
    expect(clock.isOver(slot(-SLACK_MS - 200))).toBe(true);
  });

  it('doubts a slow reading in favour of the promise', () => {
    const nowUs = 1_000_000_000;
    const answered = monotonicUs();
    const clock = SlotClock.of(answered - 400_000, nowUs, answered);
    // The reading may be as old as 400 ms or as new as now.
    expect(clock.beginUs({ atUs: nowUs + 1_000_000, untilUs: 0 })).toBe(answered + 1_000_000);
    expect(clock.isOver({ atUs: nowUs, untilUs: nowUs + 399_000 })).toBe(true);
  });
});
