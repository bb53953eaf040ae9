import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: whatsapp. What is known of the health of integrations and templates, and since when. */
export class WhatsAppStates1763769600045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE whatsapp_integrations
        ADD COLUMN state_error jsonb,
        ADD COLUMN held_until timestamptz,
        ADD COLUMN probe_due_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN quality_rating text NOT NULL DEFAULT 'UNKNOWN',
        ADD COLUMN templates_read_at timestamptz,
        ADD CONSTRAINT whatsapp_integrations_state_error_check
          CHECK (state_error IS NULL OR (status = 'Error' AND phone_number_id IS NOT NULL));
      CREATE INDEX whatsapp_integrations_probe_idx ON whatsapp_integrations (probe_due_at)
        WHERE status = 'Active' OR state_error IS NOT NULL;
      CREATE INDEX whatsapp_integrations_waba_idx ON whatsapp_integrations (waba_id);

      ALTER TABLE whatsapp_templates
        ADD COLUMN status_reason text,
        ADD COLUMN status_at timestamptz,
        ADD COLUMN held_reason text,
        ADD COLUMN held_until timestamptz,
        ADD CONSTRAINT whatsapp_templates_hold_check CHECK ((held_reason IS NULL) = (held_until IS NULL));
      CREATE INDEX whatsapp_templates_held_idx ON whatsapp_templates (held_until) WHERE held_until IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
