/** A time in which a campaign runs; both ends are moments. */
export interface Window {
  start: Date;
  end: Date;
}

/** ISO-8601, UTC (Genesys Cloud API, schedules: intervals). */
export interface ScheduleInterval {
  start: string;
  end: string;
}

export const DAYS_OF_WEEK = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
export type DayOfWeek = (typeof DAYS_OF_WEEK)[number];

/** A single change of a recurrence. Times are local to the recurrence, as `2026-12-24T09:00:00`. */
export interface Alteration {
  type: 'Exclusion' | 'Inclusion';
  start: string;
  end: string;
}

/** A window that comes again (Genesys Cloud API, schedules: recurrences). Times are local to its time zone. */
export interface Recurrence {
  id: string;
  /** Begin and end of the first occurrence. */
  start: string;
  end: string;
  /** IANA. */
  timeZone: string;
  pattern: { type: 'Daily' | 'Weekly'; interval: number; daysOfWeek?: DayOfWeek[] };
  /** `end` is local and counts for the begin of the last occurrence; excluded occurrences count as occurrences. */
  range: { type: 'NoEnd' | 'EndDate' | 'Numbered'; end?: string; numberOfOccurrences?: number };
  alterations: Alteration[];
}

export interface ScheduleDefinition {
  intervals: ScheduleInterval[];
  recurrences: Recurrence[];
  /** IANA; for recurrences that name none. */
  timeZone: string;
}
