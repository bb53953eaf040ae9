/** How long one bucket of an aggregate is, as SQL of ours. */
export interface Granularity {
  /** An interval literal of PostgreSQL. */
  length: string;
  /** Buckets of a calendar unit begin with it; others follow each other from midnight of the first day asked for. */
  unit?: 'day' | 'week' | 'month' | 'year';
  /** True when each bucket consists of whole quarters of an hour. */
  wholeQuarters: boolean;
}

const PERIOD = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u;
const UNITS: Record<string, Granularity['unit']> = { P1D: 'day', P1W: 'week', P1M: 'month', P1Y: 'year' };

/** Reads an ISO-8601 period such as PT15M, PT1H, P1D, P7D or P1M; undefined when it is none, or has no length. */
export function parseGranularity(text: string): Granularity | undefined {
  const match = PERIOD.exec(text);
  if (!match) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const unit = UNITS[text];
  const time = hours * 3600 + minutes * 60 + seconds;
  // Months have no fixed length, so several of them, or a mixture, can't follow each other in even steps.
  if (years + months > 0 && !unit) return undefined;
  const totalDays = weeks * 7 + days;
  if (!unit && time + totalDays === 0) return undefined;
  const length = unit ? `1 ${unit}` : `${totalDays} days ${time} seconds`;
  return { length, unit, wholeQuarters: time % 900 === 0 };
}

/** True for a name of a time zone that this runtime, and so PostgreSQL, knows. */
export function isTimeZone(name: string): boolean {
  try {
    return (
      /^[A-Za-z][\w+\-/]*$/u.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
}
