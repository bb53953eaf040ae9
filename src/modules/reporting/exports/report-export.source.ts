import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type Caller, type DivisionScope, isInScope } from '../../access/index.js';
import {
  type ExportContent,
  type ExportLimits,
  type ExportSource,
  type ExportSubject,
  ExportsService,
} from '../../exports/index.js';
import { ConversationsRepository } from '../conversations/conversations.repository.js';
import { toCriteria } from '../conversations/message-criteria.js';
import { InteractionMonths } from '../interactions/interaction-months.js';
import { criteriaSql, type MessageCriteria } from '../interactions/interaction-source.js';
import { momentPattern } from './moment-pattern.js';
import { inOrder, REPORT_COLUMNS } from './report-columns.js';
import type { ReportExportDto } from './report-export.dto.js';
import { readReportFilter } from './report-filter.js';

/** Stored with an export: what was asked for, and the divisions whose interactions whoever asked could see then. */
export interface ReportExportOptions {
  request: ReportExportDto;
  scope: DivisionScope;
}

/** Whose interactions a caller may have in a file. */
export const EXPORTED = 'analytics:conversationDetail:view';

const MEGABYTE = 1_000_000;

const FROM = `
  interactions
  LEFT JOIN (SELECT campaign_id AS named_campaign, name AS campaign_name FROM messaging_campaign_names_v) c
    ON c.named_campaign = campaign_id
  LEFT JOIN (SELECT contact_list_id AS named_list, name AS contact_list_name FROM contact_list_names_v) l
    ON l.named_list = contact_list_id`;

/** Interactions as rows of a file, the oldest first. */
@Injectable()
export class ReportExportSource implements ExportSource, OnModuleInit {
  readonly kind = 'conversations';
  private readonly limits: ExportLimits;

  constructor(
    private readonly exports: ExportsService,
    private readonly conversations: ConversationsRepository,
    private readonly months: InteractionMonths,
    { reportExportMaxRows: rows, reportExportMaxMegabytes: megabytes }: Config,
  ) {
    const how = 'narrow the interval or the filter, or fetch the interactions by a details job.';
    this.limits = {
      rows,
      bytes: megabytes * MEGABYTE,
      notes: {
        rows: `Cut: there are more interactions than the ${rows} that a file may hold; ${how}`,
        bytes: `Cut: there are more interactions than the ${megabytes} MB that a file may hold; ${how}`,
      },
    };
  }

  onModuleInit(): void {
    this.exports.register(this);
  }

  check(caller: Caller, subject: ExportSubject): Promise<void> {
    const { scope } = subject.options as unknown as ReportExportOptions;
    const isAllowed =
      caller.identity.subjectId === subject.ownerId &&
      caller.can('analytics:dataExport:view') &&
      covers(caller.scope(EXPORTED), scope);
    if (isAllowed) return Promise.resolve();
    return Promise.reject(
      new ApiError(
        'not-found',
        'download.not.found',
        'There is no such file, or it holds what you may not see.',
      ),
    );
  }

  async open({ options }: ExportSubject): Promise<ExportContent> {
    const { request, scope } = options as unknown as ReportExportOptions;
    const criteria = criteriaOf(request);
    const columns = inOrder(request.selectedColumns).map((name) => REPORT_COLUMNS[name]);
    // A cursor takes no parameter that it does not use.
    const hasMoments = columns.some(({ kind }) => kind === 'moment');
    const params: unknown[] = hasMoments ? [request.timeZone, momentPattern(request.locale)] : [];
    const cells = columns.map(({ kind, sql }) =>
      kind === 'moment' ? `to_char((${sql}) AT TIME ZONE $1::text, $2::text)` : sql,
    );
    const sql = `SELECT ${cells.join(', ')} FROM ${FROM} WHERE ${criteriaSql(scope, criteria, params)}
                  ORDER BY started_at, message_id`;
    return {
      columns: columns.map((column) => ({
        name: column.label,
        safe: 'safe' in column ? column.safe : undefined,
      })),
      limits: { ...this.limits, gone: await this.explainGone(criteria) },
      expectedRows: Math.min(await this.conversations.count(scope, criteria), this.limits.rows),
      query: { sql, params },
    };
  }

  private async explainGone({ interval }: MessageCriteria): Promise<string | undefined> {
    const goneUntil = await this.months.goneUntil();
    if (!goneUntil || interval.start >= goneUntil) return undefined;
    return `Cut: interactions that began before ${goneUntil.toISOString()} are no longer kept.`;
  }
}

/** Throws 400 for more values than can be searched by. */
export function criteriaOf({ interval, filter }: ReportExportDto): MessageCriteria {
  const read = readReportFilter(filter);
  if ('problems' in read) throw new Error('The filter was checked when it came');
  return toCriteria({ interval, segmentFilters: read.filters });
}

/** True when all divisions of `needed` are within `held`. */
function covers(held: DivisionScope, needed: DivisionScope): boolean {
  if (needed.kind === 'all') return held.kind === 'all';
  return needed.ids.every((id) => isInScope(held, id));
}
