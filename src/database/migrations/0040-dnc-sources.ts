import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dnc-lists. Lists of values of a contact column, and what makes expired entries cheap to find. */
export class DncSources1763769600040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE dnc_lists
        ALTER COLUMN contact_method DROP NOT NULL,
        ADD COLUMN custom_exclusion_column text,
        DROP CONSTRAINT dnc_lists_source_check,
        ADD CONSTRAINT dnc_lists_source_check CHECK (dnc_source_type IN ('rds', 'rds_custom')),
        ADD CONSTRAINT dnc_lists_source_method_check CHECK (dnc_source_type <> 'rds' OR contact_method IS NOT NULL),
        ADD CONSTRAINT dnc_lists_custom_column_check
          CHECK ((dnc_source_type = 'rds_custom') = (custom_exclusion_column IS NOT NULL));

      CREATE INDEX dnc_entries_expiry ON dnc_entries (expires_at) WHERE expires_at IS NOT NULL;

      CREATE FUNCTION dnc_custom_key(value text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT lower(btrim(value, E' \\t\\n\\r\\u00a0\\ufeff') COLLATE "C") $$;
      COMMENT ON FUNCTION dnc_custom_key IS
        'The form in which the cell of a contact and an entry of an rds_custom list are compared; customKey() in the code';

      CREATE OR REPLACE VIEW dnc_active_entries_v AS
        SELECT e.dnc_list_id, e.match_key, l.custom_exclusion_column
          FROM dnc_entries e
          JOIN dnc_lists l ON l.id = e.dnc_list_id
         WHERE (l.dnc_source_type = 'rds_custom' OR l.contact_method IN ('Phone', 'WhatsApp', 'Any'))
           AND (e.expires_at IS NULL OR e.expires_at > now());
      COMMENT ON VIEW dnc_active_entries_v IS
        'match_key is that of a number, or with custom_exclusion_column the dnc_custom_key of the contact''s cell there';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
