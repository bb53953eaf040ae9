import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ImportProgress } from '../import-status.js';
import type { BatchCounts, ImportKind, ImportOptions, ImportRejection } from '../import-target.js';

/** Rejected records kept of each run; further ones are only counted. */
export const KEPT_REJECTIONS = 1_000;

type KeptRejection = Pick<ImportRejection, 'line' | 'code' | 'message'> & {
  column: string | null;
  taken: boolean;
};

/** A run as its worker sees it. */
export interface ClaimedRun {
  id: string;
  kind: ImportKind;
  targetId: string;
  fileName: string;
  options: ImportOptions;
  completedRecords: number;
  /** Claims since the last batch that was written. */
  attempts: number;
  leaseToken: string;
}

export interface NewRun {
  kind: ImportKind;
  targetId: string;
  fileName: string;
  options: ImportOptions;
}

const PROGRESS = `
  id AS "runId", target_id AS "targetId", state, total_records AS "totalRecords",
  completed_records AS "completedRecords", added_rows AS "addedRows", updated_rows AS "updatedRows",
  rejected_records AS "rejectedRecords", rejected_by_code AS "rejectedByCode",
  failure_code AS "failureCode", failure_message AS "failureMessage"`;

const INSERT = `
  INSERT INTO import_runs (kind, target_id, file_name, options) VALUES ($1, $2, $3, $4)
  ON CONFLICT (kind, target_id) WHERE state IN ('queued', 'running') DO NOTHING
  RETURNING id`;

const CLAIM = `
  WITH claimed AS (
    UPDATE import_runs
       SET state = 'running', lease_token = gen_random_uuid(), lease_until = now() + make_interval(secs => $2),
           started_at = coalesce(started_at, now()), attempts = attempts + 1
     WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
    RETURNING *)
  SELECT id, kind, target_id AS "targetId", file_name AS "fileName", options, attempts,
         completed_records AS "completedRecords", lease_token AS "leaseToken"
    FROM claimed`;

const FIND_DUE = `
  SELECT id FROM import_runs
   WHERE state = 'queued' OR (state = 'running' AND lease_until < now())
   ORDER BY created_at LIMIT 100`;

// Codes of a batch are added to those of the run, key by key.
const SAVE_PROGRESS = `
  UPDATE import_runs
     SET completed_records = completed_records + $2, added_rows = added_rows + $3, updated_rows = updated_rows + $4,
         rejected_records = rejected_records + $5, attempts = 0, lease_until = now() + make_interval(secs => $7),
         rejected_by_code = (
           SELECT coalesce(jsonb_object_agg(code, n), '{}')
             FROM (SELECT key AS code, sum(value::int) AS n
                     FROM (SELECT * FROM jsonb_each_text(rejected_by_code)
                           UNION ALL SELECT * FROM jsonb_each_text($6::jsonb)) both_codes
                    GROUP BY key) summed)
   WHERE id = $1`;

const KEEP_REJECTIONS = `
  INSERT INTO import_rejections (run_id, line, column_name, code, message, taken)
  SELECT $1, r.* FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::boolean[]) AS r
   LIMIT greatest(0, ${KEPT_REJECTIONS} - (SELECT count(*) FROM import_rejections WHERE run_id = $1))`;

