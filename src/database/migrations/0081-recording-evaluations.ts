import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. Notes results of messages on contacts within the statement that settles the messages. */
export class RecordingEvaluations1763769600081 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECORD);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

// Of several results for one contact and column the newest wins, within the batch and against what is stored. Contacts
// are locked in the order of their numbers, as everywhere.
const RECORD = `
  CREATE FUNCTION record_contact_evaluations(seqs bigint[], columns text[], addresses text[], codes text[],
                                             moments timestamptz[]) RETURNS void LANGUAGE sql AS $$
    WITH given AS (
      SELECT DISTINCT ON (seq, col) *
        FROM unnest(seqs, columns, addresses, codes, moments) AS e(seq, col, address, wrapup_code, at)
       ORDER BY seq, col, at DESC
    ), locked AS (
      SELECT c.seq, c.latest_whatsapp_evaluations AS known
        FROM contacts c WHERE c.seq = ANY (seqs) ORDER BY c.seq FOR UPDATE
    ), newer AS (
      SELECT g.seq, jsonb_object_agg(g.col, jsonb_build_object(
               'contactColumn', g.col, 'contactAddress', g.address, 'messageType', 'WhatsApp',
               'wrapupCodeId', g.wrapup_code,
               'timestamp', to_char(g.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) AS evaluations
        FROM given g JOIN locked l ON l.seq = g.seq
       WHERE coalesce((l.known -> g.col ->> 'timestamp')::timestamptz, '-infinity') <= g.at
       GROUP BY g.seq
    )
    UPDATE contacts c SET latest_whatsapp_evaluations = c.latest_whatsapp_evaluations || n.evaluations
      FROM newer n WHERE c.seq = n.seq
  $$;
  COMMENT ON FUNCTION record_contact_evaluations IS
    'For dispatch: the last result of each contact and column; an older one does not replace a newer one';
`;
