import { CONTACT_OBSTACLE, dispositionOf, WHATSAPP_IDS } from '../sending/messages.sql.js';

/** What becomes of a contact whose person is messaged as another contact. */
export const SHARED_ID = {
  disposition: 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED',
  detail: 'another contact before has the same WhatsApp id',
};

/** What one pass is about; every value of a caller is in `params`, which begin as `baseParams` says. */
export interface Selection {
  params: unknown[];
  /** Condition on contacts `c`. */
  matches: string;
}

/** DNC lists, contact list, WhatsApp columns, integration, template: what each statement here begins with. */
export function baseParams(campaign: {
  dncListIds: string[];
  contactListId: string;
  whatsAppColumns: string[];
  integrationId: string;
  contentTemplateId: string;
}): unknown[] {
  const { dncListIds, contactListId, whatsAppColumns, integrationId, contentTemplateId } = campaign;
  return [dncListIds, contactListId, whatsAppColumns, integrationId, contentTemplateId];
}

// As messaging_campaign_dnc_lists_v has them for a campaign that is saved.
const LISTS = `
  lists AS MATERIALIZED (
    SELECT unnest($1::uuid[]) AS dnc_list_id
     UNION ALL
    SELECT dnc_list_id FROM kept_dnc_lists($4::uuid, $5::uuid)
  )`;

/**
 * What is in the way of a contact `c`, at `j`: of several columns the first usable one wins, as in a claim. OFFSET 0
 * keeps the planner from repeating the look-ups wherever an obstacle is named.
 */
function judgedSql(params: unknown[]): string {
  const judged = `
      SELECT w.n, w.contact_column, w.address, w.match_key, CASE ${CONTACT_OBSTACLE} END AS obstacle
        FROM (${WHATSAPP_IDS}) w OFFSET 0`;
  const [, , columns] = params as [unknown, unknown, string[]];
  if (columns.length === 1) return `CROSS JOIN LATERAL (${judged}) j`;
  return `
  CROSS JOIN LATERAL (
    SELECT * FROM (${judged}) k
     ORDER BY obstacle IS NULL DESC, obstacle = 'invalid', n
     LIMIT 1
  ) j`;
}

/** Whether people may be messaged now, by the zone that the cell of a contact names. */
export interface ZoneTest {
  /** By WhatsApp column, the column with the zone. */
  timeColumns: Readonly<Record<string, string>>;
  /** By zone in small letters; one that is not here is never callable. */
  zones: Readonly<Record<string, 'open' | 'closed' | 'never'>>;
  /** Whoever is not callable now waits, instead of being passed over. */
  reschedules: boolean;
}

/** What becomes of single contacts at their template and at the rules: numbers of fates, below zero at the template. */
export interface Fates {
  seqs: string[];
  /** Place of the WhatsApp column that the fate is for; 0 for any. */
  columns: number[];
  fates: number[];
}

/**
 * Counts by what becomes of contacts: `outcome` is NULL for those who would be messaged, else an obstacle, `fate`,
 * `zone` (never callable) or `missed`. Contacts that share a WhatsApp id are messaged once, the first of them.
 */
export function countSql({ params, matches }: Selection, fates?: Fates, zones?: ZoneTest): string {
  const zone = zones ? zoneSql(params, zones) : `'open'`;
  const fate = fates ? 'f.fate' : 'NULL::int';
  return `
  WITH ${LISTS}, judged AS (
    SELECT c.seq, j.match_key, ${fate} AS fate, ${zone} AS zone, j.obstacle
      FROM contact_list_contacts_v c ${judgedSql(params)}
      ${fates ? `LEFT JOIN ${fatesSql(params, fates)} ON f.seq = c.seq AND f.n IN (0, j.n)` : ''}
     WHERE c.contact_list_id = $2 AND ${matches}
    OFFSET 0
  ), ended AS (
    SELECT seq, match_key, fate, zone, obstacle,
           CASE WHEN obstacle IS NOT NULL THEN obstacle
                WHEN fate < 0 THEN 'fate'
                WHEN zone = 'never' THEN 'zone'
                WHEN zone = 'missed' THEN 'missed'
                WHEN fate > 0 THEN 'fate' END AS outcome
      FROM judged
    OFFSET 0
  )
  SELECT outcome, ${dispositionOf('outcome')} AS disposition, fate, count, people, "exampleSeq", waiting
    FROM (
      SELECT outcome, CASE outcome WHEN 'fate' THEN fate END AS fate, count(*)::int AS count,
             count(DISTINCT match_key)::int AS people, min(seq) AS "exampleSeq",
             ${zones ? `(count(DISTINCT match_key) FILTER (WHERE zone = 'closed'))::int` : '0'} AS waiting
        FROM ended
       GROUP BY 1, 2) g`;
}

