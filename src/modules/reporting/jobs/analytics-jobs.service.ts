import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { ApiError } from '../../../platform/errors/api-error.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionScope } from '../../access/index.js';
import { MessageChanges } from '../../dispatch/index.js';
import type { AggregateJobResultView, AsyncAggregateQueryDto } from '../aggregates/aggregate-query.dto.js';
import { AggregatesService } from '../aggregates/aggregates.service.js';
import { ConversationsRepository } from '../conversations/conversations.repository.js';
import { toConversation } from '../conversations/conversation-view.js';
import { toCriteria } from '../conversations/message-criteria.js';
import type {
  DetailsJobDto,
  DetailsJobResultView,
  JobCreatedView,
  JobStatusView,
} from './analytics-job.dto.js';
import { type AnalyticsJob, AnalyticsJobsRepository, type JobKind } from './analytics-jobs.repository.js';
import { readCursor, writeCursor } from './job-cursor.js';

const DEFAULT_PAGE = 1_000;
const MAX_PAGE = 10_000;
const DEFAULT_GROUPS = 100;

/**
 * Queries whose results are fetched page by page. A job is the query and no more: each page is read when it is asked
 * for, where the one before ended, and shows what whoever asks may see. So it is fulfilled at once, takes no room, and no
 * result is lost with a process. Messages that begin after the job was submitted are not in it.
 */
@Injectable()
export class AnalyticsJobs {
  constructor(
    private readonly jobs: AnalyticsJobsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly aggregates: AggregatesService,
    private readonly changes: MessageChanges,
  ) {}

  async submit(kind: JobKind, query: DetailsJobDto | AsyncAggregateQueryDto): Promise<JobCreatedView> {
    if (kind === 'details') toCriteria(query);
    return { jobId: await this.jobs.insert(kind, query) };
  }

  /** Throws 404 when there is no such job. */
  async status(kind: JobKind, id: string): Promise<JobStatusView> {
    const { isExpired, submittedAt, expiresAt } = await this.get(kind, id);
    return {
      state: isExpired ? 'EXPIRED' : 'FULFILLED',
      submissionDate: toWireDate(submittedAt),
      completionDate: toWireDate(submittedAt),
      expirationDate: toWireDate(expiresAt),
    };
  }

  async delete(kind: JobKind, id: string): Promise<void> {
    await this.jobs.delete((await this.get(kind, id)).id);
  }

  async detailsResults(
    scope: DivisionScope,
    id: string,
    { cursor, pageSize = DEFAULT_PAGE }: { cursor?: string; pageSize?: number },
  ): Promise<DetailsJobResultView> {
    const job = await this.getReadable('details', id);
    const query = job.query as DetailsJobDto;
    const { interval, filters } = toCriteria(query);
    const at = cursor === undefined ? { seen: 0 } : readCursor(cursor);
    const left = query.limit === undefined ? MAX_PAGE : query.limit - at.seen;
    const dataAvailabilityDate = await this.availableUntil();
    const end = new Date(Math.min(interval.end.getTime(), job.submittedAt.getTime()));
    if (left <= 0 || end <= interval.start) return { conversations: [], dataAvailabilityDate };
    const { rows, next } = await this.conversations.findAfter(
      scope,
      { interval: { start: interval.start, end }, filters },
      { by: query.orderBy ?? 'conversationStart', direction: query.order ?? 'asc' },
      { after: at.after, limit: Math.min(pageSize, MAX_PAGE, left) },
    );
    const seen = at.seen + rows.length;
    const isLast = !next || (query.limit !== undefined && seen >= query.limit);
    return {
      conversations: rows.map(toConversation),
      cursor: isLast ? undefined : writeCursor({ seen, after: next }),
      dataAvailabilityDate,
    };
  }

  async aggregateResults(
    scope: DivisionScope,
    id: string,
    cursor: string | undefined,
  ): Promise<AggregateJobResultView> {
    const job = await this.getReadable('aggregates', id);
    const query = job.query as AsyncAggregateQueryDto;
    const { results } = await this.aggregates.query(scope, query);
    const from = cursor === undefined ? 0 : readCursor(cursor).seen;
    const to = from + (query.pageSize ?? DEFAULT_GROUPS);
    return {
      results: results.slice(from, to),
      cursor: to < results.length ? writeCursor({ seen: to }) : undefined,
    };
  }

  /** Everything that happened before is in the interactions. */
  async availableUntil(): Promise<string> {
    return toWireDate((await this.changes.oldestWaitingAt()) ?? new Date());
  }

  private async getReadable(kind: JobKind, id: string): Promise<AnalyticsJob> {
    const job = await this.get(kind, id);
    if (!job.isExpired) return job;
    throw new ApiError('invalid', 'job.expired', 'The job {jobId} has expired; submit it again.', {
      params: { jobId: id },
    });
  }

  private async get(kind: JobKind, id: string): Promise<AnalyticsJob> {
    const job = isUUID(id, 'loose') ? await this.jobs.find(kind, id) : undefined;
    if (job) return job;
    throw new ApiError('not-found', 'not.found', 'There is no job with the id {jobId}.', {
      params: { jobId: id },
    });
  }
}
