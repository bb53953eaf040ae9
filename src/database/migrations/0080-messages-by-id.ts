import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Messages in reports are looked up by their ids, whatever the statistics say. */
export class MessagesById1763769600080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VIEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// The condition must not imply that of a partial index. While a run is young, the statistics say that no message has
// begun, and the planner takes such an index for empty: it then read all of it for each message of a copy (measured:
// 40 s for 2,000 messages, and nothing could be vacuumed meanwhile).
const VIEW = `
  CREATE OR REPLACE VIEW campaign_messages_v AS
    SELECT m.id AS message_id, m.run_id, r.campaign_id, r.division_id, r.contact_list_id, m.contact_id,
           m.contact_column, m.address, m.integration_id, m.content_template_id, m.wamid,
           m.calling_at AS started_at, m.settled_at, m.disposition, m.disposition_detail, m.delivery_status,
           m.sent_at, m.published_at, m.delivered_at, m.read_at, m.failed_at,
           greatest(m.calling_at, m.sent_at, m.published_at, m.delivered_at, m.read_at, m.failed_at)
             AS delivery_changed_at,
           m.provider_error_code, m.provider_error_text, m.provider_error_detail
      FROM campaign_messages m
      JOIN campaign_runs r ON r.id = m.run_id
     WHERE coalesce(m.calling_at, 'infinity') <> 'infinity';
`;
