import { isTimeZone, parseGranularity } from '../../../src/modules/reporting/aggregates/granularity.js';

describe('parseGranularity', () => {
  it.each([
    ['PT15M', { length: '0 days 900 seconds', wholeQuarters: true }],
    ['PT1M', { length: '0 days 60 seconds', wholeQuarters: false }],
    ['PT1H', { length: '0 days 3600 seconds', wholeQuarters: true }],
    ['P7D', { length: '7 days 0 seconds', wholeQuarters: true }],
    ['P1D', { length: '1 day', unit: 'day', wholeQuarters: true }],
    ['P1W', { length: '1 week', unit: 'week', wholeQuarters: true }],
    ['P1M', { length: '1 month', unit: 'month', wholeQuarters: true }],
  ])('reads %s', (text, expected) => {
    expect(parseGranularity(text)).toMatchObject(expected);
  });

  it.each(['', 'P', 'PT', 'PT0M', 'P2M', 'P1M1D', '1H', 'PT1.5H', "P1D'; DROP"])('refuses %s', (text) => {
    expect(parseGranularity(text)).toBeUndefined();
  });
});

describe('isTimeZone', () => {
  it('knows names of time zones and nothing else', () => {
    expect(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires'].map(isTimeZone)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['Mars/Base', '', "UTC'", '+01:00'].map(isTimeZone)).toEqual([false, false, false, false]);
  });
});
