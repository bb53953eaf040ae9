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
  it('[F47] hold no more in any second than their share rounded up plus one, however often it stalls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(fc.record({ afterUs: fc.nat(3_000_000), stallUs: fc.nat(800_000) }), { maxLength: 10 }),
        (rate, stalls) => {
          const spacing = slotSpacingUs(rate);
          const even = new EvenSends();
          const sends = Array.from({ length: Math.ceil(rate / 12) + 10 }, (_, index) => {
            const slotUs = 1_000_000 + index * spacing;
            // Everything whose moment falls into a stall is asked for when the stall is over.
            const stall = stalls.find(
              ({ afterUs, stallUs }) => slotUs >= afterUs && slotUs < afterUs + stallUs,
            );
            return even.next('campaign', stall ? stall.afterUs + stall.stallUs : slotUs, spacing);
          });
          expect(mostInAnyWindow(sends, 1_000_000)).toBeLessThanOrEqual(Math.ceil(rate / 60) + 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave when their slots begin as long as nothing is late, and campaigns do not wait for each other', () => {
    const even = new EvenSends();
    const spacing = slotSpacingUs(600);
    for (let index = 0; index < 20; index += 1) {
      const slotUs = index * spacing;
      expect(even.next('one', slotUs, spacing)).toBe(slotUs);
      expect(even.next('other', slotUs, spacing)).toBe(slotUs);
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
