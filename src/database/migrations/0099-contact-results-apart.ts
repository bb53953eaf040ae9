import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: contact-lists. The results of messages move from their contacts into a table of their own: a result no longer
 * writes the whole contact anew, with an entry in each of its indexes.
 */
export class ContactResultsApart1763769600099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(MOVE);
    await runner.query(READ);
    await runner.query(RECORD);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// A foreign key would look at each contact once more, for two thirds of what the rest takes. Whoever records holds the
// contact instead, and whoever deletes it takes its results along.
const TABLE = `
  CREATE TABLE contact_evaluations (
    contact_seq bigint NOT NULL,
    contact_column text NOT NULL,
    address text,
    wrapup_code text NOT NULL,
    evaluated_at timestamptz NOT NULL,
    CONSTRAINT contact_evaluations_pk PRIMARY KEY (contact_seq, contact_column)
  );
  COMMENT ON TABLE contact_evaluations IS
    'The last result of each WhatsApp column of a contact; written by record_contact_evaluations only';

  CREATE FUNCTION forget_contact_evaluations() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
  BEGIN
    DELETE FROM contact_evaluations e USING gone g WHERE e.contact_seq = g.seq;
    RETURN NULL;
  END $$;
  COMMENT ON FUNCTION forget_contact_evaluations IS
    'By the index, as the plan is kept for a million contacts and for one';
  CREATE TRIGGER contacts_evaluations_forgotten AFTER DELETE ON contacts
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_contact_evaluations();
`;

const MOVE = `
  INSERT INTO contact_evaluations (contact_seq, contact_column, address, wrapup_code, evaluated_at)
  SELECT c.seq, e.key, e.value ->> 'contactAddress', e.value ->> 'wrapupCodeId', (e.value ->> 'timestamp')::timestamptz
    FROM contacts c CROSS JOIN LATERAL jsonb_each(c.latest_whatsapp_evaluations) AS e;
  DROP VIEW contact_evaluations_v;
  ALTER TABLE contacts DROP COLUMN latest_whatsapp_evaluations;
`;

const READ = `
  CREATE FUNCTION latest_whatsapp_evaluations(seq bigint) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((
      SELECT jsonb_object_agg(e.contact_column, jsonb_build_object(
               'contactColumn', e.contact_column, 'contactAddress', e.address, 'messageType', 'WhatsApp',
               'wrapupCodeId', e.wrapup_code,
               'timestamp', to_char(e.evaluated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
        FROM contact_evaluations e WHERE e.contact_seq = $1), '{}')
  $$;
  COMMENT ON FUNCTION latest_whatsapp_evaluations IS 'The results of a contact by column, as they go over the wire';

  CREATE VIEW contact_evaluations_v AS
    SELECT seq, latest_whatsapp_evaluations(seq) AS latest_whatsapp_evaluations FROM contacts;
  COMMENT ON VIEW contact_evaluations_v IS 'For dispatch: the last result of each WhatsApp column of a contact';
`;

// Of several results for one contact and column the newest wins, within the batch and against what is stored. Contacts
// are locked in the order of their numbers, as everywhere.
const RECORD = `
  CREATE OR REPLACE FUNCTION record_contact_evaluations(seqs bigint[], columns text[], addresses text[], codes text[],
                                                        moments timestamptz[]) RETURNS void LANGUAGE sql AS $$
    WITH given AS (
      SELECT DISTINCT ON (seq, col) *
        FROM unnest(seqs, columns, addresses, codes, moments) AS e(seq, col, address, wrapup_code, at)
       ORDER BY seq, col, at DESC
    ), locked AS MATERIALIZED (
      SELECT c.seq FROM contacts c WHERE c.seq = ANY (seqs) ORDER BY c.seq FOR KEY SHARE
    )
    INSERT INTO contact_evaluations AS known (contact_seq, contact_column, address, wrapup_code, evaluated_at)
    SELECT g.seq, g.col, g.address, g.wrapup_code, g.at
      FROM given g JOIN locked l ON l.seq = g.seq
     ORDER BY g.seq, g.col
    ON CONFLICT (contact_seq, contact_column) DO UPDATE
      SET address = excluded.address, wrapup_code = excluded.wrapup_code, evaluated_at = excluded.evaluated_at
      WHERE known.evaluated_at <= excluded.evaluated_at
  $$;
`;
