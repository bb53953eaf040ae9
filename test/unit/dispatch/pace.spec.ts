import fc from 'fast-check';
import {
  fairShares,
  latenessMs,
  SLACK_MS,
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
  it('keeps every minute at or below the rate, however late within the slack each message leaves', () => {
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

describe('the lateness of a message', () => {
  it('never reaches beyond the slack that keeps the minute', () => {
    for (const rate of [1, 60, 600, 6_000, 60_000, 1_000_000])
      expect(latenessMs(slotSpacingUs(rate))).toBeLessThanOrEqual(SLACK_MS);
  });

  it('lets no second hold more than its share rounded up plus one, up to 3,500 a minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_500 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 50, maxLength: 200 }),
        (rate, lateness) => {
          const spacing = slotSpacingUs(rate);
          const sends = Array.from({ length: Math.ceil(rate / 20) + 50 }, (_, index) => {
            return index * spacing + lateness[index % lateness.length]! * latenessMs(spacing) * 1000;
          });
          expect(mostInAnyWindow(sends, 1_000_000)).toBeLessThanOrEqual(Math.ceil(rate / 60) + 1);
        },
      ),
      { numRuns: 100 },
    );
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
