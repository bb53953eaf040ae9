import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: access. Audit trail, idempotency keys, and the stamp by which every process sees at once that somebody's
 * rights changed.
 */
export class Guards1763769600011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIT_EVENTS);
    await runner.query(IDEMPOTENCY_KEYS);
    await runner.query(ACCESS_VERSION);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const AUDIT_EVENTS = `
  CREATE TABLE audit_events (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject_id text,
    subject_type text NOT NULL,
    subject_name text,
    client_id text,
    service_name text NOT NULL,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id text,
    entity_name text,
    before jsonb NOT NULL DEFAULT '{}',
    after jsonb NOT NULL DEFAULT '{}',
    address text,
    user_agent text,
    correlation_id text,
    CONSTRAINT audit_events_pk PRIMARY KEY (id),
    CONSTRAINT audit_events_subject_type_check
      CHECK (subject_type IN ('PC_USER', 'PC_OAUTH_CLIENT', 'SYSTEM'))
  );
  CREATE INDEX audit_events_occurred_at ON audit_events (occurred_at, id);
  CREATE INDEX audit_events_entity ON audit_events (entity_id, occurred_at);
  CREATE INDEX audit_events_subject ON audit_events (subject_id, occurred_at);

  CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();`;

const IDEMPOTENCY_KEYS = `
  CREATE TABLE idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    claim_token uuid NOT NULL,
    lease_until timestamptz,
    status int,
    content_type text,
    answer bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key),
    CONSTRAINT idempotency_keys_state_check CHECK ((status IS NULL) <> (lease_until IS NULL))
  );
  CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);`;

// The triggers fire at the end of a transaction: nobody waits for this row while holding it, so that two changes of
// rights can't lock each other out. A transaction counts once, however many rows it changes.
const ACCESS_VERSION = `
  CREATE TABLE IF NOT EXISTS access_version (
    only_row boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT access_version_pk PRIMARY KEY (only_row),
    CONSTRAINT access_version_only_row_check CHECK (only_row)
  );
  INSERT INTO access_version DEFAULT VALUES ON CONFLICT DO NOTHING;

  CREATE FUNCTION bump_access_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE access_version SET version = version + 1 WHERE xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER grants_access_version AFTER INSERT OR UPDATE OR DELETE ON grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bump_access_version();
  CREATE CONSTRAINT TRIGGER roles_access_version AFTER UPDATE OR DELETE ON roles
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bump_access_version();
  CREATE CONSTRAINT TRIGGER role_policies_access_version AFTER INSERT OR UPDATE OR DELETE ON role_policies
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bump_access_version();
  CREATE CONSTRAINT TRIGGER divisions_access_version AFTER UPDATE OR DELETE ON divisions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bump_access_version();`;
