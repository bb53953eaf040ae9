import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { SyncResult } from '../templates/index.js';

/** What a sync brought. */
export interface SyncReport extends SyncResult {
  /** Templates that a response can't express, with the reason. */
  skipped: { name: string; language: string; reason: string }[];
}

/** The newest sync of an integration. */
export interface TemplateSync {
  integrationId: string;
  requestedAt: Date;
  /** The same to the microsecond, which a Date would lose. */
  request: string;
  /** WhatsApp is to be asked, however fresh our knowledge is. */
  reread: boolean;
  isWaiting: boolean;
  finishedAt: Date | null;
  error: string | null;
  result: SyncReport | null;
}

const COLUMNS = `
  integration_id AS "integrationId", requested_at AS "requestedAt", requested_at::text AS request, reread,
  done_request_at IS DISTINCT FROM requested_at AS "isWaiting", finished_at AS "finishedAt", error, result`;

@Injectable()
export class TemplateSyncsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async find(integrationId: string): Promise<TemplateSync | undefined> {
    const [row] = await this.uow.manager.query<TemplateSync[]>(
      `SELECT ${COLUMNS} FROM template_syncs WHERE integration_id = $1`,
      [integrationId],
    );
    return row;
  }

  /** Asks for a sync; one that waits already takes this one along. */
  async request(integrationId: string, reread: boolean): Promise<TemplateSync> {
    const [row] = await this.uow.manager.query<[TemplateSync]>(
      `INSERT INTO template_syncs AS s (integration_id, reread) VALUES ($1, $2)
       ON CONFLICT (integration_id) DO UPDATE
          SET requested_at = clock_timestamp(),
              reread = excluded.reread OR (s.reread AND s.done_request_at IS DISTINCT FROM s.requested_at)
       RETURNING ${COLUMNS}`,
      [integrationId, reread],
    );
    return row;
  }

  /** Notes how a sync ended. One that was asked for meanwhile goes on waiting. */
  async finish(sync: TemplateSync, outcome: { result?: SyncReport; error?: string }): Promise<void> {
    await this.uow.manager.query(
      `UPDATE template_syncs
          SET finished_at = clock_timestamp(), error = $3, result = coalesce($4, result),
              done_request_at = CASE WHEN $3::text IS NULL THEN $2::timestamptz ELSE done_request_at END
        WHERE integration_id = $1`,
      [
        sync.integrationId,
        sync.request,
        outcome.error ?? null,
        outcome.result ? JSON.stringify(outcome.result) : null,
      ],
    );
  }

  /** Of these integrations those whose sync waits for longer than `idleMs`. */
  async findNeglected(integrationIds: readonly string[], idleMs: number): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT integration_id AS id FROM template_syncs
        WHERE integration_id = ANY ($1::uuid[]) AND done_request_at IS DISTINCT FROM requested_at
          AND greatest(requested_at, finished_at) < now() - $2 * interval '1 millisecond'`,
      [integrationIds, idleMs],
    );
    return rows.map(({ id }) => id);
  }

  /** Of these integrations those that were never synced, or not for `maxAgeMs`. */
  async findDue(integrationIds: readonly string[], maxAgeMs: number): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT i.id FROM unnest($1::uuid[]) AS i (id) LEFT JOIN template_syncs s ON s.integration_id = i.id
        WHERE s.integration_id IS NULL
           OR (s.done_request_at = s.requested_at AND s.requested_at < now() - $2 * interval '1 millisecond')`,
      [integrationIds, maxAgeMs],
    );
    return rows.map(({ id }) => id);
  }
}
