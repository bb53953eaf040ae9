import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: exports. Files that were asked for, and where they are. */
export class Exports1763769600035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXPORT_FILES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// Each file has a key of its own, which signs the links to it and goes with it.
const EXPORT_FILES = `
  CREATE TABLE export_files (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    owner_id text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    layout jsonb NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    download_name text NOT NULL,
    download_key bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    file_name text,
    row_count int NOT NULL DEFAULT 0,
    size_bytes bigint NOT NULL DEFAULT 0,
    failure_code text,
    failure_message text,
    attempts int NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    expires_at timestamptz NOT NULL,
    CONSTRAINT export_files_pk PRIMARY KEY (id),
    CONSTRAINT export_files_state_check CHECK (state IN ('queued', 'running', 'complete', 'failed')),
    CONSTRAINT export_files_lease_check CHECK ((state = 'running') = (lease_token IS NOT NULL)
                                           AND (lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT export_files_file_check CHECK ((state = 'complete') = (file_name IS NOT NULL)),
    CONSTRAINT export_files_failure_check CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT export_files_finished_check CHECK ((state IN ('complete', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT export_files_counts_check CHECK (row_count >= 0 AND size_bytes >= 0)
  );
  CREATE INDEX export_files_newest ON export_files (kind, subject_id, created_at DESC);
  CREATE INDEX export_files_unfinished ON export_files (created_at) WHERE state IN ('queued', 'running');
  CREATE INDEX export_files_expires_at ON export_files (expires_at);
`;
