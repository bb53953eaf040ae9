import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. When campaigns are switched on and off. */
export class CampaignSchedules1763769600051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE whatsapp_campaign_schedules (
        campaign_id uuid NOT NULL,
        intervals jsonb NOT NULL,
        recurrences jsonb NOT NULL,
        time_zone text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        modified_at timestamptz NOT NULL DEFAULT now(),
        next_action text,
        next_at timestamptz,
        window_end timestamptz,
        CONSTRAINT whatsapp_campaign_schedules_pk PRIMARY KEY (campaign_id),
        CONSTRAINT whatsapp_campaign_schedules_campaign_fk
          FOREIGN KEY (campaign_id) REFERENCES messaging_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT whatsapp_campaign_schedules_intervals_check CHECK (jsonb_typeof(intervals) = 'array'),
        CONSTRAINT whatsapp_campaign_schedules_recurrences_check CHECK (jsonb_typeof(recurrences) = 'array'),
        CONSTRAINT whatsapp_campaign_schedules_action_check CHECK (next_action IN ('start', 'stop')),
        CONSTRAINT whatsapp_campaign_schedules_next_check
          CHECK (num_nulls(next_action, next_at, window_end) IN (0, 3))
      );
      CREATE INDEX whatsapp_campaign_schedules_next_at_idx ON whatsapp_campaign_schedules (next_at)
        WHERE next_at IS NOT NULL;
      COMMENT ON COLUMN whatsapp_campaign_schedules.window_end IS
        'End of the window that the next action begins or ends; whoever moves next_at on does the action, alone';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
