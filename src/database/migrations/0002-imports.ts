import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: imports. Runs of CSV imports, the records they rejected, and upload URLs that were handed out. */
export class Imports1763769600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUNS);
    await runner.query(REJECTIONS);
    await runner.query(UPLOADS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// The partial unique index allows one unfinished import per target.
const RUNS = `
  CREATE TABLE import_runs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    target_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    file_name text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    total_records int NOT NULL DEFAULT 0,
    completed_records int NOT NULL DEFAULT 0,
    added_rows int NOT NULL DEFAULT 0,
    updated_rows int NOT NULL DEFAULT 0,
    rejected_records int NOT NULL DEFAULT 0,
    rejected_by_code jsonb NOT NULL DEFAULT '{}',
    failure_code text,
    failure_message text,
    attempts int NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT import_runs_pk PRIMARY KEY (id),
    CONSTRAINT import_runs_state_check CHECK (state IN ('queued', 'running', 'complete', 'failed')),
    CONSTRAINT import_runs_lease_check CHECK ((state = 'running') = (lease_token IS NOT NULL)
                                          AND (lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT import_runs_failure_check CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT import_runs_finished_check CHECK ((state IN ('complete', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT import_runs_counts_check CHECK (completed_records >= 0 AND rejected_records <= completed_records)
  );
  CREATE UNIQUE INDEX import_runs_one_active_per_target ON import_runs (kind, target_id)
    WHERE state IN ('queued', 'running');
  CREATE INDEX import_runs_newest ON import_runs (kind, target_id, created_at DESC);
  CREATE INDEX import_runs_unfinished ON import_runs (created_at) WHERE state IN ('queued', 'running');
`;

const REJECTIONS = `
  CREATE TABLE import_rejections (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    line int NOT NULL,
    column_name text,
    code text NOT NULL,
    message text NOT NULL,
    CONSTRAINT import_rejections_pk PRIMARY KEY (seq),
    CONSTRAINT import_rejections_run_fk FOREIGN KEY (run_id) REFERENCES import_runs (id) ON DELETE CASCADE
  );
  CREATE INDEX import_rejections_run ON import_rejections (run_id, seq);
`;

// Only a hash of each key is kept.
const UPLOADS = `
  CREATE TABLE import_uploads (
    key_hash bytea NOT NULL,
    kind text NOT NULL,
    target_id uuid NOT NULL,
    content_type text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_uploads_pk PRIMARY KEY (key_hash)
  );
  CREATE INDEX import_uploads_expires_at ON import_uploads (expires_at);
  CREATE INDEX import_uploads_target ON import_uploads (kind, target_id);
`;
