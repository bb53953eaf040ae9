import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. Deletions and changes of many contacts, worked off in the order of the contacts. */
export class ContactBulkJobs1763769600036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(JOBS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// Contacts up to done_seq are worked off, those above last_seq came after the job and are none of its business.
const JOBS = `
  CREATE TABLE contact_bulk_jobs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    contact_list_id uuid NOT NULL,
    type text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    selection jsonb NOT NULL,
    changes jsonb,
    backup_id uuid,
    total_records int,
    completed_records int NOT NULL DEFAULT 0,
    skipped_records int NOT NULL DEFAULT 0,
    done_seq bigint NOT NULL DEFAULT 0,
    last_seq bigint NOT NULL,
    failure_code text,
    failure_message text,
    attempts int NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT contact_bulk_jobs_pk PRIMARY KEY (id),
    CONSTRAINT contact_bulk_jobs_contact_list_fk
      FOREIGN KEY (contact_list_id) REFERENCES contact_lists (id) ON DELETE CASCADE,
    CONSTRAINT contact_bulk_jobs_type_check CHECK (type IN ('BulkDelete', 'BulkEdit')),
    CONSTRAINT contact_bulk_jobs_state_check CHECK (state IN ('queued', 'running', 'complete', 'failed')),
    CONSTRAINT contact_bulk_jobs_changes_check CHECK ((type = 'BulkEdit') = (changes IS NOT NULL)),
    CONSTRAINT contact_bulk_jobs_lease_check CHECK ((state = 'running') = (lease_token IS NOT NULL)
                                                AND (lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT contact_bulk_jobs_failure_check CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT contact_bulk_jobs_finished_check
      CHECK ((state IN ('complete', 'failed')) = (finished_at IS NOT NULL))
  );
  CREATE INDEX contact_bulk_jobs_newest ON contact_bulk_jobs (contact_list_id, created_at DESC);
  CREATE INDEX contact_bulk_jobs_unfinished ON contact_bulk_jobs (created_at) WHERE state IN ('queued', 'running');
`;
