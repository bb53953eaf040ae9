import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { selectionSql } from '../contacts/contact-selection.repository.js';
import { ContactUse } from '../contacts/contact-use.js';
import type {
  BulkSelection,
  BulkType,
  ClaimedBulkJob,
  ContactBulkJob,
  ContactChanges,
} from './contact-bulk-job.js';

const LISTED_JOBS = 10;

const JOB = `
  id, contact_list_id AS "contactListId", type, state, selection, changes, backup_id AS "backupId",
  total_records AS "totalRecords", completed_records AS "completedRecords", failure_code AS "failureCode",
  failure_message AS "failureMessage"`;

const INSERT = `
  INSERT INTO contact_bulk_jobs (contact_list_id, type, selection, changes, backup_id, last_seq)
  SELECT $1, $2, $3, $4, $5, coalesce((SELECT max(seq) FROM contacts WHERE contact_list_id = $1), 0)
  RETURNING ${JOB}`;

const CLAIM = `
  WITH claimed AS (
    UPDATE contact_bulk_jobs
       SET state = 'running', lease_token = gen_random_uuid(), lease_until = now() + make_interval(secs => $2),
           attempts = attempts + 1
     WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
    RETURNING *)
  SELECT ${JOB}, lease_token AS "leaseToken", attempts FROM claimed`;

const FINISHED = `lease_token = NULL, lease_until = NULL, finished_at = now()`;

/** What became of a batch. */
export interface BulkBatch {
  /** Contacts looked at; none when the job is through. */
  taken: number;
  deleted: number;
}

