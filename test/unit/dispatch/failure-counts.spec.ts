import {
  isAlarming,
  isBadTemplate,
  isEnough,
} from '../../../src/modules/dispatch/webhooks/failure-counts.js';

describe('failures that statuses tell of', () => {
  it.each([
    [131042, 2, false],
    [131042, 3, true],
    [131053, 2, false],
    [131053, 3, true],
    [131048, 1, true],
    [132015, 1, true],
  ])('with code %i are about more than their messages when there are %i: %s', (code, same, expected) => {
    expect(isEnough(code, { same, arrived: 0, failed: same })).toBe(expected);
  });

  it.each([
    [131026, 61, 139, true],
    [131026, 60, 140, false],
    [131026, 50, 50, false],
    [131049, 121, 79, true],
    [131049, 120, 80, false],
    [130472, 199, 1, false],
  ])('with code %i alarm when %i fail and %i arrive: %s', (code, same, arrived, expected) => {
    expect(isAlarming(code, { same, arrived, failed: same })).toBe(expected);
  });

  it.each([
    [19, 0, false],
    [20, 0, true],
    [30, 30, false],
    [31, 30, true],
  ])(
    'as wrong requests mean the template when there are %i, and %i arrive: %s',
    (same, arrived, expected) => {
      expect(isBadTemplate({ same, arrived, failed: same })).toBe(expected);
    },
  );
});
