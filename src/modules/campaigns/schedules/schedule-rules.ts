import { Temporal } from 'temporal-polyfill';
import type { Reason } from '../../../kernel/reason.js';
import { occurrencesOf } from './occurrences.js';
import type { Recurrence, ScheduleDefinition, ScheduleInterval, Window } from './schedule.js';

/** So many windows of each recurrence are compared with all others. */
const COMPARED = 400;
const MAX_PATTERN_INTERVAL = 400;

/** Everything that is wrong with a schedule (Genesys Cloud API, schedules: `invalid.interval.time`). */
export function explainSchedule(schedule: ScheduleDefinition): Reason[] {
  const { intervals, recurrences } = schedule;
  const reasons = [
    ...intervals.flatMap(explainInterval),
    ...recurrences.flatMap((recurrence, index) => explainRecurrence(recurrence, `recurrences[${index}]`)),
  ];
  if (intervals.length === 0 && recurrences.length === 0) {
    reasons.push(refuse('intervals', 'A schedule needs at least one interval or recurrence.'));
  }
  return reasons.length > 0 ? reasons : explainOverlaps(schedule);
}

function explainInterval({ start, end }: ScheduleInterval, index: number): Reason[] {
  const field = `intervals[${index}]`;
  return new Date(end) > new Date(start)
    ? []
    : [refuse(field, `The interval from ${start} ends at ${end}, which is not after its begin.`)];
}

function explainRecurrence({ start, end, pattern, range, alterations }: Recurrence, field: string): Reason[] {
  const reasons: Reason[] = [];
  const say = (part: string, message: string) => reasons.push(refuse(`${field}.${part}`, message));
  if (!isAfter(end, start))
    say('end', `An occurrence from ${start} must end after its begin, not at ${end}.`);
  if (pattern.interval > MAX_PATTERN_INTERVAL) say('pattern.interval', 'The interval is 400 at most.');
  if (pattern.type === 'Daily' && (pattern.daysOfWeek?.length ?? 0) > 0) {
    say('pattern.daysOfWeek', 'Days of the week are for the pattern Weekly; leave them out for Daily.');
  }
  if (range.type === 'EndDate' && !range.end) say('range.end', 'A range of the type EndDate needs an end.');
  if (range.type === 'EndDate' && range.end && !isAfter(`${range.end.slice(0, 10)}T23:59:59`, start)) {
    say('range.end', `The range ends at ${range.end}, before the first occurrence.`);
  }
  if (range.type === 'Numbered' && !range.numberOfOccurrences) {
    say('range.numberOfOccurrences', 'A range of the type Numbered needs the number of occurrences.');
  }
  alterations.forEach((alteration, index) => {
    if (!isAfter(alteration.end, alteration.start)) {
      say(`alterations[${index}]`, `The alteration must end after ${alteration.start}.`);
    }
  });
  return reasons;
}

// Two windows at the same time would start a campaign that runs and stop one that is to go on.
function explainOverlaps({ intervals, recurrences }: ScheduleDefinition): Reason[] {
  const windows = [
    ...intervals.map(({ start, end }, index) => ({
      field: `intervals[${index}]`,
      start: new Date(start),
      end: new Date(end),
    })),
    ...recurrences.flatMap((recurrence, index) =>
      firstOf(recurrence).map((window) => ({ field: `recurrences[${index}]`, ...window })),
    ),
  ].sort((a, b) => a.start.getTime() - b.start.getTime());
  let longest = windows[0];
  for (const window of windows.slice(1)) {
    if (longest && window.start < longest.end) {
      const message =
        `${window.field} from ${window.start.toISOString()} begins before ${longest.field} from ` +
        `${longest.start.toISOString()} ends at ${longest.end.toISOString()}; windows must not overlap.`;
      return [refuse(window.field, message)];
    }
    longest = window;
  }
  return [];
}

function firstOf(recurrence: Recurrence): Window[] {
  const windows: Window[] = [];
  for (const window of occurrencesOf(recurrence, new Date(0))) {
    if (windows.push(window) >= COMPARED) break;
  }
  return windows;
}

function isAfter(end: string, start: string): boolean {
  const { PlainDateTime } = Temporal;
  return PlainDateTime.compare(PlainDateTime.from(end), PlainDateTime.from(start)) > 0;
}

function refuse(field: string, message: string): Reason {
  return { code: 'invalid.interval.time', field, message };
}
