import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Messages to single recipients, outside of campaigns. */
export class AgentlessMessages1763769600048 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agentless_messages (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        integration_id uuid NOT NULL,
        response_id uuid NOT NULL,
        address text NOT NULL,
        requested_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        outcome text NOT NULL DEFAULT 'calling',
        wamid text,
        sent_at timestamptz,
        delivered_at timestamptz,
        read_at timestamptz,
        failed_at timestamptz,
        error_code int,
        error_text text,
        CONSTRAINT agentless_messages_pk PRIMARY KEY (id),
        CONSTRAINT agentless_messages_outcome_check
          CHECK (outcome IN ('calling', 'accepted', 'refused', 'unsent', 'unknown')),
        CONSTRAINT agentless_messages_accepted_check CHECK (outcome <> 'accepted' OR wamid IS NOT NULL)
      );
      CREATE UNIQUE INDEX agentless_messages_wamid ON agentless_messages (wamid) WHERE wamid IS NOT NULL;
      CREATE INDEX agentless_messages_created_at ON agentless_messages (created_at);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
