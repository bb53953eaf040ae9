import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. Tells whether the positions of contacts, once counted, still hold: only removals move them. */
export class ContactPositions1763769600038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE contact_lists ADD COLUMN removals bigint NOT NULL DEFAULT 0`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
