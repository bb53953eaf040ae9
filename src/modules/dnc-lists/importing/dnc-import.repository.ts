import { Injectable } from '@nestjs/common';
import { copyIn } from '../../../platform/database/copy-in.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

// Of the connection, not of the transaction: PostgreSQL keeps no record of each batch's table.
const STAGE = `
  CREATE TEMPORARY TABLE IF NOT EXISTS staged_dnc_entries (match_key text, value text, expires_at timestamptz)
  ON COMMIT DELETE ROWS`;

const DROP_BEYOND = `
  DELETE FROM staged_dnc_entries WHERE match_key IN (
    SELECT s.match_key FROM staged_dnc_entries s
     WHERE NOT EXISTS (SELECT FROM dnc_entries e WHERE e.dnc_list_id = $1 AND e.match_key = s.match_key)
     ORDER BY s.ctid OFFSET $2)`;

// Adding a number again replaces when it ends; without an end it lasts.
const UPSERT = `
  WITH written AS (
    INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at)
    SELECT $1, match_key, value, expires_at FROM staged_dnc_entries
    ON CONFLICT (dnc_list_id, match_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
    RETURNING (xmax = 0) AS added)
  SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS updated FROM written`;

/** DNC entries in large numbers: COPY, then one statement per batch. The list must be locked. */
@Injectable()
export class DncImportRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds entries and updates those that exist; match keys must be unique. New ones beyond `room` are left out. */
  async upsert(
    dncListId: string,
    lines: readonly string[],
    room: number,
  ): Promise<{ added: number; updated: number }> {
    const { manager } = this.uow;
    await manager.query(STAGE);
    await copyIn(manager, 'staged_dnc_entries', lines);
    if (lines.length > room) await manager.query(DROP_BEYOND, [dncListId, room]);
    const [counts] = await manager.query<{ added: number; updated: number }[]>(UPSERT, [dncListId]);
    return counts ?? { added: 0, updated: 0 };
  }
}
