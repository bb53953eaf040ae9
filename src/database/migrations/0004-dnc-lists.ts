import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dnc-lists. Do-not-contact lists, their entries, and the view of entries that other modules join. */
export class DncLists1763769600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dnc_lists (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        division_id uuid NOT NULL,
        dnc_source_type text NOT NULL DEFAULT 'rds',
        contact_method text NOT NULL,
        size int NOT NULL DEFAULT 0,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT dnc_lists_pk PRIMARY KEY (id),
        CONSTRAINT dnc_lists_division_fk FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
        CONSTRAINT dnc_lists_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT dnc_lists_source_check CHECK (dnc_source_type IN ('rds')),
        CONSTRAINT dnc_lists_method_check CHECK (contact_method IN ('Phone', 'WhatsApp', 'Any', 'Email')),
        CONSTRAINT dnc_lists_size_check CHECK (size >= 0)
      );
      CREATE UNIQUE INDEX dnc_lists_name_unique ON dnc_lists (lower(name));
      CREATE INDEX dnc_lists_division ON dnc_lists (division_id);

      CREATE TABLE dnc_entries (
        dnc_list_id uuid NOT NULL,
        match_key text NOT NULL,
        value text NOT NULL,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT dnc_entries_pk PRIMARY KEY (dnc_list_id, match_key),
        CONSTRAINT dnc_entries_dnc_list_fk FOREIGN KEY (dnc_list_id) REFERENCES dnc_lists (id) ON DELETE CASCADE
      );

      CREATE VIEW dnc_active_entries_v AS
        SELECT e.dnc_list_id, e.match_key
          FROM dnc_entries e
          JOIN dnc_lists l ON l.id = e.dnc_list_id
         WHERE l.contact_method IN ('Phone', 'WhatsApp', 'Any')
           AND (e.expires_at IS NULL OR e.expires_at > now());
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
