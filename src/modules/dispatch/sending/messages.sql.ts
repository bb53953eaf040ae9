// The hot statements of dispatch. `$n` are described where each begins.

/** The key by which an entry `d` of a DNC list concerns a contact: that of the number, or that of the contact's cell. */
const dncKey = (number: string): string =>
  `CASE WHEN d.custom_exclusion_column IS NULL THEN ${number}
        ELSE dnc_custom_key(c.data ->> d.custom_exclusion_column) END`;

/**
 * Why a contact `c` is not messaged at its WhatsApp id `w`, whatever else happens in a run; branches of a CASE. The DNC
 * lists are in `lists`.
 */
export const CONTACT_OBSTACLE = `WHEN c.seq IS NULL THEN 'gone'
             WHEN NOT c.callable OR NOT c.contactable THEN 'uncontactable'
             WHEN w.address IS NULL THEN 'invalid'
             WHEN w.contact_column = ANY (c.uncontactable_columns) THEN 'address uncontactable'
             WHEN EXISTS (
               SELECT FROM lists l
                 JOIN dnc_active_entries_v d
                   ON d.dnc_list_id = l.dnc_list_id AND d.match_key = ${dncKey('w.match_key')}) THEN 'on dnc list'`;

/** The WhatsApp ids of a contact `c`, in the order of the columns in $3. */
export const WHATSAPP_IDS = `SELECT name AS contact_column, n, c.whatsapp_ids -> name ->> 'id' AS address,
               c.whatsapp_ids -> name ->> 'key' AS match_key
          FROM unnest($3::text[]) WITH ORDINALITY AS columns (name, n)`;

/** The wrap-up code of an obstacle; the columns are in $3. */
export const dispositionOf = (obstacle: string): string =>
  `CASE ${obstacle}
           WHEN 'gone' THEN 'ININ-OUTBOUND-INTERNAL-ERROR-SKIPPED'
           WHEN 'uncontactable' THEN 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED'
           WHEN 'invalid' THEN 'ININ-OUTBOUND-NUMBERS-INVALID'
           WHEN 'address uncontactable' THEN 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED'
           WHEN 'on dnc list' THEN CASE WHEN cardinality($3::text[]) > 1 THEN 'ININ-OUTBOUND-DNC-SKIPPED'
                                        ELSE 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST' END
           WHEN 'duplicate' THEN 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED'
         END`;

const CLAIM_PLACED = `
  UPDATE campaign_messages m
     SET state = CASE WHEN j.obstacle IS NOT NULL THEN 'settled' WHEN $8::boolean THEN 'calling' ELSE 'claimed' END,
         claim_token = CASE WHEN j.obstacle IS NULL THEN $5::uuid END,
         lease_until = CASE WHEN j.obstacle IS NULL
                            THEN clock_timestamp() + make_interval(secs => $6::float / 1000) END,
         calling_at = CASE WHEN j.obstacle IS NULL AND $8::boolean THEN clock_timestamp() END,
         integration_id = CASE WHEN j.obstacle IS NULL AND $8::boolean THEN $9::uuid END,
         content_template_id = CASE WHEN j.obstacle IS NULL AND $8::boolean THEN $10::uuid END,
         contact_column = j.contact_column,
         address = j.address,
         match_key = j.match_key,
         settled_at = CASE WHEN j.obstacle IS NOT NULL THEN clock_timestamp() END,
         disposition = ${dispositionOf('j.obstacle')},
         disposition_detail = CASE j.obstacle
           WHEN 'gone' THEN 'the contact was deleted after the start'
           WHEN 'on dnc list' THEN (
             SELECT CASE d.opt_outs WHEN 'unreachable' THEN 'WhatsApp could not reach the person lately'
                                    WHEN 'cool-down' THEN 'WhatsApp lets no more marketing through to the person for now'
                                    ELSE 'the person opted out of messages through WhatsApp' END
               FROM lists l JOIN dnc_active_entries_v d ON d.dnc_list_id = l.dnc_list_id AND d.match_key = j.match_key
              WHERE d.opt_outs IS NOT NULL LIMIT 1)
           WHEN 'duplicate' THEN 'another contact of this run has the same WhatsApp id'
         END
    FROM placed j
   WHERE m.id = j.id
     AND (j.obstacle IS NULL AND j.place <= $4 OR j.obstacle NOT IN ('filtered out', 'after another'))
     AND EXISTS (
       SELECT FROM messaging_campaign_states_v s WHERE s.campaign_id = $2 AND s.campaign_status = 'on')
  RETURNING m.id, m.position, m.disposition, m.attempts, m.address, m.match_key AS "matchKey",
            CASE WHEN m.disposition IS NULL THEN j.data END AS data`;

