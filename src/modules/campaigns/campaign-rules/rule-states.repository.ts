import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { CampaignRuleDefinition, RuleAction } from './campaign-rule.js';
import type { HoldsSince } from './evaluate-campaign-rule.js';

export interface EnabledRule {
  id: string;
  name: string;
  version: number;
  definition: CampaignRuleDefinition;
}

/** What a rule saw of a campaign when it looked last; the zero id stands for the calendar alone. */
export interface RuleState {
  ruleId: string;
  campaignId: string;
  holds: boolean;
  since: HoldsSince;
  firedDay: string | null;
  /** The run that was looked at, if there was one. */
  runId: string | null;
}

/** Something that a rule that fired still has to do to a campaign. */
export interface DueAction {
  id: string;
  ruleId: string;
  ruleName: string;
  action: RuleAction;
  campaignId: string;
}

const RULES_LOCK = 79_001;

const SAVE = `
  WITH rule AS (SELECT id FROM campaign_rules WHERE id = $1 AND enabled AND version = $2 FOR SHARE)
  INSERT INTO campaign_rule_states AS s (rule_id, campaign_id, holds, holds_since, fired_day, fired_count, run_id)
  SELECT id, $3, $4, $5, $6, $7, $8 FROM rule
      ON CONFLICT (rule_id, campaign_id) DO UPDATE
     SET holds = excluded.holds, holds_since = excluded.holds_since, fired_day = excluded.fired_day, run_id = excluded.run_id,
         fired_count = s.fired_count + excluded.fired_count
  RETURNING rule_id`;

/** What campaign rules remember, and what they owe. */
@Injectable()
export class CampaignRuleStates {
  constructor(private readonly uow: UnitOfWork) {}

  /** One statement, whatever there is: whether a rule is enabled, and whether an action is due. */
  async look(): Promise<{ rules: boolean; actions: boolean }> {
    const [row] = await this.uow.manager.query<[{ rules: boolean; actions: boolean }]>(
      `SELECT EXISTS (SELECT FROM campaign_rules WHERE enabled) AS rules,
              EXISTS (SELECT FROM campaign_rule_actions WHERE not_before <= clock_timestamp()) AS actions`,
    );
    return row;
  }

  /** True when this transaction, and no other, evaluates rules. */
  async lock(): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ locked: boolean }]>(
      `SELECT pg_try_advisory_xact_lock($1) AS locked`,
      [RULES_LOCK],
    );
    return row.locked;
  }

  enabled(): Promise<EnabledRule[]> {
    return this.uow.manager.query(
      `SELECT id, name, version, definition FROM campaign_rules WHERE enabled ORDER BY id`,
    );
  }

  states(ruleIds: readonly string[]): Promise<RuleState[]> {
    return this.uow.manager.query(
      `SELECT rule_id AS "ruleId", campaign_id AS "campaignId", holds, holds_since AS since,
              fired_day AS "firedDay", run_id AS "runId"
         FROM campaign_rule_states WHERE rule_id = ANY($1)`,
      [ruleIds],
    );
  }

  /** False when the rule was disabled, changed or deleted since it was read. */
  async save({ id, version }: EnabledRule, state: RuleState, fired: boolean): Promise<boolean> {
    const { campaignId, holds, since, firedDay, runId } = state;
    const seen = [campaignId, holds, JSON.stringify(since), firedDay];
    const values = [id, version, ...seen, fired ? 1 : 0, runId];
    return (await this.uow.manager.query<unknown[]>(SAVE, values)).length === 1;
  }

  async firingsOfLastMinute(ruleId: string): Promise<number> {
    await this.uow.manager.query(
      `DELETE FROM campaign_rule_firings WHERE rule_id = $1 AND fired_at < clock_timestamp() - interval '1 minute'`,
      [ruleId],
    );
    const [row] = await this.uow.manager.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM campaign_rule_firings WHERE rule_id = $1`,
      [ruleId],
    );
    return row.count;
  }

  async noteFiring(ruleId: string): Promise<void> {
    await this.uow.manager.query(`INSERT INTO campaign_rule_firings (rule_id) VALUES ($1)`, [ruleId]);
  }

  async owe({ id, name }: EnabledRule, action: RuleAction, campaignIds: readonly string[]): Promise<void> {
    await this.uow.manager.query(
      `INSERT INTO campaign_rule_actions (rule_id, rule_name, action, campaign_id)
       SELECT $1, $2, $3, campaign_id FROM unnest($4::uuid[]) AS campaign_id`,
      [id, name, JSON.stringify(action), campaignIds],
    );
  }

  due(): Promise<DueAction[]> {
    return this.uow.manager.query(
      `SELECT id, rule_id AS "ruleId", rule_name AS "ruleName", action, campaign_id AS "campaignId"
         FROM campaign_rule_actions WHERE not_before <= clock_timestamp() ORDER BY id LIMIT 100`,
    );
  }

  /** Within the transaction that does what the action says; false when another one did it. */
  async claim(actionId: string): Promise<boolean> {
    const [, count] = await this.uow.manager.query<[unknown, number]>(
      `DELETE FROM campaign_rule_actions WHERE id = $1`,
      [actionId],
    );
    return count === 1;
  }

  async postpone(actionId: string, byMs: number): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_rule_actions SET not_before = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
      [actionId, byMs],
    );
  }
}
