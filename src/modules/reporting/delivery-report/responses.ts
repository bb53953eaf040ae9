/** What people did within a week of a message, by when the message began. */
export interface Response {
  /** Begin of a bucket; null for all of the campaign. */
  starts_at: Date | null;
  replied: number;
  opted_out: number;
}

/**
 * People who answered and who opted out: campaign, the begins and the ends of the buckets. An answer to a message names
 * it; any other is taken for one to the newest message of the week before. WhatsApp tells whole seconds, so an answer
 * may seem to come a moment before its message.
 */
export const RESPONSES = `
  WITH buckets AS (
    SELECT * FROM unnest($2::timestamptz[], $3::timestamptz[]) AS b (starts_at, ends_at)
  ), span AS (
    SELECT min(starts_at) AS first, max(ends_at) + interval '7 days' AS last FROM buckets
  ), signals AS (
    SELECT r.whatsapp_id, r.context_wamid, r.said_at AS at, false AS is_opt_out
      FROM replies_v r, span WHERE r.said_at BETWEEN span.first - interval '1 second' AND span.last
    UNION ALL
    SELECT s.whatsapp_id, s.context_wamid, s.signalled_at, true
      FROM opt_out_signals_v s, span
     WHERE s.signalled_at BETWEEN span.first - interval '1 second' AND span.last
  ), responses AS (
    SELECT s.whatsapp_id, s.is_opt_out, m.started_at
      FROM signals s
     CROSS JOIN LATERAL (
       SELECT i.started_at FROM interactions i
        WHERE i.address = s.whatsapp_id AND i.campaign_id = $1
          AND i.started_at BETWEEN s.at - interval '7 days' AND s.at + interval '1 second'
          AND (s.context_wamid IS NULL OR s.context_wamid = i.wamid)
        ORDER BY i.started_at DESC LIMIT 1) m
  )
  SELECT b.starts_at,
         (count(DISTINCT r.whatsapp_id) FILTER (WHERE NOT r.is_opt_out))::int AS replied,
         (count(DISTINCT r.whatsapp_id) FILTER (WHERE r.is_opt_out))::int AS opted_out
    FROM responses r
    JOIN buckets b ON r.started_at >= b.starts_at AND r.started_at < b.ends_at
   GROUP BY GROUPING SETS ((), (b.starts_at))`;
