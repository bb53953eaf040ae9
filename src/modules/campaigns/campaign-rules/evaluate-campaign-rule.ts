import { holdsOnCalendar } from './calendar-conditions.js';
import {
  type CampaignRuleDefinition,
  isCalendar,
  type NumberCondition,
  type RuleCondition,
} from './campaign-rule.js';

/** The newest run of a campaign that a rule watches. Durations in milliseconds. */
export interface WatchedRun {
  id: string;
  total: number;
  /** Contacts that the run is done with, messaged or passed over. */
  processed: number;
  messaged: number;
  runMs: number;
  /** The campaign is on and has nobody left to message. */
  isWaiting: boolean;
}

/** Since when something holds without a break, in milliseconds of Unix time, by place of the condition. */
export type HoldsSince = Record<string, number>;

const WAITING = 'waiting';

/** True for a rule that looks at no campaign; it is evaluated once, whatever campaigns it names. */
export function isOnCalendarOnly({ groups }: CampaignRuleDefinition): boolean {
  return groups.every(({ conditions }) => conditions.every(isCalendar));
}

/** Whether a rule holds for a campaign now, and what is to be remembered. Without a run only the calendar counts. */
export function evaluateCampaignRule(
  definition: CampaignRuleDefinition,
  run: WatchedRun | undefined,
  { now, since }: { now: Date; since: HoldsSince },
): { holds: boolean; since: HoldsSince } {
  const next: HoldsSince = run?.isWaiting ? { [WAITING]: since[WAITING] ?? now.getTime() } : {};
  const waitMs = run?.isWaiting ? now.getTime() - next[WAITING]! : undefined;
  const counts = (condition: RuleCondition, place: string): boolean => {
    const holds = isCalendar(condition)
      ? holdsOnCalendar(condition, definition.timeZone, now)
      : holdsFor(condition, run, waitMs);
    if (!holds || condition.forMs === 0) return holds;
    const from = (next[place] = since[place] ?? now.getTime());
    return now.getTime() - from >= condition.forMs;
  };
  // Every condition is looked at, so that none loses its time because another one decided already.
  const groups = definition.groups.map(({ conditions, matchAny }, group) => {
    const all = conditions.map((condition, at) => counts(condition, `${group}.${at}`));
    return matchAny ? all.includes(true) : !all.includes(false);
  });
  return { holds: definition.matchAnyGroup ? groups.includes(true) : !groups.includes(false), since: next };
}

function holdsFor(
  { type, operator, value }: NumberCondition,
  run: WatchedRun | undefined,
  waitMs: number | undefined,
): boolean {
  if (!run) return false;
  const actual = {
    campaignProgress: run.total === 0 ? 0 : (run.processed / run.total) * 100,
    campaignContactsMessaged: run.messaged,
    campaignRecordsAttempted: run.processed,
    campaignRunTime: run.runMs,
    campaignWaitTime: waitMs,
  }[type];
  if (actual === undefined) return false;
  switch (operator) {
    case 'equals':
      return actual === value;
    case 'greaterThan':
      return actual > value;
    case 'greaterThanEqualTo':
      return actual >= value;
    case 'lessThan':
      return actual < value;
    case 'lessThanEqualTo':
      return actual <= value;
  }
}
