import {
  countWindows,
  nextWindow,
  occurrencesOf,
} from '../../../src/modules/campaigns/schedules/occurrences.js';
import { decide, firstStep } from '../../../src/modules/campaigns/schedules/schedule-plan.js';
import { explainSchedule } from '../../../src/modules/campaigns/schedules/schedule-rules.js';
import type { Recurrence, ScheduleDefinition } from '../../../src/modules/campaigns/schedules/schedule.js';

function daily(start: string, end: string, changes: Partial<Recurrence> = {}): Recurrence {
  return {
    id: 'r',
    start,
    end,
    timeZone: 'Europe/Berlin',
    pattern: { type: 'Daily', interval: 1 },
    range: { type: 'NoEnd' },
    alterations: [],
    ...changes,
  };
}

function first(recurrence: Recurrence, from: string, count: number): string[] {
  const found: string[] = [];
  for (const { start, end } of occurrencesOf(recurrence, new Date(from))) {
    found.push(`${start.toISOString().slice(0, 16)} ${end.toISOString().slice(0, 16)}`);
    if (found.length >= count) break;
  }
  return found;
}

const schedule = (changes: Partial<ScheduleDefinition>): ScheduleDefinition => ({
  intervals: [],
  recurrences: [],
  timeZone: 'UTC',
  ...changes,
});

describe('occurrences', () => {
  it.each([
    [
      'Berlin, clocks set back on 2026-10-25: the same time on the wall, an hour later for the world',
      daily('2026-10-24T09:00:00', '2026-10-24T17:00:00'),
      [
        '2026-10-24T07:00 2026-10-24T15:00',
        '2026-10-25T08:00 2026-10-25T16:00',
        '2026-10-26T08:00 2026-10-26T16:00',
      ],
    ],
    [
      'Berlin, a window in the hour that comes twice: once, at its first coming',
      daily('2026-10-24T02:30:00', '2026-10-24T02:45:00'),
      [
        '2026-10-24T00:30 2026-10-24T00:45',
        '2026-10-25T00:30 2026-10-25T00:45',
        '2026-10-26T01:30 2026-10-26T01:45',
      ],
    ],
    [
      'Berlin, clocks set forward on 2027-03-28 past a window: as much later as they jump',
      daily('2027-03-27T02:30:00', '2027-03-27T04:00:00'),
      [
        '2027-03-27T01:30 2027-03-27T03:00',
        '2027-03-28T01:30 2027-03-28T02:00',
        '2027-03-29T00:30 2027-03-29T02:00',
      ],
    ],
    [
      'St. John’s is half an hour beside everybody and sets its clocks back on 2026-11-01',
      daily('2026-10-31T09:00:00', '2026-10-31T10:00:00', { timeZone: 'America/St_Johns' }),
      [
        '2026-10-31T11:30 2026-10-31T12:30',
        '2026-11-01T12:30 2026-11-01T13:30',
        '2026-11-02T12:30 2026-11-02T13:30',
      ],
    ],
    [
      'Kathmandu is 5:45 ahead all year',
      daily('2026-10-24T09:00:00', '2026-10-24T10:00:00', { timeZone: 'Asia/Kathmandu' }),
      [
        '2026-10-24T03:15 2026-10-24T04:15',
        '2026-10-25T03:15 2026-10-25T04:15',
        '2026-10-26T03:15 2026-10-26T04:15',
      ],
    ],
    [
      'past midnight',
      daily('2026-10-24T22:00:00', '2026-10-25T06:00:00'),
      [
        '2026-10-24T20:00 2026-10-25T05:00',
        '2026-10-25T21:00 2026-10-26T05:00',
        '2026-10-26T21:00 2026-10-27T05:00',
      ],
    ],
  ])('%s', (_what, recurrence, expected) => {
    expect(first(recurrence, '2020-01-01T00:00:00Z', 3)).toEqual(expected);
  });

  it('come every second week on the named days, as often as asked', () => {
    const recurrence = daily('2026-11-25T09:00:00', '2026-11-25T10:00:00', {
      timeZone: 'UTC',
      pattern: { type: 'Weekly', interval: 2, daysOfWeek: ['Monday', 'Wednesday'] },
      range: { type: 'Numbered', numberOfOccurrences: 4 },
    });
    expect(first(recurrence, '2020-01-01T00:00:00Z', 9).map((text) => text.slice(0, 10))).toEqual([
      '2026-11-25',
      '2026-12-07',
      '2026-12-09',
      '2026-12-21',
    ]);
  });

  it('end with the day that the range names', () => {
    const recurrence = daily('2026-11-25T09:00:00', '2026-11-25T10:00:00', {
      range: { type: 'EndDate', end: '2026-11-26' },
    });
    expect(first(recurrence, '2020-01-01T00:00:00Z', 9)).toHaveLength(2);
  });

  it('leave out what is excluded and bring in what is included, which counts more', () => {
    const recurrence = daily('2026-12-23T09:00:00', '2026-12-23T17:00:00', {
      timeZone: 'UTC',
      range: { type: 'Numbered', numberOfOccurrences: 5 },
      alterations: [
        { type: 'Exclusion', start: '2026-12-24T00:00:00', end: '2026-12-27T00:00:00' },
        { type: 'Inclusion', start: '2026-12-24T09:00:00', end: '2026-12-24T12:00:00' },
      ],
    });
    expect(first(recurrence, '2020-01-01T00:00:00Z', 9)).toEqual([
      '2026-12-23T09:00 2026-12-23T17:00',
      '2026-12-24T09:00 2026-12-24T12:00',
      '2026-12-27T09:00 2026-12-27T17:00',
    ]);
  });

  it('are found far from their begin, the one that lasts first', () => {
    const recurrence = daily('2001-01-01T09:00:00', '2001-01-01T17:00:00', { timeZone: 'UTC' });
    expect(first(recurrence, '2026-11-26T12:00:00Z', 1)).toEqual(['2026-11-26T09:00 2026-11-26T17:00']);
    expect(first(recurrence, '2026-11-26T17:00:00Z', 1)).toEqual(['2026-11-27T09:00 2026-11-27T17:00']);
  });
});

