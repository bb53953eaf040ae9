const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** The clock on the wall somewhere. `weekday` is ISO: 1 is Monday, 7 is Sunday. */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  weekday: number;
  /** Since local midnight by the clock on the wall, whatever the day's length. */
  secondOfDay: number;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
// A fixed offset such as +02:00 is understood by Intl, but is no zone: it knows no daylight saving time.
const ZONE = /^[a-z]+(?:[/_+-][a-z0-9_+-]+)*$/iu;

/** True for an IANA time zone, whatever its case; never for a bare offset or an abbreviation that means several. */
export function isTimeZone(name: string): boolean {
  return formatOf(name) !== undefined;
}

/** What the clock shows in a zone. Throws for a name that is no time zone. */
export function localTimeIn(timeZone: string, at: Date): LocalTime {
  const format = formatOf(timeZone);
  if (!format) throw new RangeError(`"${timeZone}" is no time zone`);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (part: string): number => Number(parts[part]);
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    weekday: WEEKDAYS.indexOf(parts.weekday!) + 1,
    secondOfDay: number('hour') * 3600 + number('minute') * 60 + number('second'),
  };
}

// Making a format takes far longer than using it.
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const key = timeZone.toLowerCase();
  if (formats.has(key)) return formats.get(key);
  const format = ZONE.test(timeZone) ? makeFormat(timeZone) : undefined;
  // Cells of contacts are texts of strangers: what is no zone is not remembered.
  if (format) formats.set(key, format);
  return format;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}
