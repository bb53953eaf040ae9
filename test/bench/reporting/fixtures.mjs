export const DAY_MS = 86_400_000;

const CAMPAIGNS = `
  WITH home AS (SELECT id FROM divisions WHERE home),
  integration AS (INSERT INTO whatsapp_integrations (name, access_token) VALUES ('I', '') RETURNING id),
  response AS (INSERT INTO responses (name) VALUES ('R') RETURNING id),
  lists AS (
    INSERT INTO contact_lists (name, division_id, column_names)
    SELECT 'List ' || n, home.id, '{wa}' FROM home, generate_series(1, $1::int) AS n RETURNING id, name)
  INSERT INTO messaging_campaigns (name, division_id, contact_list_id, integration_id, content_template_id,
    messages_per_minute, whats_app_columns, contact_sorts, errors, campaign_status)
  SELECT 'Campaign of ' || lists.name, home.id, lists.id, integration.id, response.id, 60, '{wa}', '[]', '[]', 'off'
    FROM home, lists, integration, response
  RETURNING id`;

// Of a hundred messages 55 were read, 30 delivered, 8 accepted, 5 not delivered and 2 refused. A campaign has one
// message in ten, so a campaign of the first ten has a million of ten millions.
const INTERACTIONS = `
  INSERT INTO interactions (message_id, campaign_id, division_id, contact_list_id, contact_id, contact_column, address,
    integration_id, content_template_id, wamid, started_at, settled_at, disposition, delivery_status, sent_at,
    published_at, delivered_at, read_at, failed_at, delivery_changed_at, provider_error_code, provider_error_text)
  SELECT gen_random_uuid(), c.id, c.division_id, c.contact_list_id, 'c' || n, 'wa', '49151' || (10000000 + n % 80000000),
         c.integration_id, c.content_template_id, 'wamid.' || md5(n::text || $5), at, at + interval '300 ms',
         CASE WHEN fate < 98 THEN 'OUTBOUND-MESSAGE-SENT' ELSE 'OUTBOUND-MESSAGE-FAILED' END,
         CASE WHEN fate < 55 THEN 'Read' WHEN fate < 85 THEN 'DeliverySuccess' WHEN fate < 93 THEN 'Published'
              WHEN fate < 98 THEN 'DeliveryFailed' ELSE 'Failed' END,
         CASE WHEN fate < 98 THEN at + interval '300 ms' END, CASE WHEN fate < 93 THEN at + interval '1 s' END,
         CASE WHEN fate < 85 THEN at + interval '2 s' END, CASE WHEN fate < 55 THEN at + interval '1 min' END,
         CASE WHEN fate >= 93 THEN at + interval '1 s' END, at + interval '1 s',
         CASE WHEN fate >= 98 THEN 131047 WHEN fate >= 93 THEN 131026 END,
         CASE WHEN fate >= 93 THEN 'Message undeliverable' END
    FROM (SELECT n, n * 7919 % 100 AS fate,
                 $2::timestamptz + ($3::timestamptz - $2::timestamptz) * ((n - 0.5) / $4::float8) AS at
            FROM generate_series(1, $4::bigint) AS n) m
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS nth FROM messaging_campaigns WHERE id = ANY ($1)) c
      ON c.nth = m.n % 10`;

const COUNTS = `
  INSERT INTO interaction_counts (started_at, campaign_id, division_id, contact_list_id, integration_id, disposition,
    delivery_status, provider_error_code, provider_error_text, messages)
  SELECT date_bin('15 minutes', started_at, 'epoch'), campaign_id, division_id, contact_list_id, integration_id,
         disposition, delivery_status, provider_error_code, provider_error_text, count(*)
    FROM interactions GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`;

/** Campaigns that are off; answers their ids in order. */
export async function addCampaigns(db, count) {
  const { rows } = await db.query(CAMPAIGNS, [count]);
  return rows.map(({ id }) => id).sort();
}

/** Interactions of the first ten campaigns: some in the day before `now`, the others in the year before that. */
export async function addInteractions(db, { campaignIds, now, newest, older }) {
  const begun = performance.now();
  const day = new Date(now.getTime() - DAY_MS);
  const year = new Date(now.getTime() - 364 * DAY_MS);
  await db.query(
    `SELECT create_interaction_month(m) FROM generate_series($1::timestamptz, $2::timestamptz, interval '20 days') AS m`,
    [year, new Date(now.getTime() + 20 * DAY_MS)],
  );
  if (newest > 0) await db.query(INTERACTIONS, [campaignIds, day, now, newest, 'newest']);
  await db.query(INTERACTIONS, [campaignIds, year, day, Math.round(older), String(older)]);
  await db.query('TRUNCATE interaction_counts');
  await db.query(COUNTS);
  await db.query('VACUUM ANALYZE interactions, interaction_counts');
  const { rows } = await db.query(
    `SELECT (SELECT count(*)::int FROM interactions) AS interactions,
            (SELECT count(*)::int FROM interaction_counts) AS counts, pg_database_size(current_database())::float8 AS bytes`,
  );
  const [{ interactions, counts, bytes }] = rows;
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
  process.stdout.write(
    `${interactions} interactions and ${counts} counts, ${(bytes / 1e9).toFixed(1)} GB, after ${seconds} s\n`,
  );
}

/** Lets the campaigns run: 400,000 messages each, some of them counted a moment ago. */
export async function addRuns(db, campaignIds) {
  await db.query(
    `WITH runs AS (
       INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id)
       SELECT id, division_id, contact_list_id FROM messaging_campaigns WHERE id = ANY ($1) RETURNING id
     ), differences AS (
       INSERT INTO campaign_run_differences (run_id, disposition, delivery_status, error_code, messages)
       SELECT runs.id, 'OUTBOUND-MESSAGE-SENT', 'Sent', 0, 10 FROM runs, generate_series(1, 20)
     )
     INSERT INTO campaign_run_counts (run_id, disposition, delivery_status, error_code, messages)
     SELECT runs.id, disposition, status, code, messages FROM runs, (VALUES
       ('', '', 0, 200000), ('OUTBOUND-MESSAGE-SENT', 'Sent', 0, 20000), ('OUTBOUND-MESSAGE-SENT', 'Read', 0, 100000),
       ('OUTBOUND-MESSAGE-SENT', 'DeliverySuccess', 0, 60000), ('OUTBOUND-MESSAGE-SENT', 'DeliveryFailed', 131026, 9000),
       ('OUTBOUND-MESSAGE-FAILED', 'Failed', 131047, 1000), ('ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', '', 0, 10000))
       fates (disposition, status, code, messages)`,
    [campaignIds],
  );
  await db.query(`UPDATE messaging_campaigns SET campaign_status = 'on' WHERE id = ANY ($1)`, [campaignIds]);
}

/** What is there: the end of the newest day, and the campaigns in order. */
export async function seeded(db) {
  const { rows } = await db.query(
    `SELECT (SELECT date_trunc('day', max(started_at), 'UTC') + interval '1 day' FROM interactions) AS now,
            (SELECT array_agg(id::text ORDER BY id) FROM messaging_campaigns) AS campaigns`,
  );
  return { now: rows[0].now, campaignIds: rows[0].campaigns };
}
