import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Keeps statuses for a while that come before the answer to the call that they are about. */
export class EarlyStatuses1763769600093 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STATUSES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// Worth nothing after a crash: the provider tells again what was not acknowledged, and most are of other programs.
const STATUSES = `
  CREATE UNLOGGED TABLE early_statuses (
    id bigint GENERATED ALWAYS AS IDENTITY,
    kept_at timestamptz NOT NULL DEFAULT now(),
    wamid text NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    error_code int,
    error_text text,
    error_detail text,
    CONSTRAINT early_statuses_pk PRIMARY KEY (id)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  COMMENT ON TABLE early_statuses IS
    'Statuses without our callback data of messages that nobody knows yet; looked for again for some minutes';
`;
