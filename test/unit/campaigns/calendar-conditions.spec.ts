import type { CalendarCondition } from '../../../src/modules/campaigns/campaign-rules/campaign-rule.js';
import { holdsOnCalendar } from '../../../src/modules/campaigns/campaign-rules/calendar-conditions.js';

// Friday, 27 November 2026, 00:30 in Berlin; still Thursday by UTC.
const NOW = new Date('2026-11-26T23:30:00Z');

describe('conditions on the calendar', () => {
  it.each<[CalendarCondition['type'], CalendarCondition['operator'], CalendarCondition['operands'], boolean]>(
    [
      ['timeOfDay', 'between', { min: 22 * 3600, max: 6 * 3600 }, true],
      ['timeOfDay', 'before', { threshold: 1800 }, false],
      ['timeOfDay', 'after', { threshold: 1800 }, true],
      ['dayOfWeek', 'in', { set: [5] }, true],
      ['dayOfWeek', 'between', { min: 6, max: 1 }, false],
      ['dayOfWeek', 'between', { min: 5, max: 1 }, true],
      ['dayOfMonth', 'equals', { threshold: 'ODD_DAY' }, true],
      ['dayOfMonth', 'before', { threshold: 'LAST_DAY' }, true],
      ['weekDayOfMonth', 'equals', { threshold: { dayOfWeek: 5, occurrence: -1, month: 11 } }, true],
      ['weekDayOfMonth', 'after', { threshold: { dayOfWeek: 5, occurrence: 4 } }, false],
      ['specificDate', 'equals', { threshold: '11-27' }, true],
      ['specificDate', 'equals', { threshold: '2025-11-27' }, false],
      ['specificDate', 'between', { min: '11-01', max: '01-06' }, true],
    ],
  )('%s %s %j: %s, and the opposite inverted', (type, operator, operands, holds) => {
    const condition = { id: '1', type, operator, operands, inverted: false, forMs: 0, wire: {} };
    expect(holdsOnCalendar(condition, 'Europe/Berlin', NOW)).toBe(holds);
    expect(holdsOnCalendar({ ...condition, inverted: true }, 'Europe/Berlin', NOW)).toBe(!holds);
  });
});
