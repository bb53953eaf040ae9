import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: whatsapp. Integrations, and templates as the platform approved them. */
export class WhatsApp1763769600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE whatsapp_integrations (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        version int NOT NULL DEFAULT 1,
        status text NOT NULL DEFAULT 'Incomplete',
        create_status text NOT NULL DEFAULT 'Initiated',
        create_error jsonb,
        activation_error jsonb,
        access_token bytea NOT NULL,
        pin bytea,
        available_phone_numbers jsonb NOT NULL DEFAULT '[]',
        waba_id text,
        phone_number_id text,
        phone_number text,
        messages_per_second int NOT NULL DEFAULT 80,
        marketing_onboarded boolean NOT NULL DEFAULT false,
        supported_content_id uuid,
        messaging_setting_id uuid,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        modified_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT whatsapp_integrations_pk PRIMARY KEY (id),
        CONSTRAINT whatsapp_integrations_status_check
          CHECK (status IN ('Incomplete', 'Starting', 'Active', 'Error')),
        CONSTRAINT whatsapp_integrations_create_status_check
          CHECK (create_status IN ('Initiated', 'Completed', 'Error')),
        CONSTRAINT whatsapp_integrations_rate_check CHECK (messages_per_second > 0),
        CONSTRAINT whatsapp_integrations_number_check CHECK (
          status NOT IN ('Starting', 'Active')
          OR (waba_id IS NOT NULL AND phone_number_id IS NOT NULL AND phone_number IS NOT NULL)
        )
      );
      CREATE UNIQUE INDEX whatsapp_integrations_phone_number_id_unique ON whatsapp_integrations (phone_number_id);
      CREATE INDEX whatsapp_integrations_unfinished_idx ON whatsapp_integrations (modified_at)
        WHERE create_status = 'Initiated' OR status = 'Starting';

      CREATE TABLE whatsapp_templates (
        waba_id text NOT NULL,
        name text NOT NULL,
        language text NOT NULL,
        meta_id text NOT NULL,
        category text NOT NULL,
        status text NOT NULL,
        parameter_format text NOT NULL,
        components jsonb NOT NULL,
        quality text NOT NULL,
        synced_at timestamptz NOT NULL,
        CONSTRAINT whatsapp_templates_pk PRIMARY KEY (waba_id, name, language),
        CONSTRAINT whatsapp_templates_category_check
          CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
        CONSTRAINT whatsapp_templates_parameter_format_check
          CHECK (parameter_format IN ('POSITIONAL', 'NAMED'))
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
