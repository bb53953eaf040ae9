import { ROOM } from './queue-order.js';

// Contacts that arrive one after the other with equal cells come behind each other; small steps leave room for many.
const STEP = 2 ** 12;

const isLandmark = `m.contact_seq <> ALL ($3::bigint[])
                AND NOT EXISTS (SELECT FROM campaign_contact_changes x
                                 WHERE x.run_id = $1 AND x.contact_seq = m.contact_seq)`;

/** Note the contacts that were added as changed: run, contact list, most at once. */
export const NOTE_ADDED = `
  WITH added AS (
    SELECT c.seq FROM campaign_runs r JOIN contact_list_contacts_v c
        ON c.contact_list_id = r.contact_list_id AND c.seq > r.last_contact_seq
     WHERE r.id = $1 AND r.contact_list_id = $2 ORDER BY c.seq LIMIT $3
  ), noted AS (
    INSERT INTO campaign_contact_changes (run_id, contact_seq) SELECT $1, seq FROM added
  )
  UPDATE campaign_runs SET last_contact_seq = greatest(last_contact_seq, (SELECT max(seq) FROM added))
   WHERE id = $1 AND EXISTS (SELECT FROM added)`;

/** How much waits: run, from how many changes on it is counted to the end. */
export const COUNT_CHANGES = `
  SELECT r.spaced, w.are_many AS "areMany",
         CASE WHEN w.are_many THEN (SELECT count(*)::int FROM campaign_contact_changes WHERE run_id = $1) END AS changes,
         CASE WHEN w.are_many THEN (
           SELECT count(*)::int FROM campaign_messages WHERE run_id = $1 AND state = 'queued') END AS queued
    FROM campaign_runs r, (
      SELECT count(*) = $2 AS are_many FROM (SELECT FROM campaign_contact_changes WHERE run_id = $1 LIMIT $2) x) w
   WHERE r.id = $1`;

/** Take changes: run, most contacts at once. A change that commits later stays for the next time. */
export const TAKE_CHANGES = `
  DELETE FROM campaign_contact_changes
   WHERE run_id = $1 AND contact_seq IN (
     SELECT DISTINCT contact_seq FROM campaign_contact_changes WHERE run_id = $1 ORDER BY contact_seq LIMIT $2)
  RETURNING contact_seq AS seq`;

/** Queue those that pass the filter and are in no state yet, behind all others: run, contact list, contacts. */
export const appendSql = (matches: string): string => `
  WITH fresh AS (
    SELECT c.seq, c.contact_id, row_number() OVER (ORDER BY c.seq) AS place
      FROM contact_list_contacts_v c
     WHERE c.contact_list_id = $2 AND c.seq = ANY ($3::bigint[]) AND ${matches}
       AND NOT EXISTS (SELECT FROM campaign_messages m WHERE m.run_id = $1 AND m.contact_seq = c.seq)
  ), queued AS (
    INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id)
    SELECT $1, r.last_position + f.place, f.seq, f.contact_id FROM fresh f, campaign_runs r WHERE r.id = $1
    ON CONFLICT DO NOTHING
    RETURNING position
  )
  UPDATE campaign_runs r SET last_position = q.position
    FROM (SELECT max(position) AS position FROM queued) q WHERE r.id = $1 AND q.position > r.last_position`;

/**
 * Put contacts where they belong: run, contact list, contacts; then the values of filter and order. Those that pass the
 * filter and are not in the run yet come in, those that are queued move, all others are left alone.
 *
 * The queue is in order, so each contact finds its place by halving: the queue index gives a message in the middle of
 * what is left, the order itself says which of the two contacts comes first. Contacts that change with it, or wait to
 * be put elsewhere, are no landmarks. Costs about 2 log2(queue) look-ups for each contact, and writes only those.
 * Answers with the places where there was no room, which are ties that `spreadSql` resolves.
 */
