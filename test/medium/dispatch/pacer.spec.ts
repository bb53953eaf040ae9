import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { slotSpacingUs, SLACK_MS } from '../../../src/modules/dispatch/pacing/pace.js';
import { Pacer } from '../../../src/modules/dispatch/pacing/pacer.js';
import { SlotClock } from '../../../src/modules/dispatch/pacing/slot-clock.js';
import { loadConfig } from '../../../src/platform/config/load-config.js';
import { testRedisUrl } from '../../support/database.js';

/** Takes open slots for a while as a ticker does, and returns the moment of each. */
async function takeFor(
  pacer: Pacer,
  ms: number,
  options: { perMinute: number; campaignId: string; forget?: () => Promise<unknown> },
) {
  const request = {
    campaignId: options.campaignId,
    spacingUs: slotSpacingUs(options.perMinute),
    pacedUntilUs: 0,
  };
  const moments: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const { count } = await pacer.open(request);
    if (count > 0) {
      const { slots, endUs } = await pacer.take(request, count);
      for (let index = 0; index < count; index += 1) moments.push(slots.firstUs + index * slots.spacingUs);
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
    const moments = await takeFor(pacer, 1_500, { perMinute: 6_000, campaignId: randomUUID() });
    expect(smallestGap(moments)).toBeGreaterThanOrEqual(slotSpacingUs(6_000));
    const spanUs = moments.at(-1)! - moments[0]!;
    expect(moments.length - 1).toBe(Math.round(spanUs / slotSpacingUs(6_000)));
  });

  it('gives no slot twice when Redis forgets everything between any two reservations', async () => {
    const campaignId = randomUUID();
    const forget = () => redis.del(`${prefix}:pace:${campaignId}`);
    const moments = await takeFor(pacer, 1_000, { perMinute: 6_000, campaignId, forget });
    expect(moments.length).toBeGreaterThan(50);
    expect(smallestGap(moments)).toBeGreaterThanOrEqual(slotSpacingUs(6_000));
  });

  it('does not catch up slots that nobody took', async () => {
    const request = { campaignId: randomUUID(), spacingUs: slotSpacingUs(600), pacedUntilUs: 0 };
    await pacer.take(request, 1);
    await sleep(1_000);
    const { count } = await pacer.open(request);
    expect(count).toBeLessThanOrEqual(5);
  });

  it('does not wait for a clock that jumped back', async () => {
    const request = {
      campaignId: randomUUID(),
      spacingUs: slotSpacingUs(600),
      pacedUntilUs: Date.now() * 1_000 + 3_600e6,
    };
    const { nextInMs } = await pacer.open(request);
    expect(nextInMs).toBeLessThan(1_200);
  });

  it('follows a changed rate from the next slot on', async () => {
    const campaignId = randomUUID();
    const slow = { campaignId, spacingUs: slotSpacingUs(60), pacedUntilUs: 0 };
    const { endUs } = await pacer.take(slow, 1);
    const fast = { campaignId, spacingUs: slotSpacingUs(6_000), pacedUntilUs: endUs };
    expect((await pacer.open(fast)).nextInMs).toBeLessThan(1_100);
  });
});

describe('the slot clock', () => {
  it('never lets a message leave before its slot, nor later than the slack', async () => {
    const redis = new Redis(testRedisUrl());
    const clock = await SlotClock.read(redis);
    const [seconds, micros] = await redis.time();
    const nowUs = Number(seconds) * 1e6 + Number(micros);
    redis.disconnect();
    expect(clock.waitMs(nowUs + 100_000)).toBeGreaterThan(50);
    expect(clock.isOver(nowUs + 100_000)).toBe(false);
    expect(clock.isOver(nowUs - SLACK_MS * 1_000 - 200_000)).toBe(true);
  });
});
