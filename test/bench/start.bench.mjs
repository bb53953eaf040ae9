// How long the start of a campaign takes until its first message leaves, beside the same rows inserted by hand.
// Run: npm run bench:start -- [contacts] [rounds]
import { BenchWorld, median, until } from './dispatch/bench-world.mjs';
import { aCampaign } from './dispatch/fixtures.mjs';

const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const BAR = 1.5;

const SORTS = [
  { fieldName: 'amount', direction: 'DESC', numeric: true },
  { fieldName: 'score', direction: 'ASC', numeric: true },
  { fieldName: 'city', direction: 'ASC', numeric: false },
  { fieldName: 'joined', direction: 'DESC', numeric: false },
];
// Nine of ten contacts pass.
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
const BY_HAND = `
  INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id)
  SELECT $1, row_number() OVER (), seq, contact_id FROM (
    SELECT seq, contact_id FROM contacts
     WHERE contact_list_id = $2
       AND CASE WHEN data ->> 'amount' ~ ${NUMBER} THEN (data ->> 'amount')::numeric >= 100 END
     ORDER BY priority DESC,
              CASE WHEN data ->> 'amount' ~ ${NUMBER} THEN (data ->> 'amount')::numeric END DESC NULLS LAST,
              CASE WHEN data ->> 'score' ~ ${NUMBER} THEN (data ->> 'score')::numeric END ASC NULLS LAST,
              nullif(data ->> 'city', '') ASC NULLS LAST, nullif(data ->> 'joined', '') DESC NULLS LAST, seq) c`;

const world = await BenchWorld.open();
const { db } = world;
try {
  const { campaignId, listId, divisionId } = await prepared();
  const results = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const byHandMs = await byHand(campaignId, listId, divisionId);
    const startMs = await firstMessage(campaignId);
    results.push({ byHandMs, startMs, ratio: startMs / byHandMs });
  }
  const of = (name) => median(results.map((result) => result[name]));
  const ratio = of('ratio');
  process.stdout.write(
    `start of ${CONTACTS} contacts: first message after ${of('startMs').toFixed(0)} ms, by hand ` +
      `${of('byHandMs').toFixed(0)} ms, ratio ${ratio.toFixed(2)} (bar ${BAR}; median of ${ROUNDS}: ` +
      `${results.map((result) => result.ratio.toFixed(2)).join(', ')})\n`,
  );
  if (ratio > BAR) process.exitCode = 1;
} finally {
  await world.close();
}

/** A campaign that is off, with a filter, sorts, and a DNC list with as many entries as the list has contacts. */
async function prepared() {
  await world.emptyTables();
  const { campaignId, listId } = await aCampaign(db, { contacts: CONTACTS, messagesPerMinute: 60 });
  await db.query(
    `UPDATE contacts
        SET data = data || jsonb_build_object('amount', (seq * 7919 % 1000)::text, 'score', (seq * 104729 % 10007)::text,
                                              'city', 'City ' || seq * 31 % 500, 'joined', date '2020-01-01' + (seq % 2000)::int)`,
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
  await fillDnc(campaignId, divisionId);
  for (const table of ['contacts', 'dnc_entries']) await db.query(`VACUUM ANALYZE ${table}`);
  return { campaignId, listId, divisionId };
}

async function fillDnc(campaignId, divisionId) {
  const { rows } = await db.query(
    `INSERT INTO dnc_lists (name, division_id, contact_method) VALUES ('DNC', $1, 'WhatsApp') RETURNING id`,
    [divisionId],
  );
  await db.query(
    `INSERT INTO dnc_entries (dnc_list_id, match_key, value)
     SELECT $1, n::text, n::text FROM generate_series(4930000000000, 4930000000000 + $2::bigint - 1) AS n`,
    [rows[0].id, CONTACTS],
  );
  await db.query(
    `INSERT INTO messaging_campaign_dnc_lists (campaign_id, dnc_list_id, position) VALUES ($1, $2, 0)`,
    [campaignId, rows[0].id],
  );
}

/** Milliseconds that the bare statement takes, with the indexes and constraints of the table. */
async function byHand(campaignId, listId, divisionId) {
  await db.query('TRUNCATE campaign_messages, campaign_runs CASCADE');
  await db.query('CHECKPOINT');
  const { rows } = await db.query(
    `INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id) VALUES ($1, $2, $3) RETURNING id`,
    [campaignId, divisionId, listId],
  );
  const startedAt = performance.now();
  const { rowCount } = await db.query(BY_HAND, [rows[0].id, listId]);
  const ms = performance.now() - startedAt;
  if (rowCount < CONTACTS * 0.85) throw new Error(`${rowCount} of ${CONTACTS} contacts were queued by hand`);
  return ms;
}

/** Milliseconds from the begin of the run to its first call. */
async function firstMessage(campaignId) {
  await db.query('TRUNCATE campaign_messages, campaign_runs CASCADE');
  await db.query('CHECKPOINT');
  const worker = await world.startWorker({ PROVIDER: 'memory' });
  await db.query(`UPDATE messaging_campaigns SET campaign_status = 'on' WHERE id = $1`, [campaignId]);
  const { ms } = await until('the first message', async () => {
    const { rows } = await db.query(
      `SELECT extract(epoch FROM min(m.calling_at) - min(r.started_at))::float * 1000 AS ms
         FROM campaign_runs r JOIN campaign_messages m ON m.run_id = r.id
        WHERE r.campaign_id = $1 AND m.calling_at IS NOT NULL`,
      [campaignId],
    );
    return rows[0].ms !== null && rows[0];
  });
  await db.query(`UPDATE messaging_campaigns SET campaign_status = 'off' WHERE id = $1`, [campaignId]);
  await worker.stop();
  return ms;
}