/**
 * Claim: run, campaign, WhatsApp columns, greatest number to claim, claim token, lease in ms, contacts to look at,
 * whether the calls begin at once, integration, template.
 *
 * One statement walks the queue by its partial index, looks at each contact as it is now, and either claims the
 * message or settles it with the reason for passing the contact over. Of several columns the first usable one wins.
 * A person that the run has messaged already, under whatever spelling or contact, is passed over as well. Where the
 * slots are due at once, the claim is the begin of the calls too, which saves one update of each row.
 *
 * Of several contacts with one person only the first is claimed. The others stay in the queue for the next claim, which
 * knows whether the first can be messaged at all, and whether they have another usable column.
 *
 * The steps are MATERIALIZED because the planner would repeat the look-ups wherever an obstacle is named (measured:
 * three times), and the look-up of the person is a LIMIT 1 because an EXISTS becomes a hash of everybody whom the run
 * has messaged so far, which makes each claim of a long run slower than the one before.
 */
const claimSql = (filteredOut: string, drop: string): string => `
  WITH lists AS MATERIALIZED (
    SELECT dnc_list_id FROM messaging_campaign_dnc_lists_v WHERE campaign_id = $2
  ), picked AS MATERIALIZED (
    SELECT id, contact_seq, position, attempts
      FROM campaign_messages
     WHERE run_id = $1 AND state = 'queued' AND (not_before IS NULL OR not_before <= clock_timestamp())
     ORDER BY position
     LIMIT $7
       FOR UPDATE SKIP LOCKED
  ), looked AS MATERIALIZED (
    SELECT p.id, p.position, p.attempts, c.data, w.n, w.contact_column, w.address, w.match_key,
           CASE
             ${filteredOut}
             ${CONTACT_OBSTACLE}
             WHEN taken.id IS NOT NULL THEN 'duplicate'
           END AS obstacle
      FROM picked p
      LEFT JOIN contact_list_contacts_v c ON c.seq = p.contact_seq
      LEFT JOIN LATERAL (
        ${WHATSAPP_IDS}
      ) w ON true
      LEFT JOIN LATERAL (
        SELECT m.id FROM campaign_messages m
         WHERE m.run_id = $1 AND m.match_key = w.match_key AND (m.calling_at IS NOT NULL OR m.state = 'claimed')
         LIMIT 1
      ) taken ON true
  ), chosen AS (
    SELECT DISTINCT ON (id) *
      FROM looked
     ORDER BY id, obstacle IS NULL DESC, obstacle = 'invalid', n
  ), judged AS (
    SELECT id, position, attempts, data, contact_column, address, match_key,
           CASE
             WHEN obstacle IS NULL
              AND row_number() OVER (PARTITION BY obstacle IS NULL, match_key ORDER BY position) > 1 THEN 'after another'
             ELSE obstacle
           END AS obstacle
      FROM chosen
  ), placed AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY obstacle IS NULL ORDER BY position) AS place FROM judged
  )${drop}${CLAIM_PLACED}`;

export const CLAIM = claimSql('', '');

// No trigger tells of deleted messages, as those of old runs go while their counts stay.
const DROP = `, dropped AS (
    DELETE FROM campaign_messages m USING placed j
     WHERE m.id = j.id AND j.obstacle = 'filtered out'
       AND EXISTS (
         SELECT FROM messaging_campaign_states_v s WHERE s.campaign_id = $2 AND s.campaign_status = 'on')
    RETURNING m.id
  ), uncounted AS (
    INSERT INTO campaign_run_differences (run_id, disposition, delivery_status, error_code, messages)
    SELECT $1, '', '', 0, -count(*) FROM dropped HAVING count(*) > 0
  ), noted AS (
    UPDATE campaign_runs r SET filtered_out = r.filtered_out + d.many
      FROM (SELECT count(*)::int AS many FROM dropped) d WHERE r.id = $1 AND d.many > 0
  )`;

