import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { DncEntryKind } from './dnc-entry-kinds.js';
import type { DncEntry } from './dnc-numbers.js';

/** What became of entries that were written. */
export interface DncWriteCounts {
  added: number;
  updated: number;
  /** Entries that ended because they came with a moment that is past. */
  removed: number;
}

// Adding an entry again replaces when it ends; without an end it lasts, and with one that is past it goes.
const UPSERT = `
  WITH told AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::timestamptz[]) AS t (match_key, value, expires_at)
  ), ended AS (
    DELETE FROM dnc_entries e USING told t
     WHERE e.dnc_list_id = $1 AND e.match_key = t.match_key AND t.expires_at <= now()
    RETURNING 1
  ), written AS (
    INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at)
    SELECT $1, match_key, value, expires_at FROM told WHERE expires_at IS NULL OR expires_at > now()
    ON CONFLICT (dnc_list_id, match_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
    RETURNING (xmax = 0) AS added)
  SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS updated,
         (SELECT count(*)::int FROM ended) AS removed
    FROM written`;

// E-mail addresses protect nobody from a WhatsApp message. In the order of the key, so that the first entry of a list
// can be found along its index.
const FIND_WITH_ENTRIES = `
  SELECT l.id
    FROM dnc_lists l
   CROSS JOIN LATERAL (SELECT FROM dnc_entries e
                        WHERE e.dnc_list_id = l.id AND (e.expires_at IS NULL OR e.expires_at > now())
                          AND (l.dnc_source_type = 'rds_custom' OR e.match_key !~ '@')
                        ORDER BY e.match_key LIMIT 1) AS first
   WHERE l.id = ANY ($1::uuid[])`;

// That a number could not be reached, or gets no marketing for the country it is of, says nothing about another one of
// the same person.
const LOCK_LISTS_WITH = `
  SELECT l.id FROM dnc_lists l
   WHERE l.opt_outs IS DISTINCT FROM 'unreachable'
     AND EXISTS (SELECT FROM dnc_entries e
                  WHERE e.dnc_list_id = l.id AND e.match_key = $1
                    AND (l.opt_outs IS DISTINCT FROM 'cool-down' OR e.expires_at IS NOT NULL))
   ORDER BY l.id FOR NO KEY UPDATE`;

const COPY = `
  INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at)
  SELECT dnc_list_id, $3, $4, expires_at FROM dnc_entries
   WHERE dnc_list_id = ANY ($1::uuid[]) AND match_key = $2 AND (expires_at IS NULL OR expires_at > now())
  ON CONFLICT (dnc_list_id, match_key) DO NOTHING
  RETURNING dnc_list_id AS id`;

// Only a list of the contact method Any has more than one kind.
const OF_KIND: Readonly<Record<DncEntryKind, string>> = {
  number: `match_key !~ '@'`,
  email: `match_key ~ '@'`,
  custom: 'TRUE',
};

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
  async upsert(dncListId: string, entries: readonly DncEntry[]): Promise<DncWriteCounts> {
    const [counts] = await this.uow.manager.query<[DncWriteCounts]>(UPSERT, [
      dncListId,
      entries.map(({ matchKey }) => matchKey),
      entries.map(({ value }) => value),
      entries.map(({ expiresAt }) => expiresAt),
    ]);
    await this.changeSize(dncListId, counts.added - counts.removed);
    return counts;
  }

  /** When the entries with these match keys end, null for never; those that are not there are left out. */
  async findEnds(dncListId: string, matchKeys: readonly string[]): Promise<Map<string, Date | null>> {
    const rows = await this.uow.manager.query<{ key: string; at: Date | null }[]>(
      `SELECT match_key AS key, expires_at AS at FROM dnc_entries WHERE dnc_list_id = $1 AND match_key = ANY ($2)`,
      [dncListId, matchKeys],
    );
    return new Map(rows.map(({ key, at }) => [key, at]));
  }

  /** The list must be locked. Keeps the size of the list. Returns how many there were. */
  remove(dncListId: string, matchKeys: readonly string[]): Promise<number> {
    return this.delete(dncListId, 'match_key = ANY($2)', [matchKeys]);
  }

  /** All entries of the kind, or the expired ones; the list must be locked. Keeps the size of the list. */
  clear(dncListId: string, kind: DncEntryKind, expiredOnly: boolean): Promise<number> {
    return this.delete(dncListId, expiredOnly ? `${OF_KIND[kind]} AND expires_at <= now()` : OF_KIND[kind]);
  }

  /** Puts a number on every list that another one is on, until the same moment. Returns the lists that it is new on. */
  async copy(fromKey: string, to: { matchKey: string; value: string }): Promise<string[]> {
    const lists = await this.uow.manager.query<{ id: string }[]>(LOCK_LISTS_WITH, [fromKey]);
    if (lists.length === 0) return [];
    const ids = lists.map(({ id }) => id);
    const copied = await this.uow.manager.query<{ id: string }[]>(COPY, [
      ids,
      fromKey,
      to.matchKey,
      to.value,
    ]);
    for (const { id } of copied) await this.changeSize(id, 1);
    return copied.map(({ id }) => id);
  }

  /** Asks list by list, each by its primary key. */
  async isOnAnyList(matchKey: string, sender: string | undefined): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ found: boolean }]>(
      `SELECT EXISTS (
         SELECT FROM dnc_lists l, LATERAL (
           SELECT FROM dnc_active_entries_v d
            WHERE d.dnc_list_id = l.id AND d.match_key = $1 AND d.custom_exclusion_column IS NULL) e
          WHERE CASE l.opt_outs WHEN 'marketing' THEN l.opt_outs_sender = $2
                                WHEN 'cool-down' THEN $2::text IS NOT NULL
                                ELSE TRUE END) AS found`,
      [matchKey, sender ?? null],
    );
    return row.found;
  }

  /** At most `limit` expired entries; the list must be locked. Keeps the size of the list. */
  deleteExpired(dncListId: string, limit: number): Promise<number> {
    return this.delete(
      dncListId,
      `ctid = ANY (ARRAY(SELECT ctid FROM dnc_entries WHERE dnc_list_id = $1 AND expires_at <= now() LIMIT $2))`,
      [limit],
    );
  }

  /** The lists that have expired entries. */
  async findWithExpired(): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT DISTINCT dnc_list_id AS id FROM dnc_entries WHERE expires_at <= now()`,
    );
    return rows.map(({ id }) => id);
  }

  /** How many entries of each list have expired; lists without any are left out. */
  async countExpired(dncListIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.uow.manager.query<{ id: string; count: number }[]>(
      `SELECT dnc_list_id AS id, count(*)::int AS count FROM dnc_entries
        WHERE expires_at <= now() AND dnc_list_id = ANY ($1) GROUP BY 1`,
      [dncListIds],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Those of the lists that have at least one entry in force which a WhatsApp campaign looks at. */
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
  private async delete(dncListId: string, condition: string, values: unknown[] = []): Promise<number> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `DELETE FROM dnc_entries WHERE dnc_list_id = $1 AND ${condition}`,
      [dncListId, ...values],
    );
    await this.changeSize(dncListId, -affected);
    return affected;
  }
}
