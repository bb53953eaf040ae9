import fc from 'fast-check';
import {
  fairShares,
  LATEST_GRANT_MS,
  mostInASecond,
  SLACK_MS,
  slotGapUs,
  slotLatenessUs,
  slotLengthUs,
  slotSpacingUs,
  WINDOW_MS,
} from '../../../src/modules/dispatch/pacing/pace.js';

/** Greatest number of moments within any half-open window. */
function mostInAnyWindow(momentsUs: number[], windowUs: number): number {
  const sorted = [...momentsUs].sort((a, b) => a - b);
  let most = 0;
  for (let end = 0, start = 0; end < sorted.length; end += 1) {
    while (sorted[end]! - sorted[start]! >= windowUs) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}

describe('slot spacing', () => {
  it('[F47] keeps every minute at or below the rate, however late within the slack each message leaves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 50, maxLength: 200 }),
        (rate, lateness) => {
          const spacing = slotSpacingUs(rate);
          const sends = Array.from({ length: Math.min(2 * rate + 50, 6_000) }, (_, index) => {
            const late = lateness[index % lateness.length]! * SLACK_MS * 1000;
            return index * spacing + late;
          });
          expect(mostInAnyWindow(sends, WINDOW_MS * 1000)).toBeLessThanOrEqual(rate);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('uses at least 99 % of the rate, and 98 % of the greatest', () => {
    const used = (rate: number) => (WINDOW_MS * 1000) / slotSpacingUs(rate) / rate;
    for (let rate = 1; rate <= 30_000; rate += 1) expect(used(rate)).toBeGreaterThan(0.99);
    for (let rate = 1; rate <= 10_000; rate += 1) expect(used(rate)).toBeGreaterThan(0.995);
    expect(used(60_000)).toBeGreaterThan(0.98);
  });
});

interface Stall {
  beginUs: number;
  endUs: number;
}

/** Slots as the script grants them, on the grid of the integration, while whoever asks for them is late at times. */
function grantedSlots(
  rate: number,
  capacity: number,
  lateAsksUs: readonly number[],
  count: number,
): number[] {
  const [spacing, gap, grid] = [slotSpacingUs(rate), slotGapUs(rate), slotSpacingUs(capacity)];
  let [wish, due, earliest] = [0, 0, 0];
  return Array.from({ length: count }, (_, index) => {
    if (index % 20 === 0) earliest = wish + lateAsksUs[(index / 20) % lateAsksUs.length]!;
    due = Math.max(wish, due, earliest);
    const grant = Math.ceil(due / grid) * grid;
    wish = Math.max(wish, grant - LATEST_GRANT_MS * 1000) + spacing;
    due = Math.max(due, grant - grid) + gap;
    return grant;
  });
}

/** When the messages of a process leave, given its stalls: none in a slot that was over by then. */
function leftIn(slots: readonly number[], stalls: readonly Stall[], latenessUs: number): number[] {
  let nowUs = 0;
  return slots.flatMap((slotUs) => {
    nowUs = Math.max(nowUs, slotUs);
    for (const { beginUs, endUs } of stalls) if (nowUs >= beginUs && nowUs < endUs) nowUs = endUs;
    return nowUs > slotUs + latenessUs ? [] : [nowUs];
  });
}

const aStall = fc
  .record({ beginUs: fc.nat(4_000_000), lengthUs: fc.oneof(fc.nat(30_000), fc.nat(800_000)) })
  .map(({ beginUs, lengthUs }) => ({ beginUs, endUs: beginUs + lengthUs }));
const someProcesses = fc.array(fc.array(aStall, { maxLength: 30 }), { minLength: 1, maxLength: 5 });
const someLateAsks = fc.array(fc.oneof(fc.constant(0), fc.nat(400_000)), { minLength: 1, maxLength: 12 });

/** Most messages that leave within any second when processes take turns at a campaign, a few slots each. */
function mostOf(rate: number, capacity: number, stalls: readonly Stall[][], lateAsksUs: number[]): number {
  const slots = grantedSlots(rate, capacity, lateAsksUs, Math.ceil(rate / 20) + 10);
  const latenessUs = slotLatenessUs(rate, capacity);
  const left = stalls.flatMap((own, process) =>
    leftIn(
      slots.filter((_, index) => Math.floor(index / 20) % stalls.length === process),
      own,
      latenessUs,
    ),
  );
  return mostInAnyWindow(left, 1_000_000);
}

describe('the slots of a campaign that several processes send', () => {
  it('[F47] hold no more in any second than their share rounded up and one, however often each stalls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60_000 }),
        someProcesses,
        someLateAsks,
        (rate, stalls, lateAsks) => {
          expect(mostOf(rate, 60_000, stalls, lateAsks)).toBeLessThanOrEqual(mostInASecond(rate));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('[F47] hold no more either where the promise is tightest: whole messages a second', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(60, 600, 1_200, 6_000, 12_000, 30_000, 60_000),
        someProcesses,
        someLateAsks,
        (rate, stalls, lateAsks) => {
          expect(mostOf(rate, 60_000, stalls, lateAsks)).toBeLessThanOrEqual(mostInASecond(rate));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('hold at most one more where the grid of the integration is coarse', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1_200, 4_800, 12_000),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        someProcesses,
        someLateAsks,
        (capacity, part, stalls, lateAsks) => {
          const rate = Math.ceil(capacity * part);
          expect(mostOf(rate, capacity, stalls, lateAsks)).toBeLessThanOrEqual(mostInASecond(rate) + 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are long enough for a process that is a little busy, and never longer than the slack allows', () => {
    for (let rate = 1; rate <= 60_000; rate += 1) {
      const lengthUs = slotLengthUs(rate, 60_000);
      expect(lengthUs).toBeGreaterThanOrEqual(5_000);
      expect(lengthUs).toBeLessThanOrEqual((SLACK_MS - LATEST_GRANT_MS) * 1000);
      expect(slotLatenessUs(rate, 60_000)).toBeGreaterThanOrEqual(lengthUs);
      expect(slotLatenessUs(rate, 60_000)).toBeLessThanOrEqual(SLACK_MS * 1000);
    }
    expect(slotLengthUs(6_000, 60_000)).toBeGreaterThan(8_000);
    expect(slotLengthUs(600, 60_000)).toBeGreaterThan(70_000);
  });
});

describe('fair shares of an integration', () => {
  const claim = (campaignId: string, messagesPerMinute: number) => ({ campaignId, messagesPerMinute });

  it('gives everybody what they ask for when there is enough', () => {
    expect(fairShares([claim('a', 100), claim('b', 200)], 4_800)).toEqual(
      new Map([
        ['a', 100],
        ['b', 200],
      ]),
    );
  });

  it('gives the modest what they ask for and divides the rest', () => {
    expect(fairShares([claim('a', 4_800), claim('b', 300), claim('c', 4_800)], 4_800)).toEqual(
      new Map([
        ['b', 300],
        ['a', 2_250],
        ['c', 2_250],
      ]),
    );
  });

  it('never gives more than asked for, nor more than there is', () => {
    const claims = fc.uniqueArray(fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 60_000 })), {
      maxLength: 25,
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(claims, fc.integer({ min: 1_200, max: 60_000 }), (asked, capacity) => {
        const shares = fairShares(
          asked.map(([id, rate]) => claim(id, rate)),
          capacity,
        );
        for (const [id, rate] of asked) expect(shares.get(id)).toBeLessThanOrEqual(rate);
        const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
        expect(total).toBeLessThanOrEqual(capacity);
      }),
    );
  });
});