function zoneSql(params: unknown[], { timeColumns, zones, reschedules }: ZoneTest): string {
  const columns = `$${params.push(JSON.stringify(timeColumns))}::jsonb`;
  const known = `$${params.push(JSON.stringify(zones))}::jsonb`;
  const state = `coalesce(${known} ->> lower(btrim(c.data ->> (${columns} ->> j.contact_column))), 'never')`;
  return reschedules ? state : `CASE ${state} WHEN 'closed' THEN 'missed' ELSE ${state} END`;
}

function fatesSql(params: unknown[], { seqs, columns, fates }: Fates): string {
  const lists = [
    `$${params.push(seqs)}::bigint[]`,
    `$${params.push(columns)}::int[]`,
    `$${params.push(fates)}::int[]`,
  ];
  return `unnest(${lists.join(', ')}) AS f (seq, n, fate)`;
}

/** What a pass over contacts shows of each. */
export interface CellsPass {
  /** Columns of the list. */
  columns: string[];
  /** One row for each WhatsApp id, with it; else one for each contact. */
  perNumber: boolean;
  withEvaluations: boolean;
  /** Templates of which it is told whether the person stopped marketing, in `stopped`. */
  ruledTemplates: string[];
  /** Further condition on contacts `c`. */
  only: string;
}

/** Contacts with the cells that decide on their template and the rules: `c0`, `c1`, ... are those of the columns. */
export function cellsSql({ params, matches }: Selection, pass: CellsPass): string {
  const cells = pass.columns.map((column, at) => `, c.data ->> $${params.push(column)} AS c${at}`).join('');
  const stopped = pass.ruledTemplates.length > 0 ? `, ${stoppedSql(params, pass.ruledTemplates, 'w')}` : '';
  // Each value must be named, so that PostgreSQL knows its type.
  return `
  WITH asked AS (SELECT $1::uuid[], $3::text[], $4::uuid, $5::uuid)
  SELECT c.seq${cells}
         ${pass.perNumber ? ', w.n::int AS n, w.contact_column AS "column", w.address' : ''}
         ${pass.withEvaluations ? ', e.latest_whatsapp_evaluations AS evaluations' : ''}${stopped}
    FROM contact_list_contacts_v c
    ${pass.withEvaluations ? 'JOIN contact_evaluations_v e ON e.seq = c.seq' : ''}
    ${pass.perNumber ? `CROSS JOIN LATERAL (${WHATSAPP_IDS}) w` : ''}
   WHERE c.contact_list_id = $2 AND ${matches} AND ${pass.only}
     ${pass.perNumber ? 'AND w.address IS NOT NULL' : ''}`;
}

function stoppedSql(params: unknown[], templates: string[], number: string): string {
  const ids = `$${params.push(templates)}::uuid[]`;
  return `
         ARRAY(SELECT template FROM unnest(${ids}) AS template
                WHERE EXISTS (
                  SELECT FROM dnc_active_entries_v d
                   WHERE d.match_key = ${number}.match_key
                     AND d.dnc_list_id IN (SELECT k.dnc_list_id FROM kept_dnc_lists($4::uuid, template) k))) AS stopped`;
}

/** The first contacts in the order of the queue, with what becomes of each: as above, with a limit in front. */
export function rowsSql(
  { params, matches }: Selection,
  { order, limit, ruledTemplates }: { order: string; limit: number; ruledTemplates: string[] },
): string {
  return `
  WITH ${LISTS}, firsts AS MATERIALIZED (
    SELECT c.*, row_number() OVER (ORDER BY ${order}) AS place
      FROM contact_list_contacts_v c
     WHERE c.contact_list_id = $2 AND ${matches}
     ORDER BY ${order}
     LIMIT ${limit}
  )
  SELECT c.contact_id AS "contactId", c.data, j.contact_column AS "column", j.address, j.match_key AS "matchKey",
         ${dispositionOf('j.obstacle')} AS disposition, e.latest_whatsapp_evaluations AS evaluations,
         ${stoppedSql(params, ruledTemplates, 'j')}
    FROM firsts c JOIN contact_evaluations_v e ON e.seq = c.seq ${judgedSql(params)}
   ORDER BY c.place`;
}
