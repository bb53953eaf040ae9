import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. How long lists and contacts are kept; nobody pays for it who sets nothing. */
export class ContactRetention1763769600037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE contact_lists
        ADD COLUMN retention_type text,
        ADD COLUMN retention_days int,
        ADD COLUMN time_zone text,
        ADD COLUMN expires_at timestamptz,
        ADD CONSTRAINT contact_lists_retention_check CHECK (retention_type IN ('NEVER', 'DAYS', 'DATE')),
        ADD CONSTRAINT contact_lists_expires_check
          CHECK ((expires_at IS NOT NULL) = (coalesce(retention_type, 'NEVER') <> 'NEVER'));
      CREATE INDEX contact_lists_expires_at ON contact_lists (expires_at) WHERE expires_at IS NOT NULL;

      ALTER TABLE contacts
        ADD COLUMN retention_type text,
        ADD COLUMN retention_days int,
        ADD COLUMN expires_at timestamptz,
        ADD CONSTRAINT contacts_retention_check CHECK (retention_type IN ('NEVER', 'DAYS', 'DATE'));
      CREATE INDEX contacts_expires_at ON contacts (expires_at) WHERE expires_at IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
