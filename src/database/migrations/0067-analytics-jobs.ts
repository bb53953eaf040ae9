import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: reporting. Queries whose results are fetched page by page. */
export class AnalyticsJobs1763769600067 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(JOBS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const JOBS = `
  CREATE TABLE analytics_jobs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    query jsonb NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT analytics_jobs_pk PRIMARY KEY (id),
    CONSTRAINT analytics_jobs_kind_check CHECK (kind IN ('details', 'aggregates'))
  );
  CREATE INDEX analytics_jobs_expiry ON analytics_jobs (expires_at);
`;
