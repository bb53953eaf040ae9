import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Finds what arrived at a person of the messages that were sent outside of campaigns. */
export class ArrivedAgentlessMessages1763769600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX agentless_messages_arrived ON agentless_messages (address) WHERE delivered_at IS NOT NULL`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
