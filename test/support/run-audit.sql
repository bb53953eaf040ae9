-- Every run of a database against the promise that nothing is lost. A row is a violation; none is what it should be, at
-- any moment, also in the middle of a campaign:
--   a contact that a run has twice, or a person whom a run has called twice
--   a message that has ended without a disposition, or has one and has not ended
--   a message in the hands of a worker whose lease ended more than a minute ago, while there are workers
--   a complete run with a message that has not ended
--   a run without filter that lacks a contact which was there when it started, or when it completed
--   a count by fate that is not what the messages say
-- It looks at every message, so it is for tests and for people, not for each tick.
WITH kinds AS (
    SELECT run_id, 'a contact twice' AS violation, contact_seq::text AS detail
      FROM campaign_messages GROUP BY run_id, contact_seq HAVING count(*) > 1
    UNION ALL
    SELECT run_id, 'a person called twice', match_key
      FROM campaign_messages WHERE calling_at IS NOT NULL AND match_key IS NOT NULL
     GROUP BY run_id, match_key HAVING count(*) > 1
    UNION ALL
    SELECT run_id, 'not one disposition', id::text
      FROM campaign_messages WHERE (state = 'settled') <> (disposition IS NOT NULL)
    UNION ALL
    SELECT run_id, 'in nobody''s hands', id::text
      FROM campaign_messages
     WHERE state IN ('claimed', 'calling') AND lease_until < clock_timestamp() - interval '1 minute'
    UNION ALL
    SELECT m.run_id, 'complete with work left', m.id::text
      FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
     WHERE r.state = 'complete' AND m.state <> 'settled'
    UNION ALL
    SELECT r.id, r.state || ' without a contact', c.contact_id
      FROM campaign_runs r
      JOIN messaging_campaigns k ON k.id = r.campaign_id AND k.contact_list_filter_id IS NULL
      JOIN contacts c
        ON c.contact_list_id = r.contact_list_id
       AND c.created_at < CASE r.state WHEN 'complete' THEN r.finished_at ELSE r.started_at END - interval '1 s'
     WHERE r.state <> 'recycled'
       AND NOT EXISTS (SELECT FROM campaign_messages m WHERE m.run_id = r.id AND m.contact_seq = c.seq)
    UNION ALL
    SELECT coalesce(c.run_id, m.run_id), 'a wrong count',
           coalesce(c.fate, m.fate) || ': ' || coalesce(c.messages, 0) || ' instead of ' || coalesce(m.messages, 0)
      FROM (SELECT run_id, disposition || '/' || delivery_status || '/' || error_code AS fate, messages
              FROM campaign_run_counts_v WHERE messages <> 0) c
      FULL JOIN (
            SELECT run_id, coalesce(disposition, '') || '/' || coalesce(delivery_status, '')
                     || '/' || coalesce(provider_error_code, 0) AS fate, count(*) AS messages
              FROM campaign_messages GROUP BY 1, 2) m USING (run_id, fate)
     WHERE c.messages IS DISTINCT FROM m.messages
  )
  SELECT run_id AS "runId", violation, detail FROM kinds ORDER BY 1, 2, 3 LIMIT 100
