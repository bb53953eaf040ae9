import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: templates. Libraries and responses that mirror the templates of a WhatsApp integration. */
export class SyncedResponses1763769600046 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What was synced outlives the integration as an ordinary library: campaigns may still use it.
    await runner.query(`
      ALTER TABLE response_libraries
        ADD COLUMN integration_id uuid,
        ADD CONSTRAINT response_libraries_integration_fk
          FOREIGN KEY (integration_id) REFERENCES whatsapp_integrations (id) ON DELETE SET NULL;
      CREATE UNIQUE INDEX response_libraries_integration_unique ON response_libraries (integration_id);

      ALTER TABLE responses
        ADD COLUMN integration_id uuid,
        ADD COLUMN synced_version int,
        ADD COLUMN synced_content text,
        ADD COLUMN template_state jsonb,
        ADD CONSTRAINT responses_integration_fk
          FOREIGN KEY (integration_id) REFERENCES whatsapp_integrations (id) ON DELETE SET NULL;
      CREATE UNIQUE INDEX responses_synced_unique ON responses (
        integration_id, (messaging_template -> 'whatsApp' ->> 'name'), (messaging_template -> 'whatsApp' ->> 'language'))
        WHERE synced_version IS NOT NULL;
      CREATE INDEX responses_template_idx ON responses ((messaging_template -> 'whatsApp' ->> 'name'));
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
