// A campaign as big as one can be: a filter that nine of ten contacts pass, four sorts of which two are numeric, and a
// DNC list with as many entries as the list has contacts, none of which is among them.
import { aCampaign } from '../dispatch/fixtures.mjs';

const SORTS = [
  { fieldName: 'amount', direction: 'DESC', numeric: true },
  { fieldName: 'score', direction: 'ASC', numeric: true },
  { fieldName: 'city', direction: 'ASC', numeric: false },
  { fieldName: 'joined', direction: 'DESC', numeric: false },
];
const CLAUSES = [
  {
    filterType: 'AND',
    predicates: [
      {
        column: 'amount',
        columnType: 'numeric',
        operator: 'GREATER_THAN_EQUALS',
        value: '100',
        inverted: false,
      },
    ],
  },
];
const NUMBER = `'^ *[+-]?[0-9]+([.][0-9]+)? *$'`;

/** The rows of a run, $1, of the list $2 by hand. */
export const BY_HAND = `
  INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id)
  SELECT $1, row_number() OVER (), seq, contact_id FROM (
    SELECT seq, contact_id FROM contacts
     WHERE contact_list_id = $2
       AND CASE WHEN data ->> 'amount' ~ ${NUMBER} THEN (data ->> 'amount')::numeric >= 100 END
     ORDER BY priority DESC,
              CASE WHEN data ->> 'amount' ~ ${NUMBER} THEN (data ->> 'amount')::numeric END DESC NULLS LAST,
              CASE WHEN data ->> 'score' ~ ${NUMBER} THEN (data ->> 'score')::numeric END ASC NULLS LAST,
              nullif(data ->> 'city', '') ASC NULLS LAST, nullif(data ->> 'joined', '') DESC NULLS LAST, seq) c`;

/** The campaign, off. */
export async function aBigCampaign(db, contacts) {
  const { campaignId, listId } = await aCampaign(db, { contacts, messagesPerMinute: 60 });
  await db.query(
    `UPDATE contacts
        SET data = data || jsonb_build_object('amount', (seq * 7919 % 1000)::text, 'score', (seq * 104729 % 10007)::text,
                                              'city', 'City ' || seq * 31 % 500, 'joined', date '2020-01-01' + (seq % 2000)::int,
                                              'zone', CASE seq % 3 WHEN 0 THEN 'Europe/Berlin' ELSE 'America/Lima' END)`,
  );
  await db.query(
    `UPDATE contact_lists
        SET column_names = '{first_name,wa,voucher,amount,score,city,joined,zone}',
            whats_app_columns = '[{"columnName":"wa","type":"cell","timeColumn":"zone"}]'
      WHERE id = $1`,
    [listId],
  );
  const { rows } = await db.query(
    `INSERT INTO contact_list_filters (name, contact_list_id, filter_type, clauses)
     VALUES ('Amount', $1, 'AND', $2) RETURNING id`,
    [listId, JSON.stringify(CLAUSES)],
  );
  const { rows: campaigns } = await db.query(
    `UPDATE messaging_campaigns SET campaign_status = 'off', contact_sorts = $2, contact_list_filter_id = $3
      WHERE id = $1 RETURNING division_id`,
    [campaignId, JSON.stringify(SORTS), rows[0].id],
  );
  const divisionId = campaigns[0].division_id;
  await fillDnc(db, { campaignId, divisionId, entries: contacts });
  for (const table of ['contacts', 'dnc_entries']) await db.query(`VACUUM ANALYZE ${table}`);
  return { campaignId, listId, divisionId };
}

async function fillDnc(db, { campaignId, divisionId, entries }) {
  const { rows } = await db.query(
    `INSERT INTO dnc_lists (name, division_id, contact_method, size) VALUES ('DNC', $1, 'WhatsApp', $2) RETURNING id`,
    [divisionId, entries],
  );
  await db.query(
    `INSERT INTO dnc_entries (dnc_list_id, match_key, value)
     SELECT $1, n::text, n::text FROM generate_series(4930000000000, 4930000000000 + $2::bigint - 1) AS n`,
    [rows[0].id, entries],
  );
  await db.query(
    `INSERT INTO messaging_campaign_dnc_lists (campaign_id, dnc_list_id, position) VALUES ($1, $2, 0)`,
    [campaignId, rows[0].id],
  );
}
