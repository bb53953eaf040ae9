import type { Reason } from '../../../kernel/reason.js';
import { isTimeZone } from '../../../kernel/time-zone.js';

/** A span of one day of the week in local time, from `startTime` to before `stopTime`, both HH:mm or HH:mm:ss. */
export interface TimeSlot {
  startTime: string;
  stopTime: string;
  /** ISO: 1 is Monday, 7 is Sunday. */
  day: number;
}

/** When people in one time zone may be messaged. */
export interface CallableTime {
  name?: string;
  /** IANA, for example Europe/Berlin. */
  timeZoneId: string;
  timeSlots: TimeSlot[];
}

/** A slot as a caller writes it; anything may be missing or wrong. */
export type CallableTimeDraft = Partial<Omit<CallableTime, 'timeSlots'>> & {
  timeSlots?: Partial<TimeSlot>[];
};

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.0{1,3})?)?$/u;
const END_OF_DAY = /^24:00(?::00(?:\.0{1,3})?)?$/u;
const SECONDS_OF_DAY = 86_400;

/** Seconds after midnight; 24:00 is the end of the day. Undefined for what is no time. */
export function secondsOf(time: string): number | undefined {
  if (END_OF_DAY.test(time)) return SECONDS_OF_DAY;
  const [, hours, minutes, seconds = '0'] = TIME.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Everything that is wrong with the times of a set (Genesys Cloud API, callable time sets). */
export function explainCallableTimes(times: readonly CallableTimeDraft[]): Reason[] {
  const reasons: Reason[] = [];
  if (times.length === 0) {
    const message = 'Name at least one time zone with the times at which its people may be messaged.';
    reasons.push({ code: 'callable.times.required', field: 'callableTimes', message });
  }
  times.forEach((time, at) => {
    const field = `callableTimes.${at}`;
    reasons.push(...explainZone(time.timeZoneId, `${field}.timeZoneId`));
    const slots = time.timeSlots ?? [];
    if (slots.length === 0) {
      const message = `The time zone ${time.timeZoneId ?? ''} needs at least one time slot.`;
      reasons.push({ code: 'time.slots.required', field: `${field}.timeSlots`, message });
    }
    slots.forEach((slot, index) => reasons.push(...explainSlot(slot, `${field}.timeSlots.${index}`)));
  });
  return reasons;
}

function explainZone(timeZoneId: string | undefined, field: string): Reason[] {
  if (!timeZoneId?.trim()) {
    return [{ code: 'missing.time.zone', field, message: 'Each callable time needs a time zone.' }];
  }
  if (isTimeZone(timeZoneId)) return [];
  const message = `"${timeZoneId}" is no IANA time zone such as Europe/Berlin.`;
  return [{ code: 'invalid.time.zone', field, message }];
}

function explainSlot({ startTime = '', stopTime = '', day }: Partial<TimeSlot>, field: string): Reason[] {
  const reasons: Reason[] = [];
  const [start, stop] = [secondsOf(startTime), secondsOf(stopTime)];
  if (start === undefined || start === SECONDS_OF_DAY) {
    const message = `The start "${startTime}" is no time of day such as 09:00:00.`;
    reasons.push({ code: 'invalid.start.time', field: `${field}.startTime`, message });
  }
  if (stop === undefined) {
    const message = `The stop "${stopTime}" is no time of day such as 17:30:00.`;
    reasons.push({ code: 'invalid.stop.time', field: `${field}.stopTime`, message });
  }
  if (start !== undefined && stop !== undefined && start >= stop) {
    const message = `The slot from ${startTime} to ${stopTime} must begin before it stops; split one that goes past midnight.`;
    reasons.push({ code: 'invalid.start.time', field: `${field}.startTime`, message });
  }
  if (!Number.isInteger(day) || day! < 1 || day! > 7) {
    const message = `The day must be 1 for Monday to 7 for Sunday; ${day} is given.`;
    reasons.push({ code: 'invalid.day', field: `${field}.day`, message });
  }
  return reasons;
}
