import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Makes the tables of the engine cheap to write: fewer indexes, and ids that grow with time. */
export class DispatchAtSpeed1763769600060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IDS);
    await runner.query(INDEXES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// Random ids would touch a page of the primary key each; these (UUID version 7) are neighbours in the index as the
// messages are neighbours in the queue. PostgreSQL has a function of its own for them from version 18 on.
const IDS = `
  CREATE FUNCTION campaign_message_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
            || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
  $$;
  ALTER TABLE campaign_messages ALTER COLUMN id SET DEFAULT campaign_message_id();
`;

// Counts by disposition are kept in campaign_run_counts. A claim holds the person as a call does, so that looking for
// a message to the same person is one look into one index.
const INDEXES = `
  DROP INDEX campaign_messages_by_disposition;
  DROP INDEX campaign_messages_one_per_person;
  CREATE UNIQUE INDEX campaign_messages_one_per_person ON campaign_messages (run_id, match_key)
    WHERE calling_at IS NOT NULL OR state = 'claimed';
`;
