import { type LocalTime, localTimeIn } from '../../../kernel/time-zone.js';
import type { CalendarCondition, WeekDayOfMonth } from './campaign-rule.js';

type Operand = string | number | WeekDayOfMonth;

/** Whether a condition on the calendar holds; days are whole, an interval of times ends before its last second. */
export function holdsOnCalendar(condition: CalendarCondition, timeZone: string, now: Date): boolean {
  return compares(condition, localTimeIn(timeZone, now)) !== condition.inverted;
}

function compares({ type, operator, operands }: CalendarCondition, local: LocalTime): boolean {
  const { threshold, min, max, set = [] } = operands;
  const distance = (operand: Operand | undefined): number =>
    operand === undefined ? Number.NaN : distanceFrom(operand, type, local);
  const isTime = type === 'timeOfDay';
  switch (operator) {
    case 'before':
      return distance(threshold) < 0;
    case 'after':
      return isTime ? distance(threshold) >= 0 : distance(threshold) > 0;
    case 'equals':
      return threshold !== undefined && isOn(threshold, type, local);
    case 'in':
      return set.some((operand) => isOn(operand, type, local));
    case 'between': {
      const begun = distance(min) >= 0;
      const notOver = isTime ? distance(max) < 0 : distance(max) <= 0;
      // From Friday to Monday, or from 22:00 to 06:00: the interval goes round.
      const goesRound = distance(min) < distance(max);
      return goesRound ? begun || notOver : begun && notOver;
    }
  }
}

/** Negative before the operand, zero on it, positive after it; NaN where there is no such order. */
function distanceFrom(operand: Operand, type: CalendarCondition['type'], local: LocalTime): number {
  if (typeof operand === 'object') {
    const { month, weekdayOn } = { month: operand.month ?? local.month, weekdayOn: operand };
    return ordinal(local.month, local.day) - ordinal(month, dayOf(weekdayOn, local.year, month));
  }
  switch (type) {
    case 'timeOfDay':
      return local.secondOfDay - Number(operand);
    case 'dayOfWeek':
      return local.weekday - Number(operand);
    case 'dayOfMonth':
      return local.day - (operand === 'LAST_DAY' ? daysIn(local.year, local.month) : Number(operand));
    default: {
      const [day = 0, month = 0, year = local.year] = String(operand).split('-').map(Number).reverse();
      return (local.year - year) * 10_000 + ordinal(local.month, local.day) - ordinal(month, day);
    }
  }
}

function isOn(operand: Operand, type: CalendarCondition['type'], local: LocalTime): boolean {
  if (operand === 'EVEN_DAY') return local.day % 2 === 0;
  if (operand === 'ODD_DAY') return local.day % 2 === 1;
  if (typeof operand !== 'object') return distanceFrom(operand, type, local) === 0;
  if (operand.dayOfWeek !== local.weekday) return false;
  if (operand.month !== undefined && operand.month !== local.month) return false;
  if (operand.occurrence === undefined) return true;
  if (operand.occurrence === -1) return local.day + 7 > daysIn(local.year, local.month);
  return Math.ceil(local.day / 7) === operand.occurrence;
}

function dayOf({ dayOfWeek, occurrence = 1 }: WeekDayOfMonth, year: number, month: number): number {
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay() || 7;
  const first = 1 + ((dayOfWeek - firstWeekday + 7) % 7);
  if (occurrence !== -1) return first + (occurrence - 1) * 7;
  return first + Math.floor((daysIn(year, month) - first) / 7) * 7;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function ordinal(month: number, day: number): number {
  return month * 100 + day;
}