describe('a schedule', () => {
  const office = schedule({
    recurrences: [daily('2026-11-02T09:00:00', '2026-11-02T17:00:00', { timeZone: 'UTC' })],
  });
  const due = {
    action: 'start' as const,
    at: new Date('2026-11-02T09:00:00Z'),
    windowEnd: new Date('2026-11-02T17:00:00Z'),
  };

  it('has its first step at the window that lasts or comes next', () => {
    expect(firstStep(office, new Date('2026-11-02T08:00:00Z'))).toEqual(due);
    expect(firstStep(office, new Date('2026-11-02T16:59:59Z'))).toEqual(due);
    const past = schedule({
      intervals: [{ start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' }],
    });
    expect(firstStep(past, new Date('2026-11-02T08:00:00Z'))).toBeUndefined();
  });

  it('starts late in a window that still lasts, and skips those that are over', () => {
    expect(decide(office, due, new Date('2026-11-02T15:00:00Z'))).toEqual({
      doNow: 'start',
      next: { ...due, action: 'stop', at: due.windowEnd },
      missed: 0,
    });
    expect(decide(office, due, new Date('2026-11-05T08:00:00Z'))).toMatchObject({
      doNow: 'nothing',
      missed: 3,
      next: { action: 'start', at: new Date('2026-11-05T09:00:00Z') },
    });
  });

  it('stops at the end of a window, also when that was long ago', () => {
    const stop = { ...due, action: 'stop' as const, at: due.windowEnd };
    expect(decide(office, stop, due.windowEnd)).toMatchObject({ doNow: 'stop', missed: 0 });
    expect(decide(office, stop, new Date('2026-11-04T10:00:00Z'))).toMatchObject({
      doNow: 'stop',
      missed: 1,
      next: { action: 'start', at: new Date('2026-11-04T09:00:00Z') },
    });
  });

  it('runs on where the next window begins at the end of the last', () => {
    const whole = schedule({
      intervals: [
        { start: '2026-11-02T09:00:00.000Z', end: '2026-11-02T17:00:00.000Z' },
        { start: '2026-11-02T17:00:00.000Z', end: '2026-11-02T20:00:00.000Z' },
      ],
    });
    expect(explainSchedule(whole)).toEqual([]);
    const stop = { ...due, action: 'stop' as const, at: due.windowEnd };
    expect(decide(whole, stop, due.windowEnd)).toMatchObject({
      doNow: 'nothing',
      next: { action: 'stop', at: new Date('2026-11-02T20:00:00Z') },
    });
  });

  it('counts what passed', () => {
    expect(countWindows(office, new Date('2026-11-01T00:00:00Z'), new Date('2026-11-05T00:00:00Z'))).toBe(3);
    expect(nextWindow(office, new Date('2026-11-01T00:00:00Z'))?.start).toEqual(due.at);
  });

  it.each([
    ['nothing at all', schedule({}), 'intervals'],
    [
      'an interval that ends before it begins',
      schedule({ intervals: [{ start: '2026-11-02T09:00:00Z', end: '2026-11-02T08:00:00Z' }] }),
      'intervals[0]',
    ],
    [
      'intervals that overlap',
      schedule({
        intervals: [
          { start: '2026-11-02T09:00:00Z', end: '2026-11-02T12:00:00Z' },
          { start: '2026-11-02T11:00:00Z', end: '2026-11-02T13:00:00Z' },
        ],
      }),
      'intervals[1]',
    ],
    [
      'a recurrence that overlaps itself',
      schedule({ recurrences: [daily('2026-11-02T09:00:00', '2026-11-03T10:00:00')] }),
      'recurrences[0]',
    ],
    [
      'a recurrence that meets an interval months later',
      schedule({
        recurrences: [daily('2026-11-02T09:00:00', '2026-11-02T10:00:00', { timeZone: 'UTC' })],
        intervals: [{ start: '2027-03-02T09:30:00Z', end: '2027-03-02T12:00:00Z' }],
      }),
      'intervals[0]',
    ],
    [
      'a range without its number',
      schedule({
        recurrences: [daily('2026-11-02T09:00:00', '2026-11-02T10:00:00', { range: { type: 'Numbered' } })],
      }),
      'recurrences[0].range.numberOfOccurrences',
    ],
    [
      'a range that is over before it begins',
      schedule({
        recurrences: [
          daily('2026-11-02T09:00:00', '2026-11-02T10:00:00', {
            range: { type: 'EndDate', end: '2026-11-01' },
          }),
        ],
      }),
      'recurrences[0].range.end',
    ],
  ])('refuses %s', (_what, given, field) => {
    expect(explainSchedule(given)).toMatchObject([{ code: 'invalid.interval.time', field }]);
  });
});
