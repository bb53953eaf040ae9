import { PairRate } from '../../../src/simulator/sending/pair-rate.js';
import { SlidingMaximum } from '../../../src/simulator/sending/sliding-maximum.js';
import { ThroughputLimiter } from '../../../src/simulator/sending/throughput.js';

describe('throughput of a number', () => {
  const limiter = () => new ThroughputLimiter({ throughputBurstSeconds: 1 });
  const allowed = (subject: ThroughputLimiter, calls: number, now: number) =>
    Array.from({ length: calls }, () => subject.allows('n1', 80, now)).filter(Boolean).length;

  it('allows one second worth at once and then the rate', () => {
    const subject = limiter();
    expect(allowed(subject, 200, 0)).toBe(80);
    expect(allowed(subject, 200, 500)).toBe(40);
    expect(allowed(subject, 200, 60_000)).toBe(80);
  });

  it('keeps numbers apart and does not gain from a clock that steps back', () => {
    const subject = limiter();
    expect(allowed(subject, 100, 10_000)).toBe(80);
    expect(subject.allows('n2', 80, 10_000)).toBe(true);
    expect(allowed(subject, 100, 0)).toBe(0);
    expect(allowed(subject, 100, 10_000)).toBe(0);
  });

  it('counts inbound messages', () => {
    const subject = limiter();
    for (let count = 0; count < 20; count += 1) subject.countInbound('n1', 80, 0);
    expect(allowed(subject, 100, 0)).toBe(60);
  });
});

describe('pair rate', () => {
  const settings = { pairRateEnabled: true, pairIntervalMs: 6_000, pairBurst: 45 };

  it('lets a burst borrow from the future', () => {
    const subject = new PairRate(settings);
    for (let count = 0; count < 20; count += 1) expect(subject.allows('n', 'r', count)).toBe(true);
    expect(subject.allows('n', 'r', 6_000)).toBe(false);
    expect(subject.allows('n', 'r', 119_999)).toBe(false);
    expect(subject.allows('n', 'r', 120_000)).toBe(true);
  });

  it('ends a burst at its limit, for this pair only', () => {
    const subject = new PairRate(settings);
    for (let count = 0; count < 45; count += 1) expect(subject.allows('n', 'r', 0)).toBe(true);
    expect(subject.allows('n', 'r', 0)).toBe(false);
    expect(subject.allows('n', 'other', 0)).toBe(true);
    expect(subject.allows('m', 'r', 0)).toBe(true);
  });

  it('sends every six seconds for ever', () => {
    const subject = new PairRate(settings);
    for (let at = 0; at < 600_000; at += 6_000) expect(subject.allows('n', 'r', at)).toBe(true);
  });
});

describe('sliding maximum', () => {
  it('finds the window that straddles two fixed ones', () => {
    const subject = new SlidingMaximum(1_000);
    for (const at of [0, 900, 950, 1_000, 1_050, 1_899, 1_900]) subject.add(at);
    // (900, 1900] holds 950, 1000, 1050, 1899, 1900.
    expect(subject.maximum).toBe(5);
  });

  it('agrees with counting by hand on many moments', () => {
    const subject = new SlidingMaximum(60_000);
    const moments = Array.from({ length: 3_000 }, (_, index) => index * 37 + (index % 500) * 11).sort(
      (a, b) => a - b,
    );
    for (const at of moments) subject.add(at);
    const byHand = moments.map((end) => moments.filter((at) => at > end - 60_000 && at <= end).length);
    expect(subject.maximum).toBe(Math.max(...byHand));
  });
});