/**
 * Claim with a dynamic filter: as CLAIM, then the values of the filter. A contact that does not pass at this moment
 * leaves the queue and leaves nothing behind but a count, so that it can come again when it changes.
 */
export const claimFilteredSql = (matches: string): string =>
  claimSql(`WHEN c.seq IS NOT NULL AND NOT coalesce((${matches}), FALSE) THEN 'filtered out'`, DROP);

/** Skip: messages [{id, disposition, detail}] as JSON, claim token. */
export const SKIP = `
  UPDATE campaign_messages m
     SET state = 'settled', claim_token = NULL, lease_until = NULL, settled_at = clock_timestamp(), calling_at = NULL,
         disposition = s.disposition, disposition_detail = s.detail
    FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, disposition text, detail text)
   WHERE m.id = s.id AND m.claim_token = $2 AND m.state IN ('claimed', 'calling')`;

/**
 * True for a message `m` with a template of its own, by a rule, when that is marketing and the person stopped marketing
 * from the number of `integration`. The lists of the campaign are chosen by the campaign's own template.
 */
export const marketingStopped = (integration: string): string => `
  (m.ruled_template_id IS NOT NULL AND EXISTS (
     SELECT FROM whatsapp_senders_v s
       JOIN dnc_opt_out_lists_v o
         ON o.opt_outs = 'cool-down' OR (o.opt_outs = 'marketing' AND o.sender = s.phone_number_id)
       JOIN dnc_active_entries_v d ON d.dnc_list_id = o.dnc_list_id AND d.match_key = m.match_key
       LEFT JOIN response_whatsapp_templates_v r ON r.response_id = m.ruled_template_id
       LEFT JOIN whatsapp_template_categories_v t
         ON t.waba_id = s.waba_id AND t.name = r.name AND t.language = r.language
      WHERE s.integration_id = ${integration} AND coalesce(t.category, 'MARKETING') = 'MARKETING'))`;

const beginCallsSql = (further: string): string => `
  WITH lists AS MATERIALIZED (
    SELECT dnc_list_id FROM messaging_campaign_dnc_lists_v WHERE campaign_id = $3
  )
  UPDATE campaign_messages m
     SET state = 'calling', calling_at = clock_timestamp(), integration_id = $4,
         content_template_id = coalesce(m.ruled_template_id, $5),
         lease_until = clock_timestamp() + make_interval(secs => $6::float / 1000)
    FROM contact_list_contacts_v c
   WHERE m.id = ANY ($1::uuid[]) AND m.claim_token = $2 AND m.state = 'claimed'
     AND c.seq = m.contact_seq
     AND EXISTS (SELECT FROM campaign_runs r WHERE r.id = m.run_id AND r.state = 'active')
     AND EXISTS (
       SELECT FROM messaging_campaign_states_v s WHERE s.campaign_id = $3 AND s.campaign_status = 'on')
     AND NOT EXISTS (
       SELECT FROM lists l
         JOIN dnc_active_entries_v d
           ON d.dnc_list_id = l.dnc_list_id AND d.match_key = ${dncKey('m.match_key')})
     ${further}
  RETURNING m.id, m.address`;

/**
 * Begin calls: ids, claim token, campaign, integration, template, lease in ms. For messages with the campaign's own
 * template: to plan the look at those of rules takes PostgreSQL longer than all the rest.
 */
export const BEGIN_CALLS = beginCallsSql('AND m.ruled_template_id IS NULL');

/** The same for messages of which some may have a template by a rule. */
export const BEGIN_RULED_CALLS = beginCallsSql(`AND NOT ${marketingStopped('$4::uuid')}`);

/** Release: ids, claim token, delay in ms. */
export const RELEASE = `
  UPDATE campaign_messages
     SET state = 'queued', claim_token = NULL, lease_until = NULL, calling_at = NULL,
         not_before = CASE WHEN $3::float > 0 THEN clock_timestamp() + make_interval(secs => $3::float / 1000) END
   WHERE id = ANY ($1::uuid[]) AND claim_token = $2 AND state IN ('claimed', 'calling')`;