export const placeSql = (matches: string, order: string): string => `
  WITH RECURSIVE ends AS (
    SELECT coalesce(q.first, r.last_position) AS first, greatest(q.last, r.last_position) AS last
      FROM campaign_runs r, (
        SELECT (SELECT min(position) FROM campaign_messages WHERE run_id = $1 AND state = 'queued') AS first,
               (SELECT max(position) FROM campaign_messages WHERE run_id = $1 AND state = 'queued') AS last) q
     WHERE r.id = $1
  ), wanted AS MATERIALIZED (
    SELECT c.seq, c.contact_id, row_number() OVER (ORDER BY ${order}) AS rank
      FROM contact_list_contacts_v c
      LEFT JOIN campaign_messages m ON m.run_id = $1 AND m.contact_seq = c.seq
     WHERE c.contact_list_id = $2 AND c.seq = ANY ($3::bigint[])
       AND CASE WHEN m.id IS NULL THEN ${matches} ELSE m.state = 'queued' END
  ), search (seq, after, before) AS (
    SELECT w.seq, e.first - ${ROOM}, e.last + ${ROOM} FROM wanted w, ends e
    UNION ALL
    SELECT s.seq, CASE WHEN p.comes_first THEN p.position ELSE s.after END,
           CASE WHEN p.comes_first THEN s.before ELSE p.position END
      FROM search s CROSS JOIN LATERAL (
        SELECT k.position, k.contact_seq = (
                 SELECT c.seq FROM contact_list_contacts_v c
                  WHERE c.seq IN (s.seq, k.contact_seq) ORDER BY ${order} LIMIT 1) AS comes_first
          FROM (
            (SELECT m.position, m.contact_seq FROM campaign_messages m
              WHERE m.run_id = $1 AND m.state = 'queued' AND ${isLandmark}
                AND m.position >= s.after + (s.before - s.after) / 2
                AND m.position > s.after AND m.position < s.before
              ORDER BY m.position LIMIT 1)
            UNION ALL
            (SELECT m.position, m.contact_seq FROM campaign_messages m
              WHERE m.run_id = $1 AND m.state = 'queued' AND ${isLandmark}
                AND m.position < s.after + (s.before - s.after) / 2 AND m.position > s.after
              ORDER BY m.position DESC LIMIT 1)) k
         ORDER BY k.position DESC LIMIT 1
      ) p
  ), found AS (
    SELECT seq, max(after) AS after, min(before) AS before FROM search GROUP BY seq
  ), placed AS (
    SELECT w.seq, w.contact_id, f.after, f.before - f.after AS room,
           row_number() OVER (PARTITION BY f.after ORDER BY w.rank) AS nth,
           count(*) OVER (PARTITION BY f.after) AS many
      FROM found f JOIN wanted w USING (seq)
  ), put AS (
    INSERT INTO campaign_messages AS m (run_id, position, contact_seq, contact_id)
    SELECT $1, p.after + least(p.room / (p.many + 1), ${STEP}) * p.nth, p.seq, p.contact_id FROM placed p
    ON CONFLICT (run_id, contact_seq) DO UPDATE SET position = excluded.position WHERE m.state = 'queued'
    RETURNING position
  ), noted AS (
    UPDATE campaign_runs r SET last_position = q.position
      FROM (SELECT max(position) AS position FROM put) q WHERE r.id = $1 AND q.position > r.last_position
  )
  SELECT DISTINCT after AS tight FROM placed WHERE room <= many`;

/**
 * Make room around a place: run, position, messages to each side; then the values of the order. Answers with the room
 * that there is for each message of the stretch; below 2 nothing was written.
 */
export const spreadSql = (order: string): string => `
  WITH around AS (
    (SELECT id, position, contact_seq FROM campaign_messages
      WHERE run_id = $1 AND state = 'queued' AND position >= $2::bigint ORDER BY position LIMIT $3)
    UNION ALL
    (SELECT id, position, contact_seq FROM campaign_messages
      WHERE run_id = $1 AND state = 'queued' AND position < $2::bigint ORDER BY position DESC LIMIT $3)
  ), stretch AS (
    SELECT min(position) AS first, (max(position) - min(position)) / greatest(count(*), 1) AS room FROM around
  ), placed AS (
    SELECT a.id, row_number() OVER (ORDER BY a.position, ${order}) - 1 AS nth
      FROM around a LEFT JOIN contact_list_contacts_v c ON c.seq = a.contact_seq
  ), spread AS (
    UPDATE campaign_messages m SET position = s.first + s.room * p.nth
      FROM placed p, stretch s WHERE m.id = p.id AND s.room >= 2
  )
  SELECT room FROM stretch`;

/** Put the whole queue in order, with room between all positions: run; then the values of the order. */
export const arrangeSql = (order: string): string => `
  WITH placed AS (
    SELECT m.id, row_number() OVER (ORDER BY ${order}) AS place
      FROM campaign_messages m LEFT JOIN contact_list_contacts_v c ON c.seq = m.contact_seq
     WHERE m.run_id = $1 AND m.state = 'queued'
  ), put AS (
    UPDATE campaign_messages m SET position = p.place * ${ROOM} FROM placed p WHERE m.id = p.id
    RETURNING m.position
  )
  UPDATE campaign_runs r
     SET spaced = true, last_position = greatest(r.last_position, (SELECT max(position) FROM put))
   WHERE r.id = $1`;
