import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Whether the messages of a run are still there: a run and its counts outlive them. */
export class RunRetention1763769600074 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUNS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const RUNS = `
  ALTER TABLE campaign_runs
    ADD COLUMN messages text NOT NULL DEFAULT 'kept',
    ADD CONSTRAINT campaign_runs_messages_check CHECK (messages IN ('kept', 'going', 'gone')),
    ADD CONSTRAINT campaign_runs_messages_active_check CHECK (state <> 'active' OR messages = 'kept');
  CREATE INDEX campaign_runs_finished ON campaign_runs (finished_at) WHERE finished_at IS NOT NULL AND messages <> 'gone';
`;
