import fc from 'fast-check';
import { CallableWindows } from '../../../src/modules/campaigns/callable-times/callable-window.js';

const slot = (day: number, startTime: string, stopTime: string) => ({ day, startTime, stopTime });
const windows = (timeZoneId: string, ...timeSlots: ReturnType<typeof slot>[]) =>
  new CallableWindows([{ timeZoneId, timeSlots }]);
const everyDay = (startTime: string, stopTime: string) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => slot(day, startTime, stopTime));

const ask = (set: CallableWindows, zone: string, moment: string): string => {
  const answer = set.at(zone, new Date(moment));
  return answer.kind === 'closed' ? answer.opensAt.toISOString() : answer.kind;
};

describe('a callable window', () => {
  const berlin = windows('Europe/Berlin', slot(1, '09:00:00', '17:30:00'), slot(5, '08:00', '24:00'));

  it.each([
    ['is closed until the second it opens', '2026-11-30T07:59:59.999Z', '2026-11-30T08:00:00.000Z'],
    ['is open from its start', '2026-11-30T08:00:00Z', 'open'],
    ['is open to its last millisecond', '2026-11-30T16:29:59.999Z', 'open'],
    ['is closed from its stop', '2026-11-30T16:30:00Z', '2026-12-04T07:00:00.000Z'],
    ['lasts to the end of the day', '2026-12-04T22:59:59.999Z', 'open'],
    ['opens after the weekend', '2026-12-04T23:00:00Z', '2026-12-07T08:00:00.000Z'],
  ])('%s', (_, moment, expected) => expect(ask(berlin, 'Europe/Berlin', moment)).toBe(expected));

  it('does not care for the case of a zone, nor for blanks around it', () => {
    expect(ask(berlin, ' europe/BERLIN ', '2026-11-30T08:00:00Z')).toBe('open');
  });

  it('never opens in a zone that the set does not name, or that is none', () => {
    const because = (zone: string) => berlin.at(zone, new Date('2026-11-30T08:00:00Z'));
    expect(because('Europe/Paris')).toEqual({ kind: 'never', because: 'not in the set' });
    expect(because('')).toEqual({ kind: 'never', because: 'no time zone' });
    expect(because('MEZ')).toEqual({ kind: 'never', because: 'no time zone' });
  });

  it('puts all entries of one zone together', () => {
    const both = new CallableWindows([
      { timeZoneId: 'UTC', timeSlots: [slot(1, '09:00', '10:00')] },
      { timeZoneId: 'utc', timeSlots: [slot(1, '12:00', '13:00')] },
    ]);
    expect(ask(both, 'UTC', '2026-11-30T10:00:00Z')).toBe('2026-11-30T12:00:00.000Z');
  });
});

describe('daylight saving time', () => {
  const mornings = (zone: string) => windows(zone, ...everyDay('09:00', '17:00'));

  it.each([
    ['Europe/Berlin', '2027-03-27T20:00:00Z', '2027-03-28T07:00:00.000Z'],
    ['Europe/Berlin', '2026-10-24T20:00:00Z', '2026-10-25T08:00:00.000Z'],
    ['America/St_Johns', '2027-03-13T23:00:00Z', '2027-03-14T11:30:00.000Z'],
    ['America/St_Johns', '2026-10-31T23:00:00Z', '2026-11-01T12:30:00.000Z'],
    ['Asia/Kathmandu', '2026-11-26T20:00:00Z', '2026-11-27T03:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-26T12:00:00Z', '2026-11-26T19:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-26T12:00:00Z', '2026-11-26T20:00:00.000Z'],
  ])('[F27] %s opens at nine o’clock on the wall after %s', (zone, moment, expected) => {
    expect(ask(mornings(zone), zone, moment)).toBe(expected);
  });

  it('opens with the jump when the start is in the hour that is left out', () => {
    const night = windows('Europe/Berlin', slot(7, '02:30', '04:00'));
    expect(ask(night, 'Europe/Berlin', '2027-03-28T00:00:00Z')).toBe('2027-03-28T01:00:00.000Z');
  });

  it('opens a week later when the whole slot is left out', () => {
    const night = windows('Europe/Berlin', slot(7, '02:10', '02:20'));
    expect(ask(night, 'Europe/Berlin', '2027-03-28T00:00:00Z')).toBe('2027-04-04T00:10:00.000Z');
  });

  it('is open in both of the hours that happen twice', () => {
    const night = windows('Europe/Berlin', slot(7, '02:00', '03:00'));
    for (const moment of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) {
      expect(ask(night, 'Europe/Berlin', moment)).toBe('open');
    }
    expect(ask(night, 'Europe/Berlin', '2026-10-25T02:00:00Z')).toBe('2026-11-01T01:00:00.000Z');
  });
});

it('is open when it says it opens, and closed the millisecond before', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
  const minutes = fc.integer({ min: 0, max: 1438 });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), minutes, minutes), { minLength: 1, maxLength: 5 }),
      fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
      (zone, spans, now) => {
        const time = (minute: number) =>
          `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        const slots = spans.map(([day, a, b]) => slot(day, time(Math.min(a, b)), time(Math.max(a, b) + 1)));
        const answer = windows(zone, ...slots).at(zone, now);
        if (answer.kind !== 'closed') return answer.kind === 'open';
        const fresh = windows(zone, ...slots);
        const before = new Date(answer.opensAt.getTime() - 1);
        const opened = fresh.at(zone, answer.opensAt).kind === 'open';
        return (
          opened &&
          answer.opensAt > now &&
          (before < now || windows(zone, ...slots).at(zone, before).kind === 'closed')
        );
      },
    ),
    { numRuns: 60 },
  );
});
