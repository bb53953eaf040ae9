import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. Saved filters, and the one that a campaign applies. */
export class ContactListFilters1763769600012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_list_filters (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        contact_list_id uuid NOT NULL,
        filter_type text,
        clauses jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT contact_list_filters_pk PRIMARY KEY (id),
        CONSTRAINT contact_list_filters_contact_list_fk
          FOREIGN KEY (contact_list_id) REFERENCES contact_lists (id) ON DELETE CASCADE,
        CONSTRAINT contact_list_filters_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT contact_list_filters_type_check CHECK (filter_type IN ('AND', 'OR')),
        CONSTRAINT contact_list_filters_clauses_check CHECK (jsonb_typeof(clauses) = 'array')
      );
      CREATE UNIQUE INDEX contact_list_filters_name_unique ON contact_list_filters (lower(name));
      CREATE INDEX contact_list_filters_contact_list_id_idx ON contact_list_filters (contact_list_id);

      ALTER TABLE messaging_campaigns
        ADD COLUMN contact_list_filter_id uuid,
        ADD CONSTRAINT messaging_campaigns_contact_list_filter_fk
          FOREIGN KEY (contact_list_filter_id) REFERENCES contact_list_filters (id) ON DELETE RESTRICT;
      CREATE INDEX messaging_campaigns_contact_list_filter_id_idx ON messaging_campaigns (contact_list_filter_id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
