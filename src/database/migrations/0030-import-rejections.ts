import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: imports. Records that were taken in spite of what is told of them. */
export class ImportRejections1763769600030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE import_rejections ADD COLUMN taken boolean NOT NULL DEFAULT false;
      COMMENT ON COLUMN import_rejections.taken IS 'The record was imported all the same, for example without its expiry';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
