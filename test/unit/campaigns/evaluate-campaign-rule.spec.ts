import type {
  CampaignRuleDefinition,
  NumberCondition,
  RuleCondition,
} from '../../../src/modules/campaigns/campaign-rules/campaign-rule.js';
import {
  evaluateCampaignRule,
  type HoldsSince,
  isOnCalendarOnly,
  type WatchedRun,
} from '../../../src/modules/campaigns/campaign-rules/evaluate-campaign-rule.js';

const NOW = new Date('2026-11-27T10:00:00Z');
const MINUTE = 60_000;
const RUN: WatchedRun = {
  id: 'run',
  total: 200,
  processed: 100,
  messaged: 80,
  runMs: 5 * MINUTE,
  isWaiting: false,
};
const FRIDAY: RuleCondition = {
  id: 'c',
  type: 'dayOfWeek',
  operator: 'in',
  inverted: false,
  operands: { set: [5] },
  forMs: 0,
  wire: {},
};

function number(
  type: NumberCondition['type'],
  operator: NumberCondition['operator'],
  value: number,
  forMs = 0,
): NumberCondition {
  return { id: 'c', type, operator, value, forMs, wire: {} };
}

function rule(
  groups: RuleCondition[][],
  { anyCondition = false, anyGroup = false } = {},
): CampaignRuleDefinition {
  return {
    entities: { whatsAppCampaigns: [], smsCampaigns: [] },
    groups: groups.map((conditions) => ({ matchAny: anyCondition, conditions })),
    matchAnyGroup: anyGroup,
    actions: [],
    frequency: 'onEachTrigger',
    frequencyTimeZone: 'UTC',
    timeZone: 'UTC',
    isGrouped: true,
  };
}

const evaluate = (
  definition: CampaignRuleDefinition,
  run: WatchedRun | undefined = RUN,
  since: HoldsSince = {},
  now = NOW,
) => evaluateCampaignRule(definition, run, { now, since });

describe('conditions on a campaign', () => {
  // Progress is 50 %, 80 were messaged, 100 attempted, for five minutes.
  it.each<[NumberCondition['type'], NumberCondition['operator'], number, boolean]>([
    ['campaignProgress', 'equals', 50, true],
    ['campaignProgress', 'equals', 51, false],
    ['campaignProgress', 'greaterThan', 49.9, true],
    ['campaignProgress', 'greaterThan', 50, false],
    ['campaignProgress', 'greaterThanEqualTo', 50, true],
    ['campaignProgress', 'lessThan', 50, false],
    ['campaignProgress', 'lessThanEqualTo', 50, true],
    ['campaignContactsMessaged', 'greaterThanEqualTo', 80, true],
    ['campaignContactsMessaged', 'greaterThan', 80, false],
    ['campaignRecordsAttempted', 'equals', 100, true],
    ['campaignRecordsAttempted', 'lessThan', 100, false],
    ['campaignRunTime', 'greaterThan', 4 * MINUTE, true],
    ['campaignRunTime', 'lessThan', 4 * MINUTE, false],
    ['campaignWaitTime', 'greaterThanEqualTo', 0, false],
  ])('%s %s %d: %s', (type, operator, value, holds) => {
    expect(evaluate(rule([[number(type, operator, value)]])).holds).toBe(holds);
  });

  it('hold for no campaign without a run, and a run without contacts has no progress', () => {
    const any = rule([[number('campaignProgress', 'greaterThanEqualTo', 0)]]);
    expect(evaluateCampaignRule(any, undefined, { now: NOW, since: {} }).holds).toBe(false);
    expect(evaluate(any, { ...RUN, total: 0, processed: 0 }).holds).toBe(true);
    expect(evaluate(rule([[number('campaignProgress', 'greaterThan', 0)]]), { ...RUN, total: 0 }).holds).toBe(
      false,
    );
  });

  it('count the time that a campaign waits without a break', () => {
    const waits = rule([[number('campaignWaitTime', 'greaterThanEqualTo', MINUTE)]]);
    const waiting = { ...RUN, isWaiting: true };
    const first = evaluate(waits, waiting);
    expect(first).toEqual({ holds: false, since: { waiting: NOW.getTime() } });
    const later = new Date(NOW.getTime() + MINUTE);
    expect(evaluate(waits, waiting, first.since, later).holds).toBe(true);
    expect(evaluate(waits, RUN, first.since, later)).toEqual({ holds: false, since: {} });
  });

  it('count after they have held for a while, anew after each break', () => {
    const slow = rule([[number('campaignProgress', 'greaterThan', 10, MINUTE)]]);
    const first = evaluate(slow);
    expect(first).toEqual({ holds: false, since: { '0.0': NOW.getTime() } });
    const later = new Date(NOW.getTime() + MINUTE);
    expect(evaluate(slow, RUN, first.since, later).holds).toBe(true);
    expect(evaluate(slow, { ...RUN, processed: 1 }, first.since, later)).toEqual({ holds: false, since: {} });
  });
});

describe('groups of conditions', () => {
  const yes = number('campaignProgress', 'equals', 50);
  const no = number('campaignProgress', 'equals', 0);

  it.each<[string, RuleCondition[][], { anyCondition?: boolean; anyGroup?: boolean }, boolean]>([
    ['all of one group', [[yes, FRIDAY]], {}, true],
    ['not all of one group', [[yes, no]], {}, false],
    ['any of one group', [[yes, no]], { anyCondition: true }, true],
    ['none of one group', [[no, no]], { anyCondition: true }, false],
    ['all groups', [[yes], [FRIDAY]], {}, true],
    ['not all groups', [[yes], [no]], {}, false],
    ['any group', [[no], [FRIDAY]], { anyGroup: true }, true],
    ['no group', [[no], [no]], { anyGroup: true }, false],
  ])('%s', (_what, groups, options, holds) => {
    expect(evaluate(rule(groups, options)).holds).toBe(holds);
  });

  it('tell a rule that looks at no campaign from one that does', () => {
    expect(isOnCalendarOnly(rule([[FRIDAY], [FRIDAY]]))).toBe(true);
    expect(isOnCalendarOnly(rule([[FRIDAY], [FRIDAY, yes]]))).toBe(false);
  });
});
