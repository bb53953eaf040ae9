import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: dispatch. One index less to write for each webhook that is applied: the old ones, which this one found, are
 * those with the lowest ids.
 */
export class LeanerWebhookInbox1763769600083 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX webhook_events_applied_at');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
