// How messages become interactions. `$n` are described where each begins.

/** What reports keep of a message, as dispatch's view names it. */
export const INTERACTION_COLUMNS = [
  'message_id',
  'campaign_id',
  'division_id',
  'contact_list_id',
  'contact_id',
  'contact_column',
  'address',
  'integration_id',
  'content_template_id',
  'wamid',
  'started_at',
  'settled_at',
  'disposition',
  'disposition_detail',
  'delivery_status',
  'sent_at',
  'published_at',
  'delivered_at',
  'read_at',
  'failed_at',
  'delivery_changed_at',
  'provider_error_code',
  'provider_error_text',
  'provider_error_detail',
] as const;

const COLUMNS = INTERACTION_COLUMNS.join(', ');
const CHANGEABLE = INTERACTION_COLUMNS.filter((column) => column !== 'message_id' && column !== 'started_at');

/** What messages are counted by, besides the quarter of an hour in which they began. */
const COUNTED_BY = `campaign_id, division_id, contact_list_id, integration_id, disposition, delivery_status,
  provider_error_code, provider_error_text, provider_error_detail`;

const QUARTER = `date_bin('15 minutes', started_at, 'epoch')`;

/** Withdraw: message ids. Their counts go with them. */
export const WITHDRAW = `
  WITH gone AS (
    DELETE FROM interactions WHERE message_id = ANY ($1::uuid[]) RETURNING *
  )
  ${addToCounts(`SELECT ${QUARTER}, ${COUNTED_BY}, -count(*) FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`)}`;

/**
 * Project: message ids. Writes the messages as they are now and corrects the counts by the difference. The begin of
 * a message never changes without a withdrawal, so message and begin find the row, and only its month is looked at.
 *
 * The planner takes each step for one row and would compare all with all (measured: 10 s for 3,000 messages). Hence
 * the look-ups one by one, which OFFSET 0 keeps as they are, and IS TRUE, which makes a hash of an IN. Most are new, and
 * a plain INSERT is cheaper; one process projects at a time, so nobody else adds them meanwhile.
 */
const WRITE = `
  WITH fresh AS MATERIALIZED (
    SELECT m.*
      FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS id ORDER BY id) asked
     CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM campaign_messages_v WHERE message_id = asked.id OFFSET 0) m
  ), old AS MATERIALIZED (
    SELECT i.*
      FROM fresh f
     CROSS JOIN LATERAL (
       SELECT * FROM interactions WHERE message_id = f.message_id AND started_at = f.started_at OFFSET 0) i
  ), added AS (
    INSERT INTO interactions (${COLUMNS})
    SELECT ${COLUMNS} FROM fresh WHERE (message_id IN (SELECT message_id FROM old)) IS NOT TRUE
    RETURNING *
  ), altered AS (
    INSERT INTO interactions AS i (${COLUMNS})
    SELECT ${COLUMNS} FROM fresh WHERE (message_id IN (SELECT message_id FROM old)) IS TRUE
        ON CONFLICT (message_id, started_at) DO UPDATE
       SET ${CHANGEABLE.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE (${CHANGEABLE.map((column) => `i.${column}`).join(', ')})
           IS DISTINCT FROM (${CHANGEABLE.map((column) => `excluded.${column}`).join(', ')})
    RETURNING *
  ), written AS (
    SELECT * FROM added UNION ALL SELECT * FROM altered
  ), counted AS (
    ${addToCounts(`
      SELECT ${QUARTER}, ${COUNTED_BY}, sum(n)
        FROM (SELECT started_at, ${COUNTED_BY}, 1 AS n FROM written
              UNION ALL
              SELECT started_at, ${COUNTED_BY}, -1 FROM old
               WHERE (message_id IN (SELECT message_id FROM written)) IS TRUE) sides
       GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(n) <> 0`)}
  )`;

export const PROJECT = `${WRITE} SELECT count(*) FROM written`;

const MOMENTS = {
  published_at: 'newPublishedAt',
  delivered_at: 'newDeliveredAt',
  read_at: 'newReadAt',
  failed_at: 'newFailedAt',
};

const NEW_MOMENTS = Object.entries(MOMENTS).map(
  ([moment, name]) => `CASE WHEN o.${moment} IS NULL THEN w.${moment} END AS "${name}"`,
);
const IS_MOMENT_NEW = Object.keys(MOMENTS).map((moment) => `(o.${moment} IS NULL) <> (w.${moment} IS NULL)`);

/**
 * The same, and answers each message whose outcome or delivery status is another than before, or of which WhatsApp
 * said something late: that it was delivered after it was read.
 */
export const PROJECT_AND_TELL = `${WRITE}
  SELECT w.message_id AS "messageId", w.campaign_id AS "campaignId", w.division_id AS "divisionId",
         w.contact_list_id AS "contactListId", w.contact_id AS "contactId", w.contact_column AS "contactColumn",
         w.address, w.integration_id AS "integrationId", w.content_template_id AS "contentTemplateId",
         w.started_at AS "startedAt", w.settled_at AS "settledAt", w.disposition,
         w.delivery_status AS "deliveryStatus", w.delivery_changed_at AS "deliveryChangedAt",
         w.provider_error_code AS "errorCode", w.provider_error_text AS "errorText",
         ${NEW_MOMENTS.join(', ')},
         o.message_id IS NULL AS "isNew", o.disposition AS "previousDisposition",
         o.delivery_status AS "previousDeliveryStatus"
    FROM written w LEFT JOIN old o ON o.message_id = w.message_id
   WHERE o.message_id IS NULL OR (o.disposition, o.delivery_status) IS DISTINCT FROM (w.disposition, w.delivery_status)
      OR ${IS_MOMENT_NEW.join(' OR ')}
   ORDER BY w.started_at, w.message_id`;

function addToCounts(select: string): string {
  return `INSERT INTO interaction_counts AS c (started_at, ${COUNTED_BY}, messages) ${select}
    ON CONFLICT (started_at, ${COUNTED_BY}) DO UPDATE SET messages = c.messages + excluded.messages`;
}

/** Audit of the counts: every one that is not what the interactions say. */
export const AUDIT_COUNTS = `
  SELECT started_at, ${COUNTED_BY}, sum(n)::int AS difference
    FROM (SELECT started_at, ${COUNTED_BY}, messages AS n FROM interaction_counts
          UNION ALL
          SELECT ${QUARTER} AS started_at, ${COUNTED_BY}, -1 FROM interactions) sides
   GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(n) <> 0`;
