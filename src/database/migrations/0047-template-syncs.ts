import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: approved-templates. The newest sync of each integration, asked for and done. */
export class TemplateSyncs1763769600047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE template_syncs (
        integration_id uuid NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        reread boolean NOT NULL DEFAULT false,
        done_request_at timestamptz,
        finished_at timestamptz,
        error text,
        result jsonb,
        CONSTRAINT template_syncs_pk PRIMARY KEY (integration_id),
        CONSTRAINT template_syncs_integration_fk
          FOREIGN KEY (integration_id) REFERENCES whatsapp_integrations (id) ON DELETE CASCADE
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
