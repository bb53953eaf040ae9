import { isTimeZone, type LocalTime, localTimeIn } from '../../../kernel/time-zone.js';
import { type CallableTime, secondsOf } from './callable-time.js';

/** Whether people in a zone may be messaged; `never` in a zone that the set does not know. */
export type Callability =
  | { kind: 'open' }
  | { kind: 'closed'; opensAt: Date }
  | { kind: 'never'; because: 'no time zone' | 'not in the set' };

interface Span {
  day: number;
  start: number;
  stop: number;
}

// Clocks differ from UTC, and change, by whole quarters of an hour: within a quarter local time just goes on.
const QUARTER_SECONDS = 900;
/** A slot may fall into the hour that a spring night leaves out, so that it is a week later again. */
const QUARTERS_AHEAD = 15 * 24 * 4;

/** The callable times of a set, asked by time zone and moment (Genesys Cloud API, callable time sets). */
export class CallableWindows {
  private readonly spans = new Map<string, Span[]>();
  /** When a zone that was found closed opens; to find out takes a while. */
  private readonly closings = new Map<string, { since: Date; opensAt: Date }>();

  constructor(times: readonly CallableTime[]) {
    for (const { timeZoneId, timeSlots } of times) {
      const zone = keyOf(timeZoneId);
      const spans = timeSlots.map(({ day, startTime, stopTime }) => ({
        day,
        start: secondsOf(startTime) ?? 0,
        stop: secondsOf(stopTime) ?? 0,
      }));
      this.spans.set(zone, [...(this.spans.get(zone) ?? []), ...spans]);
    }
  }

  at(timeZone: string, now: Date): Callability {
    const zone = keyOf(timeZone);
    const spans = this.spans.get(zone);
    if (!spans) return { kind: 'never', because: isTimeZone(zone) ? 'not in the set' : 'no time zone' };
    const known = this.closings.get(zone);
    if (known && known.since <= now && now < known.opensAt) return { kind: 'closed', opensAt: known.opensAt };
    const local = localTimeIn(zone, now);
    if (spans.some((span) => isWithin(span, local))) return { kind: 'open' };
    const opensAt = nextOpening(spans, zone, now);
    if (!opensAt) return { kind: 'never', because: 'not in the set' };
    this.closings.set(zone, { since: now, opensAt });
    return { kind: 'closed', opensAt };
  }

  /** What each zone of the set is at the moment, in small letters. */
  kindsAt(now: Date): Record<string, Callability['kind']> {
    return Object.fromEntries([...this.spans.keys()].map((zone) => [zone, this.at(zone, now).kind]));
  }

  /** The zones that are closed, in small letters, and when each opens. */
  closedAt(now: Date): Record<string, Date> {
    const closed: Record<string, Date> = {};
    for (const zone of this.spans.keys()) {
      const callability = this.at(zone, now);
      if (callability.kind === 'closed') closed[zone] = callability.opensAt;
    }
    return closed;
  }
}

function isWithin({ day, start, stop }: Span, { weekday, secondOfDay }: LocalTime): boolean {
  return day === weekday && start <= secondOfDay && secondOfDay < stop;
}

function nextOpening(spans: readonly Span[], zone: string, now: Date): Date | undefined {
  const quarterMs = QUARTER_SECONDS * 1000;
  let from = now.getTime();
  for (let quarter = 0; quarter < QUARTERS_AHEAD; quarter += 1) {
    const end = (Math.floor(from / quarterMs) + 1) * quarterMs;
    const { weekday, secondOfDay } = localTimeIn(zone, new Date(from));
    const seconds = (end - from) / 1000;
    const starts = spans
      .filter(
        ({ day, start, stop }) => day === weekday && stop > secondOfDay && start < secondOfDay + seconds,
      )
      .map(({ start }) => Math.max(start - secondOfDay, 0));
    if (starts.length > 0) return new Date(Math.floor(from / 1000) * 1000 + Math.min(...starts) * 1000);
    from = end;
  }
  return undefined;
}

function keyOf(timeZone: string): string {
  return timeZone.trim().toLowerCase();
}
