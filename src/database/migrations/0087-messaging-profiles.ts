import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: whatsapp. Supported content and messaging settings, and which of them new integrations get. */
export class MessagingProfiles1763769600087 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(profilesTable('supported_contents', `media_types jsonb NOT NULL DEFAULT '{}'`));
    await runner.query(
      profilesTable(
        'messaging_settings',
        `content jsonb NOT NULL DEFAULT '{}',
         event jsonb NOT NULL DEFAULT '{}'`,
      ),
    );
    await runner.query(REFERENCES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const profilesTable = (table: string, content: string): string => `
  CREATE TABLE ${table} (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    ${content},
    is_default boolean NOT NULL DEFAULT false,
    version int NOT NULL DEFAULT 1,
    created_by uuid,
    modified_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ${table}_pk PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX ${table}_name_unique ON ${table} (lower(name));
  CREATE UNIQUE INDEX ${table}_default_unique ON ${table} (is_default) WHERE is_default;
`;

// Until now any id was taken, and none of them could exist.
const REFERENCES = `
  UPDATE whatsapp_integrations SET supported_content_id = NULL, messaging_setting_id = NULL;
  ALTER TABLE whatsapp_integrations
    ADD CONSTRAINT whatsapp_integrations_supported_content_fk
      FOREIGN KEY (supported_content_id) REFERENCES supported_contents (id) ON DELETE RESTRICT,
    ADD CONSTRAINT whatsapp_integrations_messaging_setting_fk
      FOREIGN KEY (messaging_setting_id) REFERENCES messaging_settings (id) ON DELETE RESTRICT,
    ADD COLUMN modified_by uuid;
  CREATE INDEX whatsapp_integrations_supported_content_idx ON whatsapp_integrations (supported_content_id);
  CREATE INDEX whatsapp_integrations_messaging_setting_idx ON whatsapp_integrations (messaging_setting_id);
`;
