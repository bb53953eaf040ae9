import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { recordEvaluations } from '../sending/messages.sql.js';

/** What the provider said about one message, as ISO moments. */
export interface MessageStatus {
  /** Our id from the callback data; else the message is found by its wamid. */
  messageId?: string;
  wamid: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  at: string;
  errorCode?: number;
  errorText?: string;
  errorDetail?: string;
}

/**
 * Merges statuses into messages, set-based and in any order: each moment only ever moves to the earlier one, a read
 * message was delivered, a delivered one was published, and the delivery status follows from the moments.
 *
 * A status also proves that the provider has the message. So it settles a call whose answer was lost or has not come
 * yet; only an ambiguous message of which nothing but a failure is known becomes failed. Such a result is noted on the
 * contact as well.
 *
 * A status of an unknown message is kept for a while when it has no callback data, and is passed over otherwise.
 */
const MERGE = `
  WITH told AS MATERIALIZED (
    SELECT coalesce(by_id.id, by_wamid.id) AS id, s.*
      FROM jsonb_to_recordset($1::jsonb) AS s ("messageId" uuid, wamid text, status text, at timestamptz,
                                               "errorCode" int, "errorText" text, "errorDetail" text)
      LEFT JOIN campaign_messages by_id ON by_id.id = s."messageId"
      LEFT JOIN campaign_messages by_wamid ON by_id.id IS NULL AND by_wamid.wamid = s.wamid
  ), kept AS (
    INSERT INTO early_statuses (wamid, status, at, error_code, error_text, error_detail)
    SELECT wamid, status, at, "errorCode", "errorText", "errorDetail"
      FROM told WHERE id IS NULL AND "messageId" IS NULL
  ), said AS (
    SELECT s.id, s.wamid,
           min(s.at) FILTER (WHERE s.status = 'sent') AS sent_at,
           min(s.at) FILTER (WHERE s.status = 'delivered') AS delivered_at,
           min(s.at) FILTER (WHERE s.status = 'read') AS read_at,
           min(s.at) FILTER (WHERE s.status = 'failed') AS failed_at,
           (array_agg(s."errorCode") FILTER (WHERE s."errorCode" IS NOT NULL))[1] AS error_code,
           (array_agg(s."errorText") FILTER (WHERE s."errorText" IS NOT NULL))[1] AS error_text,
           (array_agg(s."errorDetail") FILTER (WHERE s."errorDetail" IS NOT NULL))[1] AS error_detail
      FROM told s
     WHERE s.id IS NOT NULL
     GROUP BY 1, 2
  ), locked AS (
    SELECT m.id, m.disposition AS before FROM campaign_messages m WHERE m.id IN (SELECT id FROM said) ORDER BY m.id FOR UPDATE
  ), merged AS (
  UPDATE campaign_messages m
     SET wamid = coalesce(m.wamid, s.wamid),
         published_at = least(m.published_at, s.sent_at, s.delivered_at, s.read_at),
         delivered_at = least(m.delivered_at, s.delivered_at, s.read_at),
         read_at = least(m.read_at, s.read_at),
         failed_at = least(m.failed_at, s.failed_at),
         provider_error_code = coalesce(s.error_code, m.provider_error_code),
         provider_error_text = coalesce(s.error_text, m.provider_error_text),
         provider_error_detail = coalesce(s.error_detail, m.provider_error_detail),
         sent_at = coalesce(m.sent_at, clock_timestamp()),
         calling_at = coalesce(m.calling_at, clock_timestamp()),
         settled_at = coalesce(m.settled_at, clock_timestamp()),
         state = 'settled', claim_token = NULL, lease_until = NULL,
         disposition = CASE
           WHEN m.disposition = 'OUTBOUND-MESSAGE-AMBIGUOUS' AND s.failed_at IS NOT NULL
            AND coalesce(s.sent_at, s.delivered_at, s.read_at, m.published_at) IS NULL THEN 'OUTBOUND-MESSAGE-FAILED'
           WHEN m.disposition = 'OUTBOUND-MESSAGE-FAILED'
            AND coalesce(s.sent_at, s.delivered_at, s.read_at) IS NULL THEN m.disposition
           ELSE 'OUTBOUND-MESSAGE-SENT'
         END
    FROM said s JOIN locked l ON l.id = s.id
   WHERE m.id = s.id
  RETURNING m.contact_seq, m.contact_column, m.address, m.disposition, m.settled_at,
            m.disposition IS DISTINCT FROM l.before AND m.contact_column IS NOT NULL AS is_news
  )
  SELECT count(*)::int AS messages, CASE WHEN bool_or(is_news) THEN ${recordEvaluations('is_news')} END FROM merged`;

/** However many messages other programs send from our numbers, no more statuses are kept than this, nor for longer. */
const MOST_KEPT = 10_000;
const KEPT_FOR = '10 minutes';

/** Takes those of messages that are known by now, and forgets others that are too old or too many. */
const TAKE_KEPT = `
  WITH too_many AS (
    SELECT id FROM early_statuses ORDER BY id DESC OFFSET ${MOST_KEPT} LIMIT 1
  ), forgotten AS (
    DELETE FROM early_statuses
     WHERE kept_at < now() - interval '${KEPT_FOR}' OR id <= (SELECT id FROM too_many)
  )
  DELETE FROM early_statuses e USING campaign_messages m
   WHERE m.wamid = e.wamid AND e.kept_at >= now() - interval '${KEPT_FOR}'
     AND e.id > coalesce((SELECT id FROM too_many), 0)
  RETURNING e.wamid, e.status, e.at, e.error_code AS "errorCode", e.error_text AS "errorText",
            e.error_detail AS "errorDetail"`;

type KeptStatus = Omit<MessageStatus, 'at'> & { at: Date };

@Injectable()
export class StatusesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Applies statuses. Returns how many messages they belonged to. */
  async merge(statuses: readonly MessageStatus[]): Promise<number> {
    if (statuses.length === 0) return 0;
    const [row] = await this.uow.manager.query<[{ messages: number }]>(MERGE, [JSON.stringify(statuses)]);
    return row.messages;
  }

  /** Applies what came before the answers to the calls it is about, and returns it. */
  mergeKept(): Promise<MessageStatus[]> {
    return this.uow.run(async () => {
      const [rows] = await this.uow.manager.query<[KeptStatus[], number]>(TAKE_KEPT);
      const kept = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
      await this.merge(kept);
      return kept;
    });
  }
}
