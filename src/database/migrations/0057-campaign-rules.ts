import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Campaign rules, and what each has seen of the campaigns that it watches. */
export class CampaignRules1763769600057 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A rule outlives the campaigns that it names, and says so; hence no foreign keys to them.
    await runner.query(`
      CREATE TABLE campaign_rules (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        enabled boolean NOT NULL DEFAULT false,
        definition jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT campaign_rules_pk PRIMARY KEY (id),
        CONSTRAINT campaign_rules_name_check CHECK (char_length(name) BETWEEN 1 AND 64)
      );
      CREATE UNIQUE INDEX campaign_rules_name_unique ON campaign_rules (lower(name));
      CREATE INDEX campaign_rules_enabled ON campaign_rules (id) WHERE enabled;

      CREATE TABLE campaign_rule_states (
        rule_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        holds boolean NOT NULL,
        holds_since jsonb NOT NULL DEFAULT '{}',
        fired_day text,
        fired_count int NOT NULL DEFAULT 0,
        CONSTRAINT campaign_rule_states_pk PRIMARY KEY (rule_id, campaign_id),
        CONSTRAINT campaign_rule_states_rule_fk
          FOREIGN KEY (rule_id) REFERENCES campaign_rules (id) ON DELETE CASCADE,
        CONSTRAINT campaign_rule_states_count_check CHECK (fired_count >= 0)
      );
      COMMENT ON COLUMN campaign_rule_states.campaign_id IS 'The zero id for a rule that watches no campaign';
      COMMENT ON COLUMN campaign_rule_states.holds_since IS
        'By condition, since when it holds without a break; for conditions that must hold for a while';
      COMMENT ON COLUMN campaign_rule_states.fired_day IS 'The local day on which it fired last, yyyy-MM-dd';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
