// What the benchmarks of the engine send, and the tables they send from.
import { randomUUID } from 'node:crypto';

export const PHONE_NUMBER_ID = '940000000000002';

export const META_TEMPLATE = {
  name: 'order_update',
  language: 'en_US',
  category: 'UTILITY',
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'Hello {{1}}, your order {{2}} is on its way.' }],
};

export const TEMPLATE = {
  id: '',
  name: 'Order update',
  divisionId: null,
  metaName: 'order_update',
  language: 'en_US',
  body: 'Hello {{first_name}}, your order {{voucher}} is on its way.',
  buttons: [],
  substitutions: [{ id: 'first_name' }, { id: 'voucher' }],
};

/** A campaign that is on, over a list of its own with `contacts` contacts, all of them reachable. */
export async function aCampaign(db, { contacts, messagesPerMinute, firstNumber = 4915100000000 }) {
  const [listId, campaignId, integrationId] = [
    randomUUID(),
    randomUUID(),
    '00000000-0000-4000-8000-000000000001',
  ];
  const client = await db.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL session_replication_role = replica`);
    const {
      rows: [home],
    } = await client.query(`SELECT id FROM divisions WHERE home`);
    await client.query(
      `INSERT INTO contact_lists (id, name, division_id, column_names, whats_app_columns, size)
       VALUES ($1, $2, $3, '{first_name,wa,voucher}', '[{"columnName":"wa","type":"cell"}]', $4)`,
      [listId, `List ${listId}`, home.id, contacts],
    );
    await client.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids)
       SELECT $1, 'c' || n,
              jsonb_build_object('first_name', 'Kund_' || n, 'wa', '+' || ($3::bigint + n), 'voucher', 'V' || n),
              jsonb_build_object('wa', jsonb_build_object('id', ($3::bigint + n)::text, 'key', ($3::bigint + n)::text))
         FROM generate_series(1, $2::int) AS n`,
      [listId, contacts, firstNumber],
    );
    await client.query(
      `INSERT INTO messaging_campaigns (id, name, division_id, campaign_status, contact_list_id, messages_per_minute,
         whats_app_columns, integration_id, content_template_id, contact_sorts, errors)
       VALUES ($1, $2, $3, 'on', $4, $5, '{wa}', $6, $7, '[]', '[]')`,
      [campaignId, `Campaign ${campaignId}`, home.id, listId, messagesPerMinute, integrationId, randomUUID()],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  await db.query('ANALYZE contacts');
  return { campaignId, listId };
}

export async function settledOf(db, campaignId) {
  const { rows } = await db.query(
    `SELECT count(*) FILTER (WHERE m.state = 'settled')::int AS settled, count(*)::int AS total,
            count(*) FILTER (WHERE disposition = 'OUTBOUND-MESSAGE-SENT')::int AS sent,
            min(calling_at) AS first, max(settled_at) AS last
       FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1`,
    [campaignId],
  );
  return rows[0];
}

/** How many messages of the campaign have their result, by the counts, which cost the engine nothing to read. */
export async function settledCount(db, campaignId) {
  const { rows } = await db.query(
    `SELECT coalesce(sum(messages), 0)::int AS settled FROM campaign_run_counts_v
      WHERE disposition <> '' AND run_id IN (SELECT id FROM campaign_runs WHERE campaign_id = $1)`,
    [campaignId],
  );
  return rows[0].settled;
}

/** When the calls of each campaign began, in order. */
export async function startsOf(db) {
  const { rows } = await db.query(
    `SELECT r.campaign_id AS campaign, array_agg(m.calling_at ORDER BY m.calling_at) AS starts
       FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
      WHERE m.calling_at IS NOT NULL GROUP BY r.campaign_id`,
  );
  return new Map(rows.map(({ campaign, starts }) => [campaign, starts]));
}
