import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Who answered when, for the delivery report of a campaign. What they wrote is not kept. */
export class Replies1763769600072 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REPLIES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const REPLIES = `
  CREATE TABLE replies (
    message_id text NOT NULL,
    whatsapp_id text NOT NULL,
    context_wamid text,
    said_at timestamptz NOT NULL,
    CONSTRAINT replies_pk PRIMARY KEY (message_id)
  );
  CREATE INDEX replies_said_at ON replies (said_at);
  CREATE VIEW replies_v AS SELECT whatsapp_id, context_wamid, said_at FROM replies;
  COMMENT ON COLUMN replies.message_id IS 'That WhatsApp gave what the person wrote or tapped';
  COMMENT ON COLUMN replies.context_wamid IS 'Our message that it answers, where the person named one';
  COMMENT ON VIEW replies_v IS 'For reports';
`;
