import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: access. The stamp of who may do what, divisions that can be restored, and what role lists need. */
export class Authorization1763769600009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE access_version (
        only_row boolean NOT NULL DEFAULT true,
        version bigint NOT NULL DEFAULT 1,
        CONSTRAINT access_version_pk PRIMARY KEY (only_row),
        CONSTRAINT access_version_only_row_check CHECK (only_row)
      );
      INSERT INTO access_version DEFAULT VALUES;

      CREATE TABLE deleted_divisions (
        id uuid NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT deleted_divisions_pk PRIMARY KEY (id)
      );

      ALTER TABLE roles ADD COLUMN needs_update boolean NOT NULL DEFAULT false;
      CREATE INDEX grants_role_id_idx ON grants (role_id);
      CREATE INDEX grants_division_id_idx ON grants (division_id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
