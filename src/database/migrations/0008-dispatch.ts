import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Runs, their messages, and the inbox of provider webhooks. */
export class Dispatch1763769600008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUNS);
    await runner.query(MESSAGES);
    await runner.query(WEBHOOK_INBOX);
    await runner.query(REPORT_VIEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// History outlives the campaign and the list, hence no foreign keys to them.
const RUNS = `
  CREATE TABLE campaign_runs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    campaign_id uuid NOT NULL,
    division_id uuid NOT NULL,
    contact_list_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'active',
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    last_contact_seq bigint NOT NULL DEFAULT 0,
    last_position bigint NOT NULL DEFAULT 0,
    tick_generation bigint NOT NULL DEFAULT 0,
    tick_due_at timestamptz,
    held_until timestamptz,
    consecutive_outages int NOT NULL DEFAULT 0,
    paced_until_us bigint NOT NULL DEFAULT 0,
    CONSTRAINT campaign_runs_pk PRIMARY KEY (id),
    CONSTRAINT campaign_runs_state_check CHECK (state IN ('active', 'complete', 'recycled')),
    CONSTRAINT campaign_runs_finished_check CHECK ((state = 'active') = (finished_at IS NULL))
  );
  CREATE UNIQUE INDEX campaign_runs_one_active ON campaign_runs (campaign_id) WHERE state = 'active';
  CREATE INDEX campaign_runs_newest ON campaign_runs (campaign_id, started_at DESC);
  COMMENT ON COLUMN campaign_runs.paced_until_us IS
    'End of the last reserved slot on the clock of Redis, so that a Redis that lost its data gives no slot twice';
  COMMENT ON COLUMN campaign_runs.tick_due_at IS 'When the next tick is expected; null while the run sleeps';
`;

// One row per contact and run. A row is claimed (safe to give back), then calling (the provider may have it), then
// settled. calling_at stays once a call has begun, and the unique index over it makes a second message to the same
// person within a run impossible.
const MESSAGES = `
  CREATE TABLE campaign_messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id uuid NOT NULL,
    position bigint NOT NULL,
    contact_seq bigint NOT NULL,
    contact_id text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    claim_token uuid,
    lease_until timestamptz,
    not_before timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    contact_column text,
    address text,
    match_key text,
    integration_id uuid,
    content_template_id uuid,
    calling_at timestamptz,
    settled_at timestamptz,
    disposition text,
    disposition_detail text,
    wamid text,
    sent_at timestamptz,
    published_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    failed_at timestamptz,
    provider_error_code int,
    provider_error_text text,
    provider_error_detail text,
    delivery_status text GENERATED ALWAYS AS (
      CASE
        WHEN read_at IS NOT NULL THEN 'Read'
        WHEN delivered_at IS NOT NULL THEN 'DeliverySuccess'
        WHEN failed_at IS NOT NULL AND wamid IS NOT NULL THEN 'DeliveryFailed'
        WHEN failed_at IS NOT NULL THEN 'Failed'
        WHEN published_at IS NOT NULL THEN 'Published'
        WHEN sent_at IS NOT NULL THEN 'Sent'
        WHEN calling_at IS NOT NULL THEN 'Queued'
      END) STORED,
    CONSTRAINT campaign_messages_pk PRIMARY KEY (id),
    CONSTRAINT campaign_messages_run_fk FOREIGN KEY (run_id) REFERENCES campaign_runs (id) ON DELETE CASCADE,
    CONSTRAINT campaign_messages_once UNIQUE (run_id, contact_seq),
    CONSTRAINT campaign_messages_state_check CHECK (state IN ('queued', 'claimed', 'calling', 'settled')),
    CONSTRAINT campaign_messages_claim_check
      CHECK ((state IN ('claimed', 'calling')) = (claim_token IS NOT NULL AND lease_until IS NOT NULL)),
    CONSTRAINT campaign_messages_calling_check CHECK (state <> 'calling' OR calling_at IS NOT NULL),
    CONSTRAINT campaign_messages_queued_check CHECK (state NOT IN ('queued', 'claimed') OR calling_at IS NULL),
    CONSTRAINT campaign_messages_settled_check
      CHECK ((state = 'settled') = (disposition IS NOT NULL AND settled_at IS NOT NULL)),
    CONSTRAINT campaign_messages_sent_check CHECK (disposition <> 'OUTBOUND-MESSAGE-SENT' OR wamid IS NOT NULL),
    CONSTRAINT campaign_messages_disposition_check CHECK (disposition IN (
      'OUTBOUND-MESSAGE-SENT', 'OUTBOUND-MESSAGE-FAILED', 'OUTBOUND-MESSAGE-THROTTLED', 'OUTBOUND-MESSAGE-AMBIGUOUS',
      'ININ-OUTBOUND-NUMBERS-INVALID', 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', 'ININ-OUTBOUND-DNC-SKIPPED',
      'ININ-OUTBOUND-INTERNAL-ERROR-SKIPPED', 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED',
      'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED', 'OUTBOUND-RULE-ERROR-SKIPPED',
      'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED', 'OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG',
      'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG'))
  ) WITH (fillfactor = 75);
  CREATE INDEX campaign_messages_queue ON campaign_messages (run_id, position) WHERE state = 'queued';
  CREATE INDEX campaign_messages_leases ON campaign_messages (run_id, lease_until) WHERE state IN ('claimed', 'calling');
  CREATE UNIQUE INDEX campaign_messages_one_per_person ON campaign_messages (run_id, match_key)
    WHERE calling_at IS NOT NULL;
  CREATE UNIQUE INDEX campaign_messages_wamid ON campaign_messages (wamid) WHERE wamid IS NOT NULL;
  CREATE INDEX campaign_messages_by_disposition ON campaign_messages (run_id, disposition);
  CREATE INDEX campaign_messages_by_time ON campaign_messages (calling_at, id) WHERE calling_at IS NOT NULL;
`;

const WEBHOOK_INBOX = `
  CREATE TABLE webhook_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    received_at timestamptz NOT NULL DEFAULT now(),
    applied_at timestamptz,
    error text,
    body bytea NOT NULL,
    CONSTRAINT webhook_events_pk PRIMARY KEY (id)
  );
  CREATE INDEX webhook_events_unapplied ON webhook_events (id) WHERE applied_at IS NULL;
  CREATE INDEX webhook_events_applied_at ON webhook_events (applied_at) WHERE applied_at IS NOT NULL;
`;

const REPORT_VIEW = `
  CREATE VIEW campaign_messages_v AS
    SELECT m.id AS message_id, m.run_id, r.campaign_id, r.division_id, r.contact_list_id, m.contact_id,
           m.contact_column, m.address, m.integration_id, m.content_template_id, m.wamid,
           m.calling_at AS started_at, m.settled_at, m.disposition, m.disposition_detail, m.delivery_status,
           m.sent_at, m.published_at, m.delivered_at, m.read_at, m.failed_at,
           greatest(m.calling_at, m.sent_at, m.published_at, m.delivered_at, m.read_at, m.failed_at)
             AS delivery_changed_at,
           m.provider_error_code, m.provider_error_text, m.provider_error_detail
      FROM campaign_messages m
      JOIN campaign_runs r ON r.id = m.run_id
     WHERE m.calling_at IS NOT NULL;
  COMMENT ON VIEW campaign_messages_v IS 'Messages for which a call to the provider has begun, for reports';
`;
