import { Injectable } from '@nestjs/common';
import { type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ExportFile, ExportLayout } from '../export-file.js';
import type { ExportKind, ExportOptions } from '../export-source.js';

export interface NewExport {
  kind: ExportKind;
  subjectId: string;
  ownerId: string;
  options: ExportOptions;
  layout: ExportLayout;
  downloadName: string;
}

/** An export as its worker sees it. */
export interface ClaimedExport extends ExportFile {
  leaseToken: string;
  attempts: number;
}

/** What became of the rows. */
export interface WrittenFile {
  fileName: string;
  rowCount: number;
  sizeBytes: number;
  note?: string;
}

/** How far the writing is. */
export interface ExportProgress {
  rows: number;
  expectedRows?: number;
}

/** How long a file can be downloaded. */
const KEPT_DAYS = 7;

const FILE = `
  id, kind, subject_id AS "subjectId", owner_id AS "ownerId", options, layout, state,
  download_name AS "downloadName", file_name AS "fileName", row_count AS "rowCount",
  expected_rows AS "expectedRows", note, size_bytes AS "sizeBytes",
  failure_code AS "failureCode", failure_message AS "failureMessage", created_at AS "createdAt",
  finished_at AS "finishedAt", expires_at AS "expiresAt"`;

const CLAIM = `
  WITH claimed AS (
    UPDATE export_files
       SET state = 'running', lease_token = gen_random_uuid(), lease_until = now() + make_interval(secs => $2),
           attempts = attempts + 1, row_count = 0
     WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
    RETURNING *)
  SELECT ${FILE}, lease_token AS "leaseToken", attempts FROM claimed`;

/** The table of exports. Whoever writes a file holds the lease of its row; every write of a worker checks the token. */
@Injectable()
export class ExportFilesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Answers the id. */
  async insert({ kind, subjectId, ownerId, options, layout, downloadName }: NewExport): Promise<string> {
    const [row] = await this.uow.manager.query<[{ id: string }]>(
      `INSERT INTO export_files (kind, subject_id, owner_id, options, layout, download_name, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => ${KEPT_DAYS})) RETURNING id`,
      [kind, subjectId, ownerId, options, layout, downloadName],
    );
    return row.id;
  }

  /** The exports with these ids that have not expired; those that don't exist are left out. */
  find(ids: readonly string[]): Promise<ExportFile[]> {
    return this.uow.manager.query<ExportFile[]>(
      `SELECT ${FILE} FROM export_files WHERE id = ANY($1) AND expires_at > now() ORDER BY created_at DESC, id`,
      [ids],
    );
  }

  /** The newest export of a subject whose options contain `options`. */
  async findNewest(
    kind: ExportKind,
    subjectId: string,
    options: ExportOptions,
  ): Promise<ExportFile | undefined> {
    const [file] = await this.uow.manager.query<ExportFile[]>(
      `SELECT ${FILE} FROM export_files
        WHERE kind = $1 AND subject_id = $2 AND expires_at > now() AND options @> $3
        ORDER BY created_at DESC LIMIT 1`,
      [kind, subjectId, options],
    );
    return file;
  }

  /** The exports of a kind that somebody asked for, the newest first. */
  async findPage(
    { kind, ownerId }: { kind: ExportKind; ownerId: string },
    page: PageRequest,
  ): Promise<Page<ExportFile>> {
    const where = 'WHERE kind = $1 AND owner_id = $2 AND expires_at > now()';
    const { manager } = this.uow;
    const [counted] = await manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM export_files ${where}`,
      [kind, ownerId],
    );
    const entities = await manager.query<ExportFile[]>(
      `SELECT ${FILE} FROM export_files ${where} ORDER BY created_at DESC, id LIMIT $3 OFFSET $4`,
      [kind, ownerId, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: counted.total };
  }

  /** The secret that signs the links to a file. */
  async findKey(id: string): Promise<Buffer | undefined> {
    const [row] = await this.uow.manager.query<{ key: Buffer }[]>(
      `SELECT download_key AS key FROM export_files WHERE id = $1 AND state = 'complete' AND expires_at > now()`,
      [id],
    );
    return row?.key;
  }

  /** Takes a waiting export, or one whose worker died; undefined when there is nothing to take. */
  async claim(id: string, leaseSeconds: number): Promise<ClaimedExport | undefined> {
    const [file] = await this.uow.manager.query<ClaimedExport[]>(CLAIM, [id, leaseSeconds]);
    return file;
  }

  /** Exports that a worker should take: waiting, or left by a dead worker. */
  async findDue(): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT id FROM export_files
        WHERE state = 'queued' OR (state = 'running' AND lease_until < now()) ORDER BY created_at LIMIT 100`,
    );
    return rows.map(({ id }) => id);
  }

  /** Prolongs the lease and notes the progress; false when the lease went to somebody else. */
  renewLease(
    file: ClaimedExport,
    leaseSeconds: number,
    { rows, expectedRows }: ExportProgress,
  ): Promise<boolean> {
    return this.update(
      file,
      'lease_until = now() + make_interval(secs => $3), row_count = $4, expected_rows = $5',
      [leaseSeconds, rows, expectedRows ?? null],
    );
  }

  /** Gives the export back, to be taken by the next worker. */
  release(file: ClaimedExport): Promise<boolean> {
    return this.update(file, `state = 'queued', lease_token = NULL, lease_until = NULL, attempts = 0`, []);
  }

  complete(file: ClaimedExport, { fileName, rowCount, sizeBytes, note }: WrittenFile): Promise<boolean> {
    return this.update(
      file,
      `state = 'complete', lease_token = NULL, lease_until = NULL, finished_at = now(),
       file_name = $3, row_count = $4, size_bytes = $5, note = $6`,
      [fileName, rowCount, sizeBytes, note ?? null],
    );
  }

  fail(file: ClaimedExport, code: string, message: string): Promise<boolean> {
    return this.update(
      file,
      `state = 'failed', lease_token = NULL, lease_until = NULL, finished_at = now(),
       failure_code = $3, failure_message = $4`,
      [code, message],
    );
  }

  /** Forgets exports, and answers the names of their files. */
  async delete(kind: ExportKind, subjectId: string): Promise<string[]> {
    return this.remove(`kind = $1 AND subject_id = $2`, [kind, subjectId]);
  }

  async deleteExpired(): Promise<string[]> {
    return this.remove(`expires_at < now()`, []);
  }

  /** Which of the files on disk belong to an export. */
  async findNeeded(fileNames: readonly string[]): Promise<Set<string>> {
    const rows = await this.uow.manager.query<{ name: string }[]>(
      `SELECT file_name AS name FROM export_files WHERE file_name = ANY($1)`,
      [fileNames],
    );
    return new Set(rows.map(({ name }) => name));
  }

  private async remove(condition: string, params: unknown[]): Promise<string[]> {
    const rows = await this.uow.manager.query<[{ name: string | null }[], number]>(
      `DELETE FROM export_files WHERE ${condition} RETURNING file_name AS name`,
      params,
    );
    return rows[0].flatMap(({ name }) => name ?? []);
  }

  // `change` is written here, never by a caller.
  private async update(file: ClaimedExport, change: string, values: unknown[]): Promise<boolean> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE export_files SET ${change} WHERE id = $1 AND lease_token = $2`,
      [file.id, file.leaseToken, ...values],
    );
    return affected === 1;
  }
}
