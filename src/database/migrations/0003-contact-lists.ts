import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. Contact lists, their contacts, and the view of contacts that other modules join. */
export class ContactLists1763769600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_lists (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        division_id uuid NOT NULL,
        column_names text[] NOT NULL,
        phone_columns jsonb NOT NULL DEFAULT '[]',
        email_columns jsonb NOT NULL DEFAULT '[]',
        whats_app_columns jsonb NOT NULL DEFAULT '[]',
        column_data_type_specifications jsonb NOT NULL DEFAULT '[]',
        trim_whitespace boolean NOT NULL DEFAULT true,
        size int NOT NULL DEFAULT 0,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT contact_lists_pk PRIMARY KEY (id),
        CONSTRAINT contact_lists_division_fk FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
        CONSTRAINT contact_lists_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT contact_lists_columns_check CHECK (cardinality(column_names) BETWEEN 1 AND 50),
        CONSTRAINT contact_lists_size_check CHECK (size >= 0)
      );
      CREATE UNIQUE INDEX contact_lists_name_unique ON contact_lists (lower(name));
      CREATE INDEX contact_lists_division ON contact_lists (division_id);
    `);
    await runner.query(CONTACTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// The result of each message is written back to its contact, hence the room left in the pages.
const CONTACTS = `
  CREATE TABLE contacts (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    contact_list_id uuid NOT NULL,
    contact_id text NOT NULL,
    data jsonb NOT NULL,
    whatsapp_ids jsonb NOT NULL DEFAULT '{}',
    callable boolean NOT NULL DEFAULT true,
    contactable boolean NOT NULL DEFAULT true,
    uncontactable_columns text[] NOT NULL DEFAULT '{}',
    latest_whatsapp_evaluations jsonb NOT NULL DEFAULT '{}',
    priority boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contacts_pk PRIMARY KEY (seq),
    CONSTRAINT contacts_contact_list_fk FOREIGN KEY (contact_list_id) REFERENCES contact_lists (id) ON DELETE CASCADE,
    CONSTRAINT contacts_contact_id_check CHECK (char_length(contact_id) BETWEEN 1 AND 100)
  ) WITH (fillfactor = 85);
  CREATE UNIQUE INDEX contacts_contact_id_unique ON contacts (contact_list_id, contact_id);
  CREATE INDEX contacts_list_seq ON contacts (contact_list_id, seq);
  COMMENT ON COLUMN contacts.whatsapp_ids IS
    'Readable WhatsApp ids by column: {"<column>": {"id": "<digits>", "key": "<match key>"}}';
  COMMENT ON COLUMN contacts.contactable IS 'Whether the contact may be reached by WhatsApp at all';

  CREATE VIEW contact_list_contacts_v AS
    SELECT seq, contact_list_id, contact_id, data, whatsapp_ids, callable, contactable, uncontactable_columns,
           created_at, priority
      FROM contacts;
`;