/** Requeue: messages [{id, claimToken, delayMs, attempts}] as JSON, their ids in order. The CASE is as in SETTLE. */
export const REQUEUE = `
  WITH told AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, "claimToken" uuid, "delayMs" float, attempts int)
  ), locked AS MATERIALIZED (
    SELECT m.id FROM campaign_messages m WHERE m.id = ANY ($2::uuid[]) ORDER BY m.id FOR UPDATE
  )
  UPDATE campaign_messages m
     SET state = 'queued', claim_token = NULL, lease_until = NULL, calling_at = NULL, attempts = m.attempts + t.attempts,
         not_before = clock_timestamp() + make_interval(secs => t."delayMs" / 1000)
    FROM told t JOIN locked l ON l.id = t.id
   WHERE m.id = t.id AND CASE WHEN m.state = 'calling' THEN m.claim_token = t."claimToken" ELSE FALSE END
  RETURNING m.id`;

/** Lock the runs of messages that were taken for lost: ids. A tick locks the run before its messages, too. */
export const LOCK_RUNS_OF_LOST = `
  SELECT id FROM campaign_runs
   WHERE id IN (SELECT run_id FROM campaign_messages WHERE id = ANY ($1::uuid[]) AND lost_claim IS NOT NULL)
   ORDER BY id FOR SHARE`;

/**
 * Requeue lost: as REQUEUE, for messages that were taken for lost during these very calls; their runs are locked. Where
 * the run is over meanwhile, such a message has failed.
 */
export const REQUEUE_LOST = `
  WITH told AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, "claimToken" uuid, "delayMs" float, attempts int)
  ), locked AS MATERIALIZED (
    SELECT m.id, r.state = 'active' AS goes_on
      FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
     WHERE m.id = ANY ($2::uuid[]) ORDER BY m.id FOR UPDATE OF m
  ), corrected AS (
  UPDATE campaign_messages m
     SET lost_claim = NULL, attempts = m.attempts + t.attempts,
         state = CASE WHEN l.goes_on THEN 'queued' ELSE 'settled' END,
         calling_at = CASE WHEN NOT l.goes_on THEN m.calling_at END,
         settled_at = CASE WHEN NOT l.goes_on THEN clock_timestamp() END,
         failed_at = CASE WHEN NOT l.goes_on THEN clock_timestamp() END,
         not_before = CASE WHEN l.goes_on
                           THEN clock_timestamp() + make_interval(secs => t."delayMs" / 1000) END,
         disposition = CASE WHEN NOT l.goes_on THEN 'OUTBOUND-MESSAGE-FAILED' END,
         disposition_detail = CASE WHEN NOT l.goes_on THEN 'nothing was sent, and the run ended before another try' END
    FROM told t JOIN locked l ON l.id = t.id
   WHERE m.id = t.id AND m.lost_claim = t."claimToken" AND m.disposition = 'OUTBOUND-MESSAGE-AMBIGUOUS'
  RETURNING m.contact_seq, m.contact_column, m.address, m.disposition, m.settled_at
  )
  SELECT CASE WHEN count(disposition) > 0 THEN ${recordEvaluations('disposition IS NOT NULL')} END FROM corrected`;

/**
 * Notes the results of messages that were settled on their contacts, whose rows are locked after those of the messages.
 * Of rows with these columns, those that the condition names.
 */
export function recordEvaluations(condition = 'TRUE'): string {
  const columns = ['contact_seq', 'contact_column', 'address', 'disposition', 'settled_at'];
  const arrays = columns.map((column) => `array_agg(${column}) FILTER (WHERE ${condition})`);
  return `record_contact_evaluations(${arrays.join(', ')})`;
}

/**
 * Settle: settlements as JSON, their ids in order. Rows are locked in the order of their ids, as the merging of
 * statuses does. The result is noted on the contact as well.
 *
 * The conditions on the message are in a CASE, into which the planner does not look: by the statistics hardly any message
 * is in a call, and for the one it then expected it compared all settlements with all (measured: half of the time that
 * PostgreSQL spent on a campaign).
 */
