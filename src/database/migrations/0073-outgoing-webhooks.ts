import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: outgoing-webhooks. Addresses that are told what becomes of messages, and what is sent to them. */
export class OutgoingWebhooks1763769600073 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WEBHOOKS);
    await runner.query(DELIVERIES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const WEBHOOKS = `
  CREATE TABLE outgoing_webhooks (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    division_id uuid NOT NULL,
    url text NOT NULL,
    statuses text[] NOT NULL,
    state text NOT NULL DEFAULT 'active',
    disabled_reason text,
    failing_since timestamptz,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outgoing_webhooks_pk PRIMARY KEY (id),
    CONSTRAINT outgoing_webhooks_division_fk FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
    CONSTRAINT outgoing_webhooks_state_check CHECK (state IN ('active', 'paused', 'disabled')),
    CONSTRAINT outgoing_webhooks_reason_check CHECK ((state = 'disabled') = (disabled_reason IS NOT NULL)),
    CONSTRAINT outgoing_webhooks_secrets_check
      CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
  );
  CREATE UNIQUE INDEX outgoing_webhooks_name_unique ON outgoing_webhooks (lower(name));
  CREATE INDEX outgoing_webhooks_division ON outgoing_webhooks (division_id);
`;

const DELIVERIES = `
  CREATE TABLE outgoing_webhook_deliveries (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    webhook_id uuid NOT NULL,
    type text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    events int NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    finished_at timestamptz,
    attempts int NOT NULL DEFAULT 0,
    log jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT outgoing_webhook_deliveries_pk PRIMARY KEY (id),
    CONSTRAINT outgoing_webhook_deliveries_webhook_fk
      FOREIGN KEY (webhook_id) REFERENCES outgoing_webhooks (id) ON DELETE CASCADE,
    CONSTRAINT outgoing_webhook_deliveries_type_check CHECK (type IN ('message.status', 'webhook.test')),
    CONSTRAINT outgoing_webhook_deliveries_state_check CHECK (state IN ('pending', 'delivered', 'failed')),
    CONSTRAINT outgoing_webhook_deliveries_finished_check CHECK ((state = 'pending') = (finished_at IS NULL))
  );
  CREATE INDEX outgoing_webhook_deliveries_due ON outgoing_webhook_deliveries (webhook_id, due_at)
    WHERE state = 'pending';
  CREATE INDEX outgoing_webhook_deliveries_log ON outgoing_webhook_deliveries (webhook_id, created_at DESC, id);
  CREATE INDEX outgoing_webhook_deliveries_age ON outgoing_webhook_deliveries (created_at) WHERE state <> 'pending';
  COMMENT ON COLUMN outgoing_webhook_deliveries.due_at IS
    'When it is to be tried; while it is being tried, when another process may try it because this one is gone';
  COMMENT ON COLUMN outgoing_webhook_deliveries.log IS 'The newest attempts: [{at, ms, status, error}]';
`;
