import { countWindows, nextWindow } from './occurrences.js';
import type { ScheduleDefinition } from './schedule.js';

/** What a schedule does next, and until when the window lasts that this begins or ends. */
export interface ScheduleStep {
  action: 'start' | 'stop';
  at: Date;
  windowEnd: Date;
}

/** The step for a schedule that is new, changed, or has ended its last window; undefined when nothing is left. */
export function firstStep(schedule: ScheduleDefinition, now: Date): ScheduleStep | undefined {
  const window = nextWindow(schedule, now);
  return window && { action: 'start', at: window.start, windowEnd: window.end };
}

export interface DueDecision {
  /** What to do with the campaign now. `nothing` when the window is over, or the next one follows without a gap. */
  doNow: 'start' | 'stop' | 'nothing';
  next: ScheduleStep | undefined;
  /** Windows that passed without a start. */
  missed: number;
}

/** What to do when a step is due, and `now` may be much later: a window that still lasts begins late. */
export function decide(schedule: ScheduleDefinition, due: ScheduleStep, now: Date): DueDecision {
  if (due.action === 'start' && now < due.windowEnd) {
    return { doNow: 'start', next: { ...due, action: 'stop', at: due.windowEnd }, missed: 0 };
  }
  const following = nextWindow(schedule, due.windowEnd);
  if (due.action === 'stop' && following && following.start <= due.windowEnd && now < following.end) {
    const next = { action: 'stop' as const, at: following.end, windowEnd: following.end };
    return { doNow: 'nothing', next, missed: 0 };
  }
  const passed = countWindows(schedule, due.windowEnd, now);
  return {
    doNow: due.action === 'stop' ? 'stop' : 'nothing',
    next: firstStep(schedule, now),
    missed: passed + (due.action === 'start' ? 1 : 0),
  };
}
