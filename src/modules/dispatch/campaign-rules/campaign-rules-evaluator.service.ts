import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { localTimeIn } from '../../../kernel/time-zone.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import {
  CampaignRuleStates,
  campaignsOf,
  type EnabledRule,
  evaluateCampaignRule,
  isOnCalendarOnly,
  type WatchedRun,
} from '../../campaigns/index.js';
import { EventLog } from '../../event-log/index.js';
import { WatchedRuns } from './watched-runs.js';

/** A rule that wants more waits until the minute is over, so that rules that trigger each other do not run away. */
const MOST_FIRINGS_A_MINUTE = 10;
const MINUTE_MS = 60_000;
const CALENDAR = '00000000-0000-0000-0000-000000000000';

type RuleState = Awaited<ReturnType<CampaignRuleStates['states']>>[number];

/** Lets rules fire: once whenever they become true, together with the record of it and what they then owe. */
@Injectable()
export class CampaignRulesEvaluator {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly states: CampaignRuleStates,
    private readonly runs: WatchedRuns,
    private readonly eventLog: EventLog,
  ) {}

  /** Looks at all enabled rules; another process that does so already is left to it. */
  async evaluate(now = new Date()): Promise<void> {
    await this.uow.run(async () => {
      if (!(await this.states.lock())) return;
      const rules = await this.states.enabled();
      const known = await this.states.states(rules.map(({ id }) => id));
      const watched = rules.flatMap(({ definition }) => campaignsOf(definition.entities));
      const runs = await this.runs.of([...new Set(watched)]);
      for (const rule of rules) {
        const seen = known.filter(({ ruleId }) => ruleId === rule.id);
        await this.evaluateRule(rule, seen, { runs, now });
      }
    });
  }

  private async evaluateRule(
    rule: EnabledRule,
    known: RuleState[],
    { runs, now }: { runs: ReadonlyMap<string, WatchedRun>; now: Date },
  ): Promise<void> {
    const { definition } = rule;
    const today = dayIn(definition.frequencyTimeZone, now);
    let firedToday = known.some(({ firedDay }) => firedDay === today);
    const ids = isOnCalendarOnly(definition) ? [CALENDAR] : campaignsOf(definition.entities);
    for (const campaignId of ids) {
      const run = runs.get(campaignId);
      const stored = known.find((state) => state.campaignId === campaignId) ?? newState(rule.id, campaignId);
      const before = betweenRuns(stored, definition, { run, now });
      const result = evaluateCampaignRule(definition, run, { now, since: before.since });
      const becameTrue = result.holds && !before.holds;
      const fires = becameTrue && !(definition.frequency === 'oncePerDay' && firedToday);
      if (fires && (await this.isTooOften(rule))) continue;
      const state = { ...before, ...result, firedDay: fires ? today : before.firedDay };
      if (isDeepStrictEqual(state, stored)) continue;
      const isSaved = await this.states.save(rule, state, fires);
      if (!isSaved || !fires) continue;
      firedToday = true;
      await this.fire(rule, campaignId);
    }
  }

  private async fire(rule: EnabledRule, campaignId: string): Promise<void> {
    const { definition, id, name } = rule;
    await this.states.noteFiring(id);
    const triggering = campaignId === CALENDAR ? campaignsOf(definition.entities) : [campaignId];
    for (const action of definition.actions) {
      const named = campaignsOf(action.entities);
      const targets = action.useTriggeringEntity ? [...named, ...triggering] : named;
      await this.states.owe(rule, action, [...new Set(targets)]);
    }
    await this.eventLog.record({
      code: 'CAMPAIGN_RULE_TRIGGERED',
      message: 'The conditions of the campaign rule "{rule}" became true; it does what it says.',
      params: { rule: name },
      entity: { kind: 'campaignRule', id, name },
      related: campaignId === CALENDAR ? undefined : { kind: 'messagingCampaign', id: campaignId },
    });
  }

  private async isTooOften({ id, name }: EnabledRule): Promise<boolean> {
    if ((await this.states.firingsOfLastMinute(id)) < MOST_FIRINGS_A_MINUTE) return false;
    await this.eventLog.record({
      code: 'CAMPAIGN_RULE_START_ERROR',
      level: 'WARNING',
      message: 'The campaign rule "{rule}" fired {most} times within a minute; it waits.',
      params: { rule: name, most: MOST_FIRINGS_A_MINUTE },
      entity: { kind: 'campaignRule', id, name },
      quietMs: MINUTE_MS,
    });
    return true;
  }
}

function newState(ruleId: string, campaignId: string): RuleState {
  return { ruleId, campaignId, holds: false, since: {}, firedDay: null, runId: null };
}

// Nobody looks between two runs that follow each other quickly; what holds there is what holds without a run.
function betweenRuns(
  stored: RuleState,
  definition: EnabledRule['definition'],
  { run, now }: { run: WatchedRun | undefined; now: Date },
): RuleState {
  const runId = run?.id ?? null;
  if (runId === stored.runId) return stored;
  const { holds, since } = evaluateCampaignRule(definition, undefined, { now, since: stored.since });
  return { ...stored, runId, since, holds: holds && stored.holds };
}

function dayIn(timeZone: string, now: Date): string {
  const { year, month, day } = localTimeIn(timeZone, now);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
