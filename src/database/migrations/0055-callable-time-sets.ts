import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. Callable time sets, and the one that a campaign keeps to. */
export class CallableTimeSets1763769600055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE callable_time_sets (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        name text NOT NULL,
        callable_times jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT callable_time_sets_pk PRIMARY KEY (id),
        CONSTRAINT callable_time_sets_name_check CHECK (char_length(name) BETWEEN 1 AND 64),
        CONSTRAINT callable_time_sets_times_check CHECK (jsonb_typeof(callable_times) = 'array')
      );
      CREATE UNIQUE INDEX callable_time_sets_name_unique ON callable_time_sets (lower(name));

      ALTER TABLE messaging_campaigns
        ADD COLUMN callable_time_set_id uuid,
        ADD CONSTRAINT messaging_campaigns_callable_time_set_fk
          FOREIGN KEY (callable_time_set_id) REFERENCES callable_time_sets (id) ON DELETE RESTRICT;
      CREATE INDEX messaging_campaigns_callable_time_set_id_idx ON messaging_campaigns (callable_time_set_id);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
