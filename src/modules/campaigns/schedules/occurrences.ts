import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { Alteration, Recurrence, ScheduleDefinition, Window } from './schedule.js';

const { PlainDateTime } = Temporal;
type PlainDateTime = Temporal.PlainDateTime;

/** Recurrences without end are looked at this far ahead. */
const HORIZON_YEARS = 20;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/u;

interface LocalWindow {
  start: PlainDateTime;
  end: PlainDateTime;
}

/**
 * The first window of the schedule that ends after `moment`, that is the one that lasts or else the next one;
 * undefined when there is none within twenty years.
 */
export function nextWindow(schedule: ScheduleDefinition, moment: Date): Window | undefined {
  const intervals = schedule.intervals
    .map(({ start, end }) => ({ start: new Date(start), end: new Date(end) }))
    .filter(({ end }) => end > moment);
  const occurrences = schedule.recurrences.flatMap((recurrence) => {
    const first = occurrencesOf(recurrence, moment).next();
    return first.done ? [] : [first.value];
  });
  return [...intervals, ...occurrences].sort(byStart)[0];
}

/** How many whole windows lie between two moments. */
export function countWindows(schedule: ScheduleDefinition, from: Date, until: Date, most = 100): number {
  let count = 0;
  for (let at = from; count < most; count += 1) {
    const window = nextWindow(schedule, at);
    if (!window || window.end > until) return count;
    at = window.end;
  }
  return count;
}

/**
 * The occurrences of a recurrence that end after `from`, in order. Days are counted on the calendar of the time zone: a
 * window begins when the clock on the wall shows its time, at the first time it shows it where clocks are set back, and
 * where they are set forward past it, as much later as they jump.
 */
export function* occurrencesOf(recurrence: Recurrence, from: Date): Generator<Window> {
  const { timeZone, alterations } = recurrence;
  const toWindow = ({ start, end }: LocalWindow): Window => ({
    start: toDate(start, timeZone),
    end: toDate(end, timeZone),
  });
  const inclusions = alterations
    .filter(({ type }) => type === 'Inclusion')
    .map(toLocalWindow)
    .sort((a, b) => PlainDateTime.compare(a.start, b.start));
  const changes = alterations.map(toLocalWindow);
  const waiting = inclusions.map(toWindow).filter(({ end }) => end > from);
  for (const local of ruleOccurrences(recurrence, from)) {
    const window = toWindow(local);
    // What is included by name stands for what it overlaps.
    const isAltered = changes.some((change) => overlap(local, change));
    if (window.end <= from || isAltered) continue;
    while (waiting[0] && waiting[0].start < window.start) yield waiting.shift()!;
    yield window;
  }
  yield* waiting;
}

// The rule is followed on a calendar without time zone, in which every time of day exists exactly once.
function* ruleOccurrences(recurrence: Recurrence, from: Date): Generator<LocalWindow> {
  const first = toLocalWindow(recurrence);
  const length = first.start.until(first.end);
  const rule = toRule(recurrence, first.start);
  const local = Temporal.Instant.fromEpochMilliseconds(from.getTime())
    .toZonedDateTimeISO(recurrence.timeZone)
    .toPlainDateTime();
  // A day more than the window lasts covers every jump of the clock.
  let low = later(local.subtract(length).subtract({ days: 1 }), first.start.subtract({ seconds: 1 }));
  const end = low.add({ years: HORIZON_YEARS });
  const until = untilOf(recurrence);
  while (PlainDateTime.compare(low, end) < 0 && !(until && PlainDateTime.compare(low, until) > 0)) {
    const high = low.add({ years: 1 });
    for (const { epochMilliseconds } of rule.between(floating(low), floating(high), false)) {
      const start = fromFloating(epochMilliseconds);
      yield { start, end: start.add(length) };
    }
    low = high.subtract({ seconds: 1 });
  }
}

function toRule({ pattern, range, ...recurrence }: Recurrence, start: PlainDateTime): RRuleTemporal {
  const { type, interval, daysOfWeek = [] } = pattern;
  const until = untilOf({ ...recurrence, pattern, range });
  return new RRuleTemporal({
    freq: type === 'Daily' ? 'DAILY' : 'WEEKLY',
    interval,
    dtstart: start.toZonedDateTime('UTC'),
    ...(daysOfWeek.length > 0 && { byDay: daysOfWeek.map((day) => day.slice(0, 2).toUpperCase()) }),
    ...(range.type === 'Numbered' && { count: range.numberOfOccurrences }),
    ...(until && { until: until.toZonedDateTime('UTC') }),
  });
}

function untilOf({ range }: Recurrence): PlainDateTime | undefined {
  if (range.type !== 'EndDate' || !range.end) return undefined;
  const end = PlainDateTime.from(range.end);
  return DATE_ONLY.test(range.end) ? end.add({ days: 1 }).subtract({ seconds: 1 }) : end;
}

function toLocalWindow({ start, end }: Pick<Alteration, 'start' | 'end'>): LocalWindow {
  return { start: PlainDateTime.from(start), end: PlainDateTime.from(end) };
}

function overlap(a: LocalWindow, b: LocalWindow): boolean {
  return PlainDateTime.compare(a.start, b.end) < 0 && PlainDateTime.compare(b.start, a.end) < 0;
}

function later(a: PlainDateTime, b: PlainDateTime): PlainDateTime {
  return PlainDateTime.compare(a, b) > 0 ? a : b;
}

function toDate(local: PlainDateTime, timeZone: string): Date {
  const { epochMilliseconds } = local.toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  return new Date(epochMilliseconds);
}

function floating(local: PlainDateTime): Date {
  return toDate(local, 'UTC');
}

function fromFloating(epochMilliseconds: number): PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(epochMilliseconds)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
}

function byStart(a: Window, b: Window): number {
  return a.start.getTime() - b.start.getTime();
}
