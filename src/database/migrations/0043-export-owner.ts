import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: exports. The first OAuth client has the id that the installation gave it, which need not be a UUID. */
export class ExportOwner1763769600043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE export_files ALTER COLUMN owner_id TYPE text`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
