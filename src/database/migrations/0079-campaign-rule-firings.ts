import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Firings of campaign rules of the last minute, and the actions that they still owe. */
export class CampaignRuleFirings1763769600079 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaign_rule_states ADD COLUMN run_id uuid;
      COMMENT ON COLUMN campaign_rule_states.run_id IS
        'The run that was looked at; in another one the conditions on campaigns have yet to become true';

      CREATE TABLE campaign_rule_firings (
        rule_id uuid NOT NULL,
        fired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT campaign_rule_firings_rule_fk
          FOREIGN KEY (rule_id) REFERENCES campaign_rules (id) ON DELETE CASCADE
      );
      CREATE INDEX campaign_rule_firings_recent ON campaign_rule_firings (rule_id, fired_at);

      CREATE TABLE campaign_rule_actions (
        id bigint GENERATED ALWAYS AS IDENTITY,
        rule_id uuid NOT NULL,
        rule_name text NOT NULL,
        action jsonb NOT NULL,
        campaign_id uuid NOT NULL,
        not_before timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT campaign_rule_actions_pk PRIMARY KEY (id)
      );
      COMMENT ON TABLE campaign_rule_actions IS
        'A row goes in the transaction that does what it says; it outlives its rule, which fired already';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
