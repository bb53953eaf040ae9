import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: dispatch. What people say comes before what became of messages, so that an opt-out counts at once however
 * many statuses wait. Told from the bytes of the body; what is not recognised only waits its turn.
 */
export class UrgentWebhooks1763769600042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE webhook_events ADD COLUMN urgent boolean NOT NULL GENERATED ALWAYS AS (
        position('"messages":['::bytea IN body) > 0 OR position('"user_preferences"'::bytea IN body) > 0) STORED;
      DROP INDEX webhook_events_unapplied;
      CREATE INDEX webhook_events_unapplied ON webhook_events (urgent DESC, id) WHERE applied_at IS NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
