import { isTimeZone, localTimeIn } from '../../../src/kernel/time-zone.js';

it.each([
  'Europe/Berlin',
  'europe/berlin',
  'UTC',
  'America/Argentina/Buenos_Aires',
  'Asia/Kathmandu',
  'Etc/GMT+5',
])('takes %s for a time zone', (name) => expect(isTimeZone(name)).toBe(true));

it.each(['', 'Berlin', '+02:00', 'MEZ', 'Europe/Atlantis', '2', 'Europe/Berlin; DROP'])(
  'takes "%s" for no time zone',
  (name) => expect(isTimeZone(name)).toBe(false),
);

it('shows the clock on the wall, also beyond whole hours and on both sides of the change', () => {
  const at = (zone: string, moment: string) => {
    const { year, month, day, weekday, secondOfDay } = localTimeIn(zone, new Date(moment));
    const time = `${Math.floor(secondOfDay / 3600)}:${Math.floor((secondOfDay % 3600) / 60)}`;
    return `${year}-${month}-${day} ${weekday} ${time}`;
  };
  expect(at('Asia/Kathmandu', '2026-11-26T20:00:00Z')).toBe('2026-11-27 5 1:45');
  expect(at('America/St_Johns', '2026-07-01T00:00:00Z')).toBe('2026-6-30 2 21:30');
  expect(at('Europe/Berlin', '2027-03-28T00:59:00Z')).toBe('2027-3-28 7 1:59');
  expect(at('Europe/Berlin', '2027-03-28T01:00:00Z')).toBe('2027-3-28 7 3:0');
  expect(at('Europe/Berlin', '2026-10-25T00:30:00Z')).toBe('2026-10-25 7 2:30');
  expect(at('Europe/Berlin', '2026-10-25T01:30:00Z')).toBe('2026-10-25 7 2:30');
});

it('has no time for what is no zone', () => {
  expect(() => localTimeIn('Europe/Atlantis', new Date())).toThrow(RangeError);
});
