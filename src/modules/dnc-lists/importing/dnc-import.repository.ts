import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { DncRows } from './dnc-batch.js';

// Of the connection, not of the transaction: PostgreSQL keeps no record of each batch's table.
const STAGE = `
  CREATE TEMPORARY TABLE IF NOT EXISTS staged_dnc_entries (
    dnc_list_id uuid, match_key text, value text, expires_at timestamptz) ON COMMIT DELETE ROWS`;

const DROP_REPEATED = `
  DELETE FROM staged_dnc_entries s USING staged_dnc_entries later
   WHERE later.match_key = s.match_key AND later.ctid > s.ctid`;

// Entries that ended in the past remove what the list has of their number.
const REMOVE_ENDED = `
  WITH ended AS (DELETE FROM staged_dnc_entries WHERE expires_at <= now() RETURNING match_key),
  removed AS (DELETE FROM dnc_entries e USING ended
               WHERE e.dnc_list_id = $1 AND e.match_key = ended.match_key RETURNING 1)
  SELECT (SELECT count(*) FROM ended)::int AS ended, (SELECT count(*) FROM removed)::int AS removed`;

const DROP_BEYOND = `
  DELETE FROM staged_dnc_entries WHERE match_key IN (
    SELECT s.match_key FROM staged_dnc_entries s
     WHERE NOT EXISTS (SELECT FROM dnc_entries e WHERE e.dnc_list_id = $1 AND e.match_key = s.match_key)
     ORDER BY s.ctid OFFSET $2)`;

// Adding a number again replaces when it ends; without an end it lasts.
const UPSERT = `
  WITH written AS (
    INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at)
    SELECT dnc_list_id, match_key, value, expires_at FROM staged_dnc_entries
    ON CONFLICT (dnc_list_id, match_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
    RETURNING (xmax = 0) AS added)
  SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS updated FROM written`;

/** DNC entries in large numbers: COPY, then one statement per batch. The list must be locked. */
@Injectable()
export class DncImportRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds entries none of which is on the list yet. */
  async insert({ rows }: DncRows): Promise<DncMerge> {
    await rows.send(this.uow.manager, 'dnc_entries (dnc_list_id, match_key, value, expires_at)');
    return { added: rows.count, updated: 0, removed: 0, repeated: 0, leftOut: 0 };
  }

  /** Adds entries, updates those that exist, and removes those that ended. New ones beyond `room` are left out. */
  async merge(dncListId: string, { rows, mayRepeat, hasEnded }: DncRows, room: number): Promise<DncMerge> {
    const { manager } = this.uow;
    await manager.query(STAGE);
    await rows.send(manager, 'staged_dnc_entries');
    const repeated = mayRepeat ? await this.dropRepeated() : 0;
    const uniqueCount = rows.count - repeated;
    const { ended, removed } = hasEnded ? await this.removeEnded(dncListId) : { ended: 0, removed: 0 };
    if (uniqueCount > room + removed) await manager.query(DROP_BEYOND, [dncListId, room + removed]);
    const [counts = { added: 0, updated: 0 }] =
      await manager.query<{ added: number; updated: number }[]>(UPSERT);
    const leftOut = uniqueCount - ended - counts.added - counts.updated;
    return { ...counts, removed, repeated, leftOut };
  }

  private async dropRepeated(): Promise<number> {
    const [, dropped] = await this.uow.manager.query<[unknown[], number]>(DROP_REPEATED);
    return dropped;
  }

  private async removeEnded(dncListId: string): Promise<{ ended: number; removed: number }> {
    const [counts] = await this.uow.manager.query<{ ended: number; removed: number }[]>(REMOVE_ENDED, [
      dncListId,
    ]);
    return counts ?? { ended: 0, removed: 0 };
  }
}

export interface DncMerge {
  added: number;
  updated: number;
  removed: number;
  /** Rows before the last one of their match key. */
  repeated: number;
  leftOut: number;
}
