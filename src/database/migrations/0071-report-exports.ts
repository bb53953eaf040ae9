import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: exports, and the names that exports of reports show. */
export class ReportExports1763769600071 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXPORTS);
    await runner.query(NAMES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const EXPORTS = `
  ALTER TABLE export_files
    ADD COLUMN expected_rows int,
    ADD COLUMN cut_reason text,
    ADD CONSTRAINT export_files_expected_check CHECK (expected_rows >= 0),
    ADD CONSTRAINT export_files_cut_check
      CHECK (cut_reason IS NULL OR (state = 'complete' AND cut_reason IN ('rows', 'bytes')));
  CREATE INDEX export_files_by_owner ON export_files (kind, owner_id, created_at DESC, id);
  COMMENT ON COLUMN export_files.expected_rows IS 'As counted when the writing began';
  COMMENT ON COLUMN export_files.cut_reason IS 'Which limit ended the file before all rows were in it';
`;

const NAMES = `
  CREATE VIEW messaging_campaign_names_v AS SELECT id AS campaign_id, name FROM messaging_campaigns;
  CREATE VIEW contact_list_names_v AS SELECT id AS contact_list_id, name FROM contact_lists;
  COMMENT ON VIEW messaging_campaign_names_v IS 'Owner: campaigns. For reports';
  COMMENT ON VIEW contact_list_names_v IS 'Owner: contact-lists. For reports';
`;
