import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: dispatch. What the floors above may know of messages without looking at each of them: counts per run, and
 * which messages changed. Triggers write both in the very statement that changes the messages, so neither can be
 * forgotten by a statement or be lost by a crash.
 */
export class MessageChanges1763769600065 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COUNTS);
    await runner.query(CHANGES);
    await runner.query(TRIGGERS);
    await runner.query(FILL);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// A statement only ever appends its differences, so statements never wait for each other, whatever they settle;
// differences are folded into the counts behind them. The truth at any moment is the sum of both tables.
const COUNTS = `
  CREATE TABLE campaign_run_counts (
    run_id uuid NOT NULL,
    disposition text NOT NULL,
    delivery_status text NOT NULL,
    error_code int NOT NULL,
    messages bigint NOT NULL,
    CONSTRAINT campaign_run_counts_pk PRIMARY KEY (run_id, disposition, delivery_status, error_code),
    CONSTRAINT campaign_run_counts_run_fk FOREIGN KEY (run_id) REFERENCES campaign_runs (id) ON DELETE CASCADE
  ) WITH (fillfactor = 50);
  COMMENT ON TABLE campaign_run_counts IS
    'Messages per run and fate; an empty text or 0 stands for none. Not complete without campaign_run_differences';
  CREATE TABLE campaign_run_differences (
    run_id uuid NOT NULL,
    disposition text NOT NULL,
    delivery_status text NOT NULL,
    error_code int NOT NULL,
    messages bigint NOT NULL
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  CREATE VIEW campaign_run_counts_v AS
    SELECT run_id, disposition, delivery_status, error_code, sum(messages)::bigint AS messages
      FROM (SELECT * FROM campaign_run_counts UNION ALL SELECT * FROM campaign_run_differences) parts
     GROUP BY run_id, disposition, delivery_status, error_code;
`;

const CHANGES = `
  CREATE TABLE campaign_message_changes (
    id bigint GENERATED ALWAYS AS IDENTITY,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed uuid[] NOT NULL,
    withdrawn uuid[] NOT NULL,
    CONSTRAINT campaign_message_changes_pk PRIMARY KEY (id)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  COMMENT ON TABLE campaign_message_changes IS
    'One row per statement that changed what reports see of messages; whoever takes a row deletes it';
  COMMENT ON COLUMN campaign_message_changes.withdrawn IS
    'Messages whose call had begun and that are back in the queue, so that reports must not show them for now';
`;

const TRIGGERS = `
  CREATE FUNCTION tell_messages_added() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO campaign_run_differences (run_id, disposition, delivery_status, error_code, messages)
    SELECT run_id, coalesce(disposition, ''), coalesce(delivery_status, ''), coalesce(provider_error_code, 0), count(*)
      FROM added GROUP BY 1, 2, 3, 4;
    INSERT INTO campaign_message_changes (changed, withdrawn)
    SELECT ids, '{}' FROM (SELECT array_agg(id) AS ids FROM added WHERE calling_at IS NOT NULL) a WHERE ids IS NOT NULL;
    RETURN NULL;
  END $$;

  CREATE FUNCTION tell_messages_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO campaign_run_differences (run_id, disposition, delivery_status, error_code, messages)
    SELECT run_id, coalesce(disposition, ''), coalesce(delivery_status, ''), coalesce(provider_error_code, 0), sum(n)
      FROM (SELECT run_id, disposition, delivery_status, provider_error_code, 1 AS n FROM now_so
            UNION ALL
            SELECT run_id, disposition, delivery_status, provider_error_code, -1 FROM before) sides
     GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    INSERT INTO campaign_message_changes (changed, withdrawn)
    SELECT coalesce(c.ids, '{}'), coalesce(w.ids, '{}')
      FROM (SELECT array_agg(id) AS ids FROM now_so WHERE calling_at IS NOT NULL OR disposition IS NOT NULL) c,
           (SELECT array_agg(id) AS ids FROM before
             WHERE calling_at IS NOT NULL AND id IN (SELECT id FROM now_so WHERE calling_at IS NULL)) w
     WHERE c.ids IS NOT NULL OR w.ids IS NOT NULL;
    RETURN NULL;
  END $$;

  CREATE TRIGGER campaign_messages_added AFTER INSERT ON campaign_messages
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tell_messages_added();
  CREATE TRIGGER campaign_messages_changed AFTER UPDATE ON campaign_messages
    REFERENCING OLD TABLE AS before NEW TABLE AS now_so FOR EACH STATEMENT EXECUTE FUNCTION tell_messages_changed();
`;

const FILL = `
  INSERT INTO campaign_run_counts (run_id, disposition, delivery_status, error_code, messages)
  SELECT run_id, coalesce(disposition, ''), coalesce(delivery_status, ''), coalesce(provider_error_code, 0), count(*)
    FROM campaign_messages GROUP BY 1, 2, 3, 4;
`;
