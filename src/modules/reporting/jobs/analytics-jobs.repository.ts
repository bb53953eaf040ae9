import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

export type JobKind = 'details' | 'aggregates';

export interface AnalyticsJob {
  id: string;
  query: unknown;
  submittedAt: Date;
  expiresAt: Date;
  isExpired: boolean;
}

const LIFETIME = '3 days';

@Injectable()
export class AnalyticsJobsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async insert(kind: JobKind, query: object): Promise<string> {
    const [row] = await this.uow.manager.query<[{ id: string }]>(
      `INSERT INTO analytics_jobs (kind, query, expires_at)
       VALUES ($1, $2, now() + interval '${LIFETIME}') RETURNING id`,
      [kind, JSON.stringify(query)],
    );
    return row.id;
  }

  async find(kind: JobKind, id: string): Promise<AnalyticsJob | undefined> {
    const [row] = await this.uow.manager.query<AnalyticsJob[]>(
      `SELECT id, query, submitted_at AS "submittedAt", expires_at AS "expiresAt",
              expires_at <= now() AS "isExpired"
         FROM analytics_jobs WHERE id = $1 AND kind = $2`,
      [id, kind],
    );
    return row;
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM analytics_jobs WHERE id = $1`, [id]);
  }

  /** Forgets jobs a while after they expired. */
  async deleteOld(): Promise<void> {
    await this.uow.manager.query(
      `DELETE FROM analytics_jobs WHERE expires_at < now() - interval '${LIFETIME}'`,
    );
  }
}