/** The table of bulk jobs, and their batches. A batch and its progress are one transaction under the lease. */
@Injectable()
export class ContactBulkJobsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly use: ContactUse,
  ) {}

  async insert(
    contactListId: string,
    job: { type: BulkType; selection: BulkSelection; changes?: ContactChanges; backupId?: string },
  ): Promise<ContactBulkJob> {
    const [row] = await this.uow.manager.query<[ContactBulkJob]>(INSERT, [
      contactListId,
      job.type,
      job.selection,
      job.changes ?? null,
      job.backupId ?? null,
    ]);
    return row;
  }

  /** The newest jobs of a list. */
  findNewest(contactListId: string): Promise<ContactBulkJob[]> {
    return this.uow.manager.query<ContactBulkJob[]>(
      `SELECT ${JOB} FROM contact_bulk_jobs WHERE contact_list_id = $1
        ORDER BY created_at DESC, id LIMIT ${LISTED_JOBS}`,
      [contactListId],
    );
  }

  async find(id: string): Promise<ContactBulkJob | undefined> {
    const [job] = await this.uow.manager.query<ContactBulkJob[]>(
      `SELECT ${JOB} FROM contact_bulk_jobs WHERE id = $1`,
      [id],
    );
    return job;
  }

  /** Jobs that a worker should take: waiting, or left by a dead worker. */
  async findDue(): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT id FROM contact_bulk_jobs
        WHERE state = 'queued' OR (state = 'running' AND lease_until < now()) ORDER BY created_at LIMIT 100`,
    );
    return rows.map(({ id }) => id);
  }

  /** The job that waits for a backup. */
  async findByBackup(backupId: string): Promise<string | undefined> {
    const [row] = await this.uow.manager.query<{ id: string }[]>(
      `SELECT id FROM contact_bulk_jobs WHERE backup_id = $1 AND state IN ('queued', 'running')`,
      [backupId],
    );
    return row?.id;
  }

  async claim(id: string, leaseSeconds: number): Promise<ClaimedBulkJob | undefined> {
    const [job] = await this.uow.manager.query<ClaimedBulkJob[]>(CLAIM, [id, leaseSeconds]);
    return job;
  }

  /** Counts the contacts of the job; false when the lease went to somebody else. */
  setTotal(job: ClaimedBulkJob, totalRecords: number): Promise<boolean> {
    return this.update(job, 'total_records = $3', [totalRecords]);
  }

  /** Works off the next contacts, in the order of seq; undefined when the lease went to somebody else. */
  async workOff(job: ClaimedBulkJob, size: number, leaseSeconds: number): Promise<BulkBatch | undefined> {
    const rows = await this.uow.manager.query<{ done: string; last: string }[]>(
      `SELECT done_seq AS done, last_seq AS last FROM contact_bulk_jobs
        WHERE id = $1 AND lease_token = $2 FOR UPDATE`,
      [job.id, job.leaseToken],
    );
    const [place] = rows;
    if (!place) return undefined;
    const seqs = await this.lockNext(job, place, size);
    if (seqs.length === 0) return { taken: 0, deleted: 0 };
    const changed = job.changes ? await this.edit(seqs, job.changes) : await this.delete(seqs);
    await this.update(
      job,
      `done_seq = $3, completed_records = completed_records + $4, skipped_records = skipped_records + $5,
       attempts = 0, lease_until = now() + make_interval(secs => $6)`,
      [seqs.at(-1), seqs.length, seqs.length - changed, leaseSeconds],
    );
    return { taken: seqs.length, deleted: job.changes ? 0 : changed };
  }

  renewLease(job: ClaimedBulkJob, leaseSeconds: number): Promise<boolean> {
    return this.update(job, 'lease_until = now() + make_interval(secs => $3)', [leaseSeconds]);
  }

  release(job: ClaimedBulkJob): Promise<boolean> {
    return this.update(job, `state = 'queued', lease_token = NULL, lease_until = NULL, attempts = 0`, []);
  }

  complete(job: ClaimedBulkJob): Promise<boolean> {
    return this.update(job, `state = 'complete', total_records = completed_records, ${FINISHED}`, []);
  }

  fail(job: ClaimedBulkJob, code: string, message: string): Promise<boolean> {
    return this.update(job, `state = 'failed', failure_code = $3, failure_message = $4, ${FINISHED}`, [
      code,
      message,
    ]);
  }

  private async lockNext(
    { contactListId, selection: { at, ...selected } }: ClaimedBulkJob,
    { done, last }: { done: string; last: string },
    size: number,
  ): Promise<string[]> {
    const params: unknown[] = [];
    const condition = selectionSql({ contactListId, ...selected, now: new Date(at) }, params);
    const [from, to, limit] = [params.push(done), params.push(last), params.push(size)];
    const rows = await this.uow.manager.query<{ seq: string }[]>(
      `SELECT c.seq FROM contacts c WHERE ${condition} AND c.seq > $${from} AND c.seq <= $${to}
        ORDER BY c.seq LIMIT $${limit} FOR UPDATE`,
      params,
    );
    return rows.map(({ seq }) => seq);
  }

  private async delete(seqs: readonly string[]): Promise<number> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `DELETE FROM contacts c WHERE c.seq = ANY($1::bigint[]) AND NOT ${this.use.sql('c')}`,
      [seqs],
    );
    return affected;
  }

  private async edit(seqs: readonly string[], changes: ContactChanges): Promise<number> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE contacts c
          SET data = c.data || $2::jsonb, whatsapp_ids = (c.whatsapp_ids - $3::text[]) || $4::jsonb,
              callable = coalesce($5, c.callable), contactable = coalesce($6, c.contactable),
              uncontactable_columns = coalesce($7::text[], c.uncontactable_columns), updated_at = now()
        WHERE c.seq = ANY($1::bigint[])`,
      [
        seqs,
        changes.data,
        Object.keys(changes.data),
        changes.whatsappIds,
        changes.callable ?? null,
        changes.contactable ?? null,
        changes.uncontactableColumns ?? null,
      ],
    );
    return affected;
  }

  // `change` is written here, never by a caller.
  private async update(job: ClaimedBulkJob, change: string, values: unknown[]): Promise<boolean> {
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE contact_bulk_jobs SET ${change} WHERE id = $1 AND lease_token = $2`,
      [job.id, job.leaseToken, ...values],
    );
    return affected === 1;
  }
}
