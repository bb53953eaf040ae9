import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { DncEntry } from './dnc-numbers.js';

// Adding a number again replaces when it ends; without an end it lasts.
const UPSERT = `
  WITH written AS (
    INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::timestamptz[])
    ON CONFLICT (dnc_list_id, match_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
    RETURNING (xmax = 0) AS added)
  SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS updated FROM written`;

const FIND_WITH_ENTRIES = `
  SELECT l.id FROM unnest($1::uuid[]) AS l(id)
   WHERE EXISTS (SELECT 1 FROM dnc_entries e
                  WHERE e.dnc_list_id = l.id AND (e.expires_at IS NULL OR e.expires_at > now()))`;

/** The table of DNC entries: a million rows a list, therefore plain SQL in batches. */
@Injectable()
export class DncEntriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Locks the list until the end of the transaction, so that its writers come one after the other and its size stays
   * right. Returns the size; undefined when the list is gone.
   */
  async lockList(dncListId: string): Promise<number | undefined> {
    const [row] = await this.uow.manager.query<{ size: number }[]>(
      `SELECT size FROM dnc_lists WHERE id = $1 FOR NO KEY UPDATE`,
      [dncListId],
    );
    return row?.size;
  }

  /** Match keys must be unique among `entries`; the list must be locked. Keeps the size of the list. */
  async upsert(dncListId: string, entries: readonly DncEntry[]): Promise<{ added: number; updated: number }> {
    const [counts = { added: 0, updated: 0 }] = await this.uow.manager.query<
      { added: number; updated: number }[]
    >(UPSERT, [
      dncListId,
      entries.map(({ matchKey }) => matchKey),
      entries.map(({ value }) => value),
      entries.map(({ expiresAt }) => expiresAt),
    ]);
    await this.changeSize(dncListId, counts.added);
    return counts;
  }

  /** The list must be locked. Keeps the size of the list. */
  async remove(dncListId: string, matchKeys: readonly string[]): Promise<void> {
    await this.delete(dncListId, 'match_key = ANY($2)', [matchKeys]);
  }

  /** All entries, or the expired ones; the list must be locked. Keeps the size of the list. */
  async clear(dncListId: string, expiredOnly: boolean): Promise<void> {
    await this.delete(dncListId, expiredOnly ? 'expires_at <= now()' : 'TRUE', []);
  }

  /** Those of the lists that have at least one entry in force. */
  async findWithEntries(dncListIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.uow.manager.query<{ id: string }[]>(FIND_WITH_ENTRIES, [dncListIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** The list must be locked. */
  async changeSize(dncListId: string, by: number): Promise<void> {
    if (by === 0) return;
    await this.uow.manager.query(`UPDATE dnc_lists SET size = size + $2 WHERE id = $1`, [dncListId, by]);
  }

  // `condition` is written here, never by a caller.
  private async delete(dncListId: string, condition: string, values: unknown[]): Promise<void> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `DELETE FROM dnc_entries WHERE dnc_list_id = $1 AND ${condition}`,
      [dncListId, ...values],
    );
    await this.changeSize(dncListId, -affected);
  }
}
