import { CONTACT_OBSTACLE, dispositionOf, WHATSAPP_IDS } from '../sending/messages.sql.js';

const LISTS = `
  lists AS MATERIALIZED (SELECT dnc_list_id FROM messaging_campaign_dnc_lists_v WHERE campaign_id = $1)`;

/** Of several columns the first usable one wins, as in a claim. */
const JUDGED = `
  CROSS JOIN LATERAL (
    SELECT * FROM (
      SELECT w.n, w.contact_column, w.address, w.match_key, CASE ${CONTACT_OBSTACLE} END AS obstacle
        FROM (${WHATSAPP_IDS}) w OFFSET 0) k
     ORDER BY obstacle IS NULL DESC, obstacle = 'invalid', n
     LIMIT 1
  ) j`;

/**
 * Counts: campaign, contact list, WhatsApp columns; then the values of the filter. Contacts that share a WhatsApp id
 * are messaged once, the first of them.
 */
export const countSql = (matches: string): string => `
  WITH ${LISTS}
  SELECT j.obstacle, ${dispositionOf('j.obstacle')} AS disposition, count(*)::int AS count,
         count(DISTINCT j.match_key)::int AS people, min(c.seq) AS "exampleSeq"
    FROM contact_list_contacts_v c ${JUDGED}
   WHERE c.contact_list_id = $2 AND ${matches}
   GROUP BY j.obstacle, 2`;

/** The first contacts in the order of the queue, with what becomes of each: as above, with a limit in front. */
export const rowsSql = (matches: string, order: string, limit: number): string => `
  WITH ${LISTS}, firsts AS MATERIALIZED (
    SELECT c.*, row_number() OVER (ORDER BY ${order}) AS place
      FROM contact_list_contacts_v c
     WHERE c.contact_list_id = $2 AND ${matches}
     ORDER BY ${order}
     LIMIT ${limit}
  )
  SELECT c.contact_id AS "contactId", c.data, j.contact_column AS "column", j.address, j.match_key AS "matchKey",
         ${dispositionOf('j.obstacle')} AS disposition
    FROM firsts c ${JUDGED}
   ORDER BY c.place`;
