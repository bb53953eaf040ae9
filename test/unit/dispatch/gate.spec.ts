import fc from 'fast-check';
import { holdSeconds, regained, throttled } from '../../../src/modules/dispatch/pacing/gate.js';

describe('the adaptive rate of an integration', () => {
  it('is halved by throttling, and never below a sixteenth', () => {
    expect(throttled(1)).toBe(0.5);
    expect(throttled(throttled(1))).toBe(0.25);
    expect(throttled(1 / 16)).toBe(1 / 16);
  });

  it('recovers with time and never beyond the throughput', () => {
    expect(regained(0.5, 10_000)).toBeCloseTo(0.6);
    expect(regained(0.5, 50_000)).toBe(1);
    expect(regained(0.5, -1_000)).toBe(0.5);
  });

  it('stays within its bounds, whatever happens in whatever order', () => {
    const step = fc.oneof(fc.constant('throttle' as const), fc.integer({ min: 0, max: 120_000 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let factor = 1;
        for (const now of steps) {
          const next = now === 'throttle' ? throttled(factor) : regained(factor, now);
          if (now === 'throttle') expect(next).toBeLessThanOrEqual(factor);
          else expect(next).toBeGreaterThanOrEqual(factor);
          factor = next;
          expect(factor).toBeGreaterThanOrEqual(1 / 16);
          expect(factor).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('the circuit of an integration', () => {
  it('waits twice as long each time, at most a minute', () => {
    expect([1, 2, 3, 6, 7, 100].map(holdSeconds)).toEqual([1, 2, 4, 32, 60, 60]);
  });
});