export const SETTLE = `
  WITH told AS MATERIALIZED (
    SELECT id, "claimToken" AS claim_token, disposition, detail, wamid, "errorCode" AS error_code,
           "errorText" AS error_text, "errorDetail" AS error_detail
      FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, "claimToken" uuid, disposition text, detail text, wamid text,
                                               "errorCode" int, "errorText" text, "errorDetail" text)
  ), locked AS MATERIALIZED (
    SELECT m.id FROM campaign_messages m WHERE m.id = ANY ($2::uuid[]) ORDER BY m.id FOR UPDATE
  ), settled AS (
  UPDATE campaign_messages m
     SET state = 'settled', claim_token = NULL, lease_until = NULL, settled_at = clock_timestamp(),
         disposition = t.disposition, disposition_detail = t.detail,
         wamid = coalesce(m.wamid, t.wamid),
         sent_at = CASE WHEN t.disposition = 'OUTBOUND-MESSAGE-SENT' THEN coalesce(m.sent_at, clock_timestamp())
                        ELSE m.sent_at END,
         failed_at = CASE WHEN t.disposition IN ('OUTBOUND-MESSAGE-FAILED', 'OUTBOUND-MESSAGE-THROTTLED')
                          THEN coalesce(m.failed_at, clock_timestamp()) ELSE m.failed_at END,
         provider_error_code = coalesce(t.error_code, m.provider_error_code),
         provider_error_text = coalesce(t.error_text, m.provider_error_text),
         provider_error_detail = coalesce(t.error_detail, m.provider_error_detail)
    FROM told t JOIN locked l ON l.id = t.id
   WHERE m.id = t.id
     AND CASE WHEN m.state = 'calling' THEN m.claim_token = t.claim_token
              ELSE m.disposition = 'OUTBOUND-MESSAGE-AMBIGUOUS' AND t.disposition <> 'OUTBOUND-MESSAGE-AMBIGUOUS' END
  RETURNING m.contact_seq, m.contact_column, m.address, m.disposition, m.settled_at
  )
  SELECT ${recordEvaluations()} FROM settled HAVING count(*) > 0`;

// What dead workers left. The results of calls are noted on the contacts as well, as in SETTLE.
const recoverSql = (expired: string): string => `
  WITH expired AS (
    ${expired}
  ), recovered AS (
  UPDATE campaign_messages m
     SET state = CASE e.state WHEN 'claimed' THEN 'queued' ELSE 'settled' END,
         claim_token = NULL, lease_until = NULL, lost_claim = CASE e.state WHEN 'calling' THEN m.claim_token END,
         settled_at = CASE e.state WHEN 'calling' THEN clock_timestamp() END,
         disposition = CASE e.state WHEN 'calling' THEN 'OUTBOUND-MESSAGE-AMBIGUOUS' END,
         disposition_detail = CASE e.state WHEN 'calling' THEN 'the worker ended during the call' END
    FROM expired e
   WHERE m.id = e.id
  RETURNING m.contact_seq, m.contact_column, m.address, m.disposition, m.settled_at
  )
  SELECT count(*)::int AS recovered,
         CASE WHEN count(disposition) > 0 THEN ${recordEvaluations('disposition IS NOT NULL')} END
    FROM recovered`;

const IS_EXPIRED = `state IN ('claimed', 'calling') AND lease_until < now()`;

/** Recover: run. Whoever has locked a message settles it. */
export const RECOVER = recoverSql(`
    SELECT id, state FROM campaign_messages WHERE run_id = $1 AND ${IS_EXPIRED} ORDER BY id FOR UPDATE SKIP LOCKED`);

/** Recover any: most at once. The order of the look holds the planner to the index of leases, whatever it expects. */
export const RECOVER_ANY = recoverSql(`
    SELECT id, state FROM campaign_messages
     WHERE ${IS_EXPIRED} AND id = ANY (ARRAY(
       SELECT id FROM campaign_messages WHERE ${IS_EXPIRED} ORDER BY run_id, lease_until LIMIT $1))
     ORDER BY id FOR UPDATE SKIP LOCKED`);

/** Pending: run. Asked only when a claim found nothing; whether there are any is all that matters. */
export const RUN_PENDING = `
  SELECT (SELECT count(*) FROM (
            SELECT FROM campaign_messages WHERE run_id = $1 AND state = 'queued' LIMIT 1) q) AS queued,
         (SELECT count(*) FROM (
            SELECT FROM campaign_messages WHERE run_id = $1 AND state IN ('claimed', 'calling') LIMIT 1) f) AS in_flight,
         (SELECT extract(epoch FROM min(coalesce(not_before, clock_timestamp())) - clock_timestamp()) * 1000
            FROM campaign_messages WHERE run_id = $1 AND state = 'queued')::float AS due_in_ms`;
