import { bar, progressLine } from '../../../../src/tools/demo/demo-progress-line.js';
import type { DemoResult } from '../../../../src/tools/demo/demo-summary.js';

const aResult = (fields: Partial<DemoResult> = {}): DemoResult => ({
  total: 10,
  percentage: 0,
  messaged: 0,
  skipped: {},
  dispositions: {},
  deliveries: {},
  ...fields,
});

describe('bar', () => {
  it.each([
    [0, '░░░░░░░░░░'],
    [50, '█████░░░░░'],
    [100, '██████████'],
    [-5, '░░░░░░░░░░'],
    [130, '██████████'],
  ])('shows %d %%', (percentage, expected) => {
    expect(bar(percentage, 10)).toBe(expected);
  });
});

describe('progressLine', () => {
  it('shows zeros before anything happened', () => {
    expect(progressLine(aResult())).toMatch(
      / {2}0 % {2}sent 0 · delivered 0 · read 0 · failed 0 · skipped 0$/,
    );
  });

  it('counts readers as reached, both kinds of failures, and all reasons of skips', () => {
    const line = progressLine(
      aResult({
        percentage: 90,
        dispositions: { 'OUTBOUND-MESSAGE-SENT': 7, 'OUTBOUND-MESSAGE-FAILED': 1 },
        deliveries: { Sent: 1, DeliverySuccess: 2, Read: 3, DeliveryFailed: 1, Failed: 1 },
        skipped: { 'ININ-OUTBOUND-NUMBERS-INVALID': 1, 'ININ-OUTBOUND-DNC-SKIPPED': 2 },
      }),
    );
    expect(line).toMatch(/ 90 % {2}sent 7 · delivered 5 · read 3 · failed 2 · skipped 3$/);
  });
});
