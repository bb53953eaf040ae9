import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Which contacts changed under a run that sorts or filters them while it is under way. */
export class DynamicQueueing1763769600085 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CAMPAIGNS);
    await runner.query(RUNS);
    await runner.query(TRIGGER);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const CAMPAIGNS = `
  CREATE VIEW messaging_campaign_dynamic_queues_v AS
    SELECT id AS campaign_id FROM messaging_campaigns WHERE dynamic_sort OR dynamic_filter;
  COMMENT ON VIEW messaging_campaign_dynamic_queues_v IS
    'For dispatch: campaigns that look at contacts again when they change';
`;

// Rows are appended and never looked for by a key, so that whoever changes a contact never waits for a tick.
const RUNS = `
  CREATE TABLE campaign_contact_changes (
    id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    contact_seq bigint NOT NULL,
    CONSTRAINT campaign_contact_changes_pk PRIMARY KEY (id),
    CONSTRAINT campaign_contact_changes_run_fk FOREIGN KEY (run_id) REFERENCES campaign_runs (id) ON DELETE CASCADE
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  CREATE INDEX campaign_contact_changes_contact ON campaign_contact_changes (run_id, contact_seq);
  COMMENT ON TABLE campaign_contact_changes IS
    'Contacts that a run with dynamic queueing is to look at again; whoever takes a row deletes it';
  CREATE INDEX campaign_runs_active_list ON campaign_runs (contact_list_id) WHERE state = 'active';
  ALTER TABLE campaign_runs ADD COLUMN spaced boolean NOT NULL DEFAULT false;
  COMMENT ON COLUMN campaign_runs.spaced IS
    'Positions have room between them and follow the sort, so that a contact can be put where it belongs';
`;

// Only for statements that write cells or the priority: the result of each message is written to its contact too.
const TRIGGER = `
  CREATE FUNCTION tell_contact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO campaign_contact_changes (run_id, contact_seq)
    SELECT r.id, NEW.seq
      FROM campaign_runs r JOIN messaging_campaign_dynamic_queues_v d ON d.campaign_id = r.campaign_id
     WHERE r.contact_list_id = NEW.contact_list_id AND r.state = 'active';
    RETURN NULL;
  END $$;
  CREATE TRIGGER contacts_changed AFTER UPDATE OF data, priority ON contacts
    FOR EACH ROW WHEN (OLD.data IS DISTINCT FROM NEW.data OR OLD.priority IS DISTINCT FROM NEW.priority)
    EXECUTE FUNCTION tell_contact_changed();
`;
