import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Digital rule sets, and those that a campaign applies. */
export class DigitalRuleSets1763769600056 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE digital_rule_sets (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        contact_list_id uuid,
        rules jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT digital_rule_sets_pk PRIMARY KEY (id),
        CONSTRAINT digital_rule_sets_contact_list_fk
          FOREIGN KEY (contact_list_id) REFERENCES contact_lists (id) ON DELETE SET NULL,
        CONSTRAINT digital_rule_sets_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT digital_rule_sets_rules_check CHECK (jsonb_typeof(rules) = 'array')
      );
      CREATE UNIQUE INDEX digital_rule_sets_name_unique ON digital_rule_sets (lower(name));
      CREATE INDEX digital_rule_sets_contact_list_id_idx ON digital_rule_sets (contact_list_id);

      CREATE TABLE messaging_campaign_rule_sets (
        campaign_id uuid NOT NULL,
        rule_set_id uuid NOT NULL,
        position smallint NOT NULL,
        CONSTRAINT messaging_campaign_rule_sets_pk PRIMARY KEY (campaign_id, rule_set_id),
        CONSTRAINT messaging_campaign_rule_sets_campaign_fk
          FOREIGN KEY (campaign_id) REFERENCES messaging_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT messaging_campaign_rule_sets_rule_set_fk
          FOREIGN KEY (rule_set_id) REFERENCES digital_rule_sets (id) ON DELETE RESTRICT
      );
      CREATE INDEX messaging_campaign_rule_sets_rule_set_id_idx ON messaging_campaign_rule_sets (rule_set_id);

      CREATE VIEW contact_list_divisions_v AS SELECT id AS contact_list_id, division_id FROM contact_lists;
      COMMENT ON VIEW contact_list_divisions_v IS 'Owner: contact-lists. For modules whose objects are reached by their list';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
