import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. When campaigns are looked at again, and those that wait to go on by themselves. */
export class CampaignHealth1763769600050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messaging_campaign_health (
        campaign_id uuid NOT NULL,
        checked_at timestamptz,
        resume_at timestamptz,
        resumed_at timestamptz,
        setbacks smallint NOT NULL DEFAULT 0,
        CONSTRAINT messaging_campaign_health_pk PRIMARY KEY (campaign_id),
        CONSTRAINT messaging_campaign_health_campaign_fk
          FOREIGN KEY (campaign_id) REFERENCES messaging_campaigns (id) ON DELETE CASCADE,
        CONSTRAINT messaging_campaign_health_setbacks_check CHECK (setbacks BETWEEN 0 AND 6)
      );
      CREATE INDEX messaging_campaign_health_resume_at_idx ON messaging_campaign_health (resume_at)
        WHERE resume_at IS NOT NULL;
      COMMENT ON COLUMN messaging_campaign_health.resume_at IS
        'When a campaign that became invalid while it was on is tried again; null for one that nobody wants to go on';
      COMMENT ON COLUMN messaging_campaign_health.setbacks IS
        'How often it became invalid again within an hour of having gone on by itself';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
