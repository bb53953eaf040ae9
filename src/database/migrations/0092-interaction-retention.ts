import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: reporting, and exports for what their files say. */
export class InteractionRetention1763769600092 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RETENTION);
    await runner.query(NOTES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const RETENTION = `
  CREATE TABLE interaction_retention (
    only_one boolean NOT NULL DEFAULT true,
    gone_until timestamptz NOT NULL,
    CONSTRAINT interaction_retention_pk PRIMARY KEY (only_one),
    CONSTRAINT interaction_retention_one_check CHECK (only_one)
  );
  COMMENT ON COLUMN interaction_retention.gone_until IS 'Interactions that began before it have been dropped';
`;

const NOTES = `
  ALTER TABLE export_files ADD COLUMN note text;
  UPDATE export_files SET note = 'Cut: there is more than a file may hold.' WHERE cut_reason IS NOT NULL;
  ALTER TABLE export_files
    DROP COLUMN cut_reason,
    ADD CONSTRAINT export_files_note_check CHECK (note IS NULL OR state = 'complete');
  COMMENT ON COLUMN export_files.note IS 'What the file says of that which was asked for and is not in it';
`;
