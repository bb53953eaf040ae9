import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dnc-lists. Who opted out when, for the delivery report of a campaign. */
export class OptOutSignalsView1763769600068 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VIEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const VIEW = `
  CREATE VIEW opt_out_signals_v AS
    SELECT id AS signal_id, whatsapp_id, context_wamid, signalled_at FROM opt_out_signals WHERE direction = 'stop';
`;
