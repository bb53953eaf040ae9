import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Campaigns that run one after another. */
export class CampaignSequences1763769600053 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaign_sequences (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        campaign_ids uuid[] NOT NULL,
        current_campaign int NOT NULL DEFAULT 0,
        status text NOT NULL DEFAULT 'off',
        start_at timestamptz,
        stop_message text,
        repeat boolean NOT NULL DEFAULT false,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT campaign_sequences_pk PRIMARY KEY (id),
        CONSTRAINT campaign_sequences_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT campaign_sequences_status_check CHECK (status IN ('on', 'off', 'complete')),
        CONSTRAINT campaign_sequences_current_check
          CHECK (current_campaign >= 0 AND current_campaign < cardinality(campaign_ids)),
        CONSTRAINT campaign_sequences_start_check CHECK (start_at IS NULL OR status = 'on')
      );
      CREATE UNIQUE INDEX campaign_sequences_name_unique ON campaign_sequences (lower(name));
      CREATE INDEX campaign_sequences_start_at ON campaign_sequences (start_at) WHERE start_at IS NOT NULL;
      CREATE INDEX campaign_sequences_waiting ON campaign_sequences ((campaign_ids[current_campaign + 1]))
        WHERE status = 'on' AND start_at IS NULL;

      CREATE TABLE campaign_sequence_campaigns (
        sequence_id uuid NOT NULL,
        campaign_id uuid NOT NULL,
        CONSTRAINT campaign_sequence_campaigns_pk PRIMARY KEY (sequence_id, campaign_id),
        CONSTRAINT campaign_sequence_campaigns_sequence_fk
          FOREIGN KEY (sequence_id) REFERENCES campaign_sequences (id) ON DELETE CASCADE,
        CONSTRAINT campaign_sequence_campaigns_campaign_fk
          FOREIGN KEY (campaign_id) REFERENCES messaging_campaigns (id) ON DELETE RESTRICT
      );
      CREATE INDEX campaign_sequence_campaigns_campaign_id_idx ON campaign_sequence_campaigns (campaign_id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
