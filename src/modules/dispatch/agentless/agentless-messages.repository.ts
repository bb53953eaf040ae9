import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { MessageStatus } from '../webhooks/statuses.repository.js';
import { type AgentlessOutcome, AgentlessOutlets, type AgentlessRow } from './agentless-changes.js';

/** A message to a single recipient. */
export interface AgentlessMessage {
  id: string;
  integrationId: string;
  address: string;
  createdAt: Date;
  /** `calling` for ever: the process ended during the call, and nobody knows. */
  outcome: AgentlessOutcome;
  wamid: string | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
  errorText: string | null;
}

const COLUMNS = `
  id, integration_id AS "integrationId", address, created_at AS "createdAt", outcome, wamid, sent_at AS "sentAt",
  delivered_at AS "deliveredAt", read_at AS "readAt", failed_at AS "failedAt", error_text AS "errorText"`;

const CHANGE = `
  m.id AS "messageId", m.integration_id AS "integrationId", m.response_id AS "contentTemplateId", m.address,
  m.created_at AS "startedAt", m.outcome, m.sent_at AS "publishedAt", m.delivered_at AS "deliveredAt",
  m.read_at AS "readAt", m.failed_at AS "failedAt", m.error_code AS "errorCode", m.error_text AS "errorText"`;

const FINISH = `
  UPDATE agentless_messages m
     SET outcome = $2, wamid = coalesce(wamid, $3), error_code = $4, error_text = $5
   WHERE id = $1 AND outcome = 'calling'
  RETURNING ${CHANGE}, 'calling' AS "previousOutcome", NULL AS "newPublishedAt", NULL AS "newDeliveredAt",
            NULL AS "newReadAt", NULL AS "newFailedAt"`;

const RETENTION = '90 days';

// Each moment only ever moves to the earlier one, and a status proves that the provider has the message. Nearly all
// statuses are of messages of campaigns, so that looking each up by its index is all that happens.
const MERGE = `
  WITH said AS (
    SELECT coalesce(by_id.id, by_wamid.id) AS id, s.wamid,
           min(s.at) FILTER (WHERE s.status = 'sent') AS sent_at,
           min(s.at) FILTER (WHERE s.status = 'delivered') AS delivered_at,
           min(s.at) FILTER (WHERE s.status = 'read') AS read_at,
           min(s.at) FILTER (WHERE s.status = 'failed') AS failed_at,
           min(s."errorCode") AS error_code, min(s."errorText") AS error_text
      FROM jsonb_to_recordset($1::jsonb) AS s ("messageId" uuid, wamid text, status text, at timestamptz,
                                               "errorCode" int, "errorText" text)
      LEFT JOIN agentless_messages by_id ON by_id.id = s."messageId"
      LEFT JOIN agentless_messages by_wamid ON s."messageId" IS NULL AND by_wamid.wamid = s.wamid
     WHERE coalesce(by_id.id, by_wamid.id) IS NOT NULL
     GROUP BY 1, 2
  ), old AS (
    SELECT m.* FROM agentless_messages m WHERE m.id IN (SELECT id FROM said) ORDER BY m.id FOR UPDATE
  )
  UPDATE agentless_messages m
     SET wamid = coalesce(m.wamid, s.wamid), outcome = 'accepted',
         sent_at = least(m.sent_at, s.sent_at, s.delivered_at, s.read_at),
         delivered_at = least(m.delivered_at, s.delivered_at, s.read_at),
         read_at = least(m.read_at, s.read_at), failed_at = least(m.failed_at, s.failed_at),
         error_code = coalesce(s.error_code, m.error_code), error_text = coalesce(s.error_text, m.error_text)
    FROM said s JOIN old o ON o.id = s.id
   WHERE m.id = o.id
  RETURNING ${CHANGE}, o.outcome AS "previousOutcome",
            CASE WHEN o.sent_at IS NULL THEN m.sent_at END AS "newPublishedAt",
            CASE WHEN o.delivered_at IS NULL THEN m.delivered_at END AS "newDeliveredAt",
            CASE WHEN o.read_at IS NULL THEN m.read_at END AS "newReadAt",
            CASE WHEN o.failed_at IS NULL THEN m.failed_at END AS "newFailedAt"`;

@Injectable()
export class AgentlessMessagesRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly outlets: AgentlessOutlets,
  ) {}

  /** Notes, before the call begins, that a message may leave. Old ones go in the same breath. Returns its id. */
  async begin(message: {
    integrationId: string;
    responseId: string;
    address: string;
    requestedBy: string;
  }): Promise<string> {
    const [row] = await this.uow.manager.query<[{ id: string }]>(
      `WITH old AS (DELETE FROM agentless_messages WHERE created_at < now() - interval '${RETENTION}')
       INSERT INTO agentless_messages (integration_id, response_id, address, requested_by)
       VALUES ($1, $2, $3, $4) RETURNING id`,
      [message.integrationId, message.responseId, message.address, message.requestedBy],
    );
    return row.id;
  }

  /** Notes how the call ended, unless a webhook was faster. */
  async finish(
    id: string,
    end: { outcome: AgentlessMessage['outcome']; wamid?: string; errorCode?: number; errorText?: string },
  ): Promise<void> {
    const params = [id, end.outcome, end.wamid ?? null, end.errorCode ?? null, end.errorText ?? null];
    await this.change(FINISH, params);
  }

  async find(id: string): Promise<AgentlessMessage | undefined> {
    const [row] = await this.uow.manager.query<AgentlessMessage[]>(
      `SELECT ${COLUMNS} FROM agentless_messages WHERE id = $1`,
      [id],
    );
    return row;
  }

  /** Merges statuses, in any order; those of other messages are passed over. */
  async merge(statuses: readonly MessageStatus[]): Promise<void> {
    if (statuses.length > 0) await this.change(MERGE, [JSON.stringify(statuses)]);
  }

  private async change(sql: string, params: unknown[]): Promise<void> {
    await this.uow.run(async () => {
      const [rows] = await this.uow.manager.query<[AgentlessRow[], number]>(sql, params);
      await this.outlets.tell(rows);
    });
  }
}
