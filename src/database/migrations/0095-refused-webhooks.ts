import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Webhooks of which a part could not be applied are counted at each scrape, among millions. */
export class RefusedWebhooks1763769600095 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX webhook_events_refused ON webhook_events (id) WHERE error IS NOT NULL');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
