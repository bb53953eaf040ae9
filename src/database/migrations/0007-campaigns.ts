import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Campaigns and the DNC lists each of them respects. */
export class Campaigns1763769600007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messaging_campaigns (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        division_id uuid NOT NULL,
        campaign_status text NOT NULL DEFAULT 'off',
        contact_list_id uuid NOT NULL,
        messages_per_minute int NOT NULL,
        whats_app_columns text[] NOT NULL,
        integration_id uuid NOT NULL,
        content_template_id uuid NOT NULL,
        contact_sorts jsonb NOT NULL,
        always_running boolean NOT NULL DEFAULT false,
        errors jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        modified_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT messaging_campaigns_pk PRIMARY KEY (id),
        CONSTRAINT messaging_campaigns_division_fk
          FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
        CONSTRAINT messaging_campaigns_contact_list_fk
          FOREIGN KEY (contact_list_id) REFERENCES contact_lists (id) ON DELETE RESTRICT,
        CONSTRAINT messaging_campaigns_integration_fk
          FOREIGN KEY (integration_id) REFERENCES whatsapp_integrations (id) ON DELETE RESTRICT,
        CONSTRAINT messaging_campaigns_content_template_fk
          FOREIGN KEY (content_template_id) REFERENCES responses (id) ON DELETE RESTRICT,
        CONSTRAINT messaging_campaigns_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT messaging_campaigns_status_check CHECK (campaign_status IN
          ('on', 'stopping', 'off', 'complete', 'invalid', 'forced_off', 'forced_stopping')),
        CONSTRAINT messaging_campaigns_pace_check CHECK (messages_per_minute >= 1),
        CONSTRAINT messaging_campaigns_columns_check CHECK (cardinality(whats_app_columns) >= 1),
        CONSTRAINT messaging_campaigns_sorts_check
          CHECK (jsonb_typeof(contact_sorts) = 'array' AND jsonb_array_length(contact_sorts) <= 4),
        CONSTRAINT messaging_campaigns_errors_check CHECK (jsonb_typeof(errors) = 'array')
      );
      CREATE UNIQUE INDEX messaging_campaigns_name_unique ON messaging_campaigns (lower(name));
      CREATE UNIQUE INDEX messaging_campaigns_running_list_unique ON messaging_campaigns (contact_list_id)
        WHERE campaign_status IN ('on', 'stopping');
      CREATE INDEX messaging_campaigns_division_id_idx ON messaging_campaigns (division_id);
      CREATE INDEX messaging_campaigns_contact_list_id_idx ON messaging_campaigns (contact_list_id);
      CREATE INDEX messaging_campaigns_integration_id_idx ON messaging_campaigns (integration_id);
      CREATE INDEX messaging_campaigns_content_template_id_idx ON messaging_campaigns (content_template_id);

      CREATE TABLE messaging_campaign_dnc_lists (
        campaign_id uuid NOT NULL,
        dnc_list_id uuid NOT NULL,
        position smallint NOT NULL,
        CONSTRAINT messaging_campaign_dnc_lists_pk PRIMARY KEY (campaign_id, dnc_list_id),
        CONSTRAINT messaging_campaign_dnc_lists_campaign_fk
          FOREIGN KEY (campaign_id) REFERENCES messaging_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT messaging_campaign_dnc_lists_dnc_list_fk
          FOREIGN KEY (dnc_list_id) REFERENCES dnc_lists (id) ON DELETE RESTRICT
      );
      CREATE INDEX messaging_campaign_dnc_lists_dnc_list_id_idx ON messaging_campaign_dnc_lists (dnc_list_id);

      CREATE VIEW messaging_campaign_states_v AS SELECT id AS campaign_id, campaign_status FROM messaging_campaigns;
      CREATE VIEW messaging_campaign_dnc_lists_v AS SELECT campaign_id, dnc_list_id FROM messaging_campaign_dnc_lists;
      COMMENT ON VIEW messaging_campaign_states_v IS 'For dispatch: whether a message may still leave';
      COMMENT ON VIEW messaging_campaign_dnc_lists_v IS 'For dispatch: the DNC lists of a campaign at this moment';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
