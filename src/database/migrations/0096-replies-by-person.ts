import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Whether a person wrote since a message to them failed, whatever the order in which one hears of it. */
export class RepliesByPerson1763769600096 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PERSON);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const PERSON = `
  ALTER TABLE replies ADD COLUMN match_key text;
  CREATE INDEX replies_by_person ON replies (match_key, said_at) WHERE match_key IS NOT NULL;
  COMMENT ON COLUMN replies.match_key IS 'Spelling under which all variants of a number meet; null when it is hidden';
`;
