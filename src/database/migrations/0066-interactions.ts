import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: reporting. Messages as reports see them, by month, and counts of them per quarter of an hour. */
export class Interactions1763769600066 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INTERACTIONS);
    await runner.query(COUNTS);
    await runner.query(MONTHS);
    await runner.query(FILL);
    await runner.query(UNUSED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// A copy, so that years of history neither slow the sending down nor grow with it: it is written behind the engine,
// in its own order, and goes month by month.
const INTERACTIONS = `
  CREATE TABLE interactions (
    message_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    division_id uuid NOT NULL,
    contact_list_id uuid NOT NULL,
    contact_id text NOT NULL,
    contact_column text,
    address text,
    integration_id uuid,
    content_template_id uuid,
    wamid text,
    started_at timestamptz NOT NULL,
    settled_at timestamptz,
    disposition text,
    disposition_detail text,
    delivery_status text,
    sent_at timestamptz,
    published_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    failed_at timestamptz,
    delivery_changed_at timestamptz,
    provider_error_code int,
    provider_error_text text,
    provider_error_detail text,
    CONSTRAINT interactions_pk PRIMARY KEY (message_id, started_at)
  ) PARTITION BY RANGE (started_at);
  CREATE INDEX interactions_by_time ON interactions (started_at, message_id);
  CREATE INDEX interactions_by_campaign ON interactions (campaign_id, started_at, message_id);
  CREATE INDEX interactions_by_address ON interactions (address, started_at, message_id);
`;

const COUNTS = `
  CREATE TABLE interaction_counts (
    started_at timestamptz NOT NULL,
    campaign_id uuid NOT NULL,
    division_id uuid NOT NULL,
    contact_list_id uuid NOT NULL,
    integration_id uuid,
    disposition text,
    delivery_status text,
    provider_error_code int,
    provider_error_text text,
    provider_error_detail text,
    messages bigint NOT NULL,
    CONSTRAINT interaction_counts_once UNIQUE NULLS NOT DISTINCT (started_at, campaign_id, division_id,
      contact_list_id, integration_id, disposition, delivery_status, provider_error_code, provider_error_text,
      provider_error_detail)
  ) PARTITION BY RANGE (started_at);
  CREATE INDEX interaction_counts_by_campaign ON interaction_counts (campaign_id, started_at);
  COMMENT ON COLUMN interaction_counts.started_at IS 'Begin of the quarter of an hour (UTC) in which the messages began';
`;

const MONTHS = `
  CREATE FUNCTION interaction_month(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY_MM') $$;

  CREATE FUNCTION create_interaction_month(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    first timestamptz := date_trunc('month', moment, 'UTC');
    next timestamptz := date_trunc('month', first + interval '32 days', 'UTC');
  BEGIN
    PERFORM pg_advisory_xact_lock(66001);
    EXECUTE format('CREATE TABLE IF NOT EXISTS interactions_%s PARTITION OF interactions '
                   'FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 85)', interaction_month(moment), first, next);
    EXECUTE format('CREATE TABLE IF NOT EXISTS interaction_counts_%s PARTITION OF interaction_counts '
                   'FOR VALUES FROM (%L) TO (%L)', interaction_month(moment), first, next);
  END $$;
`;

const FILL = `
  SELECT create_interaction_month(month)
    FROM (SELECT DISTINCT date_trunc('month', started_at, 'UTC') AS month FROM campaign_messages_v
          UNION SELECT date_trunc('month', now(), 'UTC')) months;
  INSERT INTO interactions
  SELECT message_id, campaign_id, division_id, contact_list_id, contact_id, contact_column, address, integration_id,
         content_template_id, wamid, started_at, settled_at, disposition, disposition_detail, delivery_status, sent_at,
         published_at, delivered_at, read_at, failed_at, delivery_changed_at, provider_error_code, provider_error_text,
         provider_error_detail
    FROM campaign_messages_v;
  INSERT INTO interaction_counts
  SELECT date_bin('15 minutes', started_at, 'epoch'), campaign_id, division_id, contact_list_id, integration_id,
         disposition, delivery_status, provider_error_code, provider_error_text, provider_error_detail, count(*)
    FROM interactions GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
`;

// Reports read the interactions and the counts now; the engine needs neither.
const UNUSED = `
  DROP INDEX IF EXISTS campaign_messages_by_time;
  DROP INDEX IF EXISTS campaign_messages_by_disposition;
`;