/** The table of import runs. Whoever works on a run holds its lease; every write of a worker checks the token. */
@Injectable()
export class ImportRunsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Id of the new run; undefined when the target has an unfinished one. */
  async insert({ kind, targetId, fileName, options }: NewRun): Promise<string | undefined> {
    const [row] = await this.uow.manager.query<{ id: string }[]>(INSERT, [kind, targetId, fileName, options]);
    return row?.id;
  }

  /** Takes a waiting run, or one whose worker died; undefined when there is nothing to take. */
  async claim(runId: string, leaseSeconds: number): Promise<ClaimedRun | undefined> {
    const [run] = await this.uow.manager.query<ClaimedRun[]>(CLAIM, [runId, leaseSeconds]);
    return run;
  }

  /** Runs that a worker should take: waiting, or left by a dead worker. */
  async findDue(): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(FIND_DUE);
    return rows.map(({ id }) => id);
  }

  /** Locks the run until the end of the transaction; false when the lease went to somebody else. */
  async holdLease({ id, leaseToken }: ClaimedRun): Promise<boolean> {
    const rows = await this.uow.manager.query<unknown[]>(
      `SELECT 1 FROM import_runs WHERE id = $1 AND lease_token = $2 FOR UPDATE`,
      [id, leaseToken],
    );
    return rows.length === 1;
  }

  /** Prolongs the lease; false when it went to somebody else. */
  renewLease(run: ClaimedRun, leaseSeconds: number): Promise<boolean> {
    return this.update(run, 'lease_until = now() + make_interval(secs => $3)', [leaseSeconds]);
  }

  setTotal(run: ClaimedRun, totalRecords: number): Promise<boolean> {
    return this.update(run, 'total_records = $3', [totalRecords]);
  }

  /** Adds a batch to the counters; the lease must be held. */
  async saveProgress(
    run: ClaimedRun,
    batch: BatchCounts & { count: number; rejections: readonly ImportRejection[] },
    leaseSeconds: number,
  ): Promise<void> {
    const { added, updated, count, rejections } = batch;
    const rejectedRecords = new Set(rejections.filter(({ taken }) => !taken).map(({ line }) => line)).size;
    const codes = JSON.stringify(countByCode(rejections));
    const values = [run.id, count, added, updated, rejectedRecords, codes, leaseSeconds];
    await this.uow.manager.query(SAVE_PROGRESS, values);
    const kept = rejections.slice(0, KEPT_REJECTIONS);
    if (kept.length === 0) return;
    await this.uow.manager.query(KEEP_REJECTIONS, [
      run.id,
      kept.map(({ line }) => line),
      kept.map(({ column }) => column ?? null),
      kept.map(({ code }) => code),
      kept.map(({ message }) => message),
      kept.map(({ taken }) => taken ?? false),
    ]);
  }

  /**
   * Does not wait at the end of the transaction until it is on disk. It gets there with the next commit that waits, at
   * the latest that of the end of the run; what a crash takes until then, rows and progress alike, is imported again.
   */
  async commitLazily(): Promise<void> {
    await this.uow.manager.query(`SET LOCAL synchronous_commit = off`);
  }

  /** Gives the run back, to be taken by the next worker. */
  release(run: ClaimedRun): Promise<boolean> {
    return this.update(run, `state = 'queued', lease_token = NULL, lease_until = NULL, attempts = 0`, []);
  }

  /** Leaves the run alone for a while after an unexpected error. */
  defer(run: ClaimedRun, seconds: number): Promise<boolean> {
    return this.renewLease(run, seconds);
  }

  complete(run: ClaimedRun): Promise<boolean> {
    return this.update(
      run,
      `state = 'complete', lease_token = NULL, lease_until = NULL, finished_at = now(),
       total_records = completed_records`,
      [],
    );
  }

  fail(run: ClaimedRun, code: string, message: string): Promise<boolean> {
    return this.update(
      run,
      `state = 'failed', lease_token = NULL, lease_until = NULL, finished_at = now(),
       failure_code = $3, failure_message = $4`,
      [code, message],
    );
  }

  /** The newest run of each target that has one. */
  async findNewest(kind: ImportKind, targetIds: readonly string[]): Promise<ImportProgress[]> {
    if (targetIds.length === 0) return [];
    return this.uow.manager.query<ImportProgress[]>(
      `SELECT n.* FROM unnest($2::uuid[]) AS t(id) CROSS JOIN LATERAL (
         SELECT ${PROGRESS} FROM import_runs
          WHERE kind = $1 AND target_id = t.id ORDER BY created_at DESC LIMIT 1) n`,
      [kind, [...new Set(targetIds)]],
    );
  }

  async findProgress(runId: string): Promise<ImportProgress | undefined> {
    const [row] = await this.uow.manager.query<ImportProgress[]>(
      `SELECT ${PROGRESS} FROM import_runs WHERE id = $1`,
      [runId],
    );
    return row;
  }

  /** The first rejected records of a run, in the order of the file. */
  async findRejections(runId: string, limit: number): Promise<ImportRejection[]> {
    const rows = await this.uow.manager.query<KeptRejection[]>(
      `SELECT line, column_name AS "column", code, message, taken FROM import_rejections
        WHERE run_id = $1 ORDER BY seq LIMIT $2`,
      [runId, limit],
    );
    return rows.map(({ column, taken, ...row }) => ({
      ...row,
      ...(column === null ? {} : { column }),
      ...(taken ? { taken } : {}),
    }));
  }

  /** Removes everything about a target that is being deleted. */
  async deleteOf(kind: ImportKind, targetId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM import_runs WHERE kind = $1 AND target_id = $2`, [
      kind,
      targetId,
    ]);
    await this.uow.manager.query(`DELETE FROM import_uploads WHERE kind = $1 AND target_id = $2`, [
      kind,
      targetId,
    ]);
  }

  /** Forgets how the finished runs of a target went. */
  async deleteFinishedOf(kind: ImportKind, targetId: string): Promise<void> {
    await this.uow.manager.query(
      `DELETE FROM import_runs WHERE kind = $1 AND target_id = $2 AND state IN ('complete', 'failed')`,
      [kind, targetId],
    );
  }

  /** Which of the spooled files unfinished runs still need. */
  async findNeededFiles(names: readonly string[]): Promise<Set<string>> {
    const rows = await this.uow.manager.query<{ file_name: string }[]>(
      `SELECT file_name FROM import_runs WHERE state IN ('queued', 'running') AND file_name = ANY($1)`,
      [names],
    );
    return new Set(rows.map((row) => row.file_name));
  }

  // `change` is written here, never by a caller.
  private async update(run: ClaimedRun, change: string, values: unknown[]): Promise<boolean> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE import_runs SET ${change} WHERE id = $1 AND lease_token = $2`,
      [run.id, run.leaseToken, ...values],
    );
    return affected === 1;
  }
}

function countByCode(rejections: readonly ImportRejection[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of rejections) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
