import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: templates. Response libraries and responses. */
export class Templates1763769600006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE response_libraries (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        version int NOT NULL DEFAULT 1,
        division_id uuid NOT NULL,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT response_libraries_pk PRIMARY KEY (id),
        CONSTRAINT response_libraries_division_fk
          FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT
      );
      CREATE UNIQUE INDEX response_libraries_name_unique ON response_libraries (lower(name));

      CREATE TABLE responses (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        version int NOT NULL DEFAULT 1,
        response_type text,
        interaction_type text,
        texts jsonb NOT NULL DEFAULT '[]',
        substitutions jsonb NOT NULL DEFAULT '[]',
        messaging_template jsonb,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT responses_pk PRIMARY KEY (id),
        CONSTRAINT responses_type_check CHECK (
          response_type IN ('MessagingTemplate', 'CampaignSmsTemplate', 'CampaignEmailTemplate', 'Footer', 'Form')
        ),
        CONSTRAINT responses_template_check CHECK (
          response_type IS DISTINCT FROM 'MessagingTemplate' OR messaging_template -> 'whatsApp' IS NOT NULL
        )
      );

      CREATE TABLE response_library_members (
        response_id uuid NOT NULL,
        library_id uuid NOT NULL,
        CONSTRAINT response_library_members_pk PRIMARY KEY (response_id, library_id),
        CONSTRAINT response_library_members_response_fk
          FOREIGN KEY (response_id) REFERENCES responses (id) ON DELETE CASCADE,
        CONSTRAINT response_library_members_library_fk
          FOREIGN KEY (library_id) REFERENCES response_libraries (id) ON DELETE CASCADE
      );
      CREATE INDEX response_library_members_library_idx ON response_library_members (library_id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
