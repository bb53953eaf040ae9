import fc from 'fast-check';
import { EvenSends } from '../../../src/modules/dispatch/pacing/even-sends.js';
import { fairShares, SLACK_MS, slotSpacingUs, WINDOW_MS } from '../../../src/modules/dispatch/pacing/pace.js';

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

  it('uses at least 99 % of the rate', () => {
    for (const rate of [1, 10, 600, 4_800, 60_000]) {
      expect((WINDOW_MS * 1000) / slotSpacingUs(rate)).toBeGreaterThanOrEqual(rate * 0.99);
    }
  });
});

describe('the sends of a process', () => {
  const slotAt = (beginUs: number) => ({ beginUs, endUs: beginUs + SLACK_MS * 1000 });

  it('[F47] hold no more in any second than their share rounded up, however often it stalls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(fc.record({ afterUs: fc.nat(3_000_000), stallUs: fc.nat(800_000) }), { maxLength: 10 }),
        (rate, stalls) => {
          const spacing = slotSpacingUs(rate);
          const even = new EvenSends();
          let nowUs = 0;
          const sends = Array.from({ length: Math.ceil(rate / 12) + 10 }, (_, index) => {
            const slot = slotAt(1_000_000 + index * spacing);
            nowUs = Math.max(nowUs, slot.beginUs);
            // Everything whose moment falls into a stall is asked for when the stall is over.
            for (const { afterUs, stallUs } of stalls)
              if (nowUs >= afterUs && nowUs < afterUs + stallUs) nowUs = afterUs + stallUs;
            const dueUs = even.next('campaign', slot, spacing, nowUs);
            if (dueUs === undefined) return [];
            nowUs = Math.max(nowUs, dueUs);
            return [nowUs];
          }).flat();
          expect(mostInAnyWindow(sends, 1_000_000)).toBeLessThanOrEqual(Math.ceil(rate / 60));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lose nothing to a stall that is shorter than the slack', () => {
    const even = new EvenSends();
    const spacing = slotSpacingUs(600);
    const stallEndsUs = 400_000;
    const moments = Array.from({ length: 30 }, (_, index) => {
      const nowUs = Math.max(stallEndsUs, index * spacing);
      return even.next('campaign', slotAt(index * spacing), spacing, nowUs)!;
    });
    expect(moments.every((moment, index) => moment <= index * spacing + SLACK_MS * 1000)).toBe(true);
    expect(moments.at(-1)).toBeLessThanOrEqual(29 * spacing + stallEndsUs);
  });

  it('count what left before a change of the rate', () => {
    const even = new EvenSends();
    for (let index = 0; index < 10; index += 1) even.next('campaign', slotAt(0), slotSpacingUs(600), 0);
    expect(even.next('campaign', slotAt(1), slotSpacingUs(600), 1)).toBeUndefined();
    expect(even.next('campaign', slotAt(1), slotSpacingUs(300), 1)).toBeUndefined();
    expect(even.next('campaign', slotAt(1), slotSpacingUs(900), 1)).toBe(1);
  });

  it('leave when their slots begin as long as nothing is late, and campaigns do not wait for each other', () => {
    const even = new EvenSends();
    const spacing = slotSpacingUs(600);
    for (let index = 0; index < 20; index += 1) {
      const slotUs = index * spacing;
      expect(even.next('one', slotAt(slotUs), spacing, slotUs)).toBe(slotUs);
      expect(even.next('other', slotAt(slotUs), spacing, slotUs)).toBe(slotUs);
    }
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
