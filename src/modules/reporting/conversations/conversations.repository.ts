import { Injectable } from '@nestjs/common';
import { pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import { criteriaSql, type MessageCriteria, summableSql } from '../interactions/interaction-source.js';
import type { Order, OrderBy } from './conversation-query.dto.js';
import { type Dimension, dimensionSource, isCounted } from './dimensions.js';
import { type NumericRange, rangeSql } from './filter-sql.js';
import { type MessageMetric, metricSource } from './message-metrics.js';

/** An interaction: a message for which a call to the provider has begun, as it was a moment ago. */
export interface MessageRow {
  message_id: string;
  campaign_id: string;
  division_id: string;
  contact_list_id: string;
  contact_id: string;
  address: string | null;
  integration_id: string | null;
  wamid: string | null;
  started_at: Date;
  settled_at: Date | null;
  disposition: string | null;
  delivery_status: string | null;
  sent_at: Date | null;
  published_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  failed_at: Date | null;
  delivery_changed_at: Date | null;
  provider_error_code: number | null;
  provider_error_text: string | null;
  provider_error_detail: string | null;
}

export interface TermCount {
  value: string;
  count: number;
}

/** Where a page by cursor goes on: the value it is ordered by, as PostgreSQL writes it, and the id. */
export interface PageCursor {
  at: string;
  id: string;
}

const MESSAGE_COLUMNS = `message_id, campaign_id, division_id, contact_list_id, contact_id, address, integration_id, wamid,
  started_at, settled_at, disposition, delivery_status, sent_at, published_at, delivered_at, read_at, failed_at,
  delivery_changed_at, provider_error_code, provider_error_text, provider_error_detail`;
const MESSAGE = `SELECT ${MESSAGE_COLUMNS} FROM interactions`;

const ORDER_COLUMN: Record<OrderBy, string> = {
  conversationStart: 'started_at',
  segmentStart: 'started_at',
  conversationEnd: 'settled_at',
  segmentEnd: 'settled_at',
};

// An unfinished message has no end; by cursor it is last, as it is by page.
const CURSOR_COLUMN: Record<OrderBy, string> = {
  conversationStart: 'started_at',
  segmentStart: 'started_at',
  conversationEnd: `coalesce(settled_at, 'infinity')`,
  segmentEnd: `coalesce(settled_at, 'infinity')`,
};

@Injectable()
export class ConversationsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** One page in time order. By start it is read off the index interactions_by_time, without a sort. */
  async findPage(
    scope: DivisionScope,
    criteria: MessageCriteria,
    order: { by: OrderBy; direction: Order },
    page: PageRequest,
  ): Promise<MessageRow[]> {
    const params: unknown[] = [];
    const where = criteriaSql(scope, criteria, params);
    const direction = order.direction === 'desc' ? 'DESC' : 'ASC';
    params.push(page.pageSize, pageOffset(page));
    return this.uow.manager.query<MessageRow[]>(
      `${MESSAGE}
       WHERE ${where}
       ORDER BY ${ORDER_COLUMN[order.by]} ${direction}, message_id ${direction}
       LIMIT $${params.length - 1} OFFSET $${params.length}`,
      params,
    );
  }

  /**
   * The next of the messages, in time order, after the cursor. Its cost does not grow with the pages before it.
   * Unfinished messages come last when ordered by their end.
   */
  async findAfter(
    scope: DivisionScope,
    criteria: MessageCriteria,
    order: { by: OrderBy; direction: Order },
    { after, limit }: { after?: PageCursor; limit: number },
  ): Promise<{ rows: MessageRow[]; next?: PageCursor }> {
    const params: unknown[] = [];
    const where = criteriaSql(scope, criteria, params);
    const column = CURSOR_COLUMN[order.by];
    const [direction, comparison] = order.direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
    if (after) params.push(after.at, after.id);
    const beyond = after
      ? `AND (${column}, message_id) ${comparison} ($${params.length - 1}::timestamptz, $${params.length}::uuid)`
      : '';
    params.push(limit + 1);
    const found = await this.uow.manager.query<(MessageRow & { at: string })[]>(
      `SELECT ${MESSAGE_COLUMNS}, (${column})::text AS at FROM interactions
        WHERE ${where} ${beyond}
        ORDER BY ${column} ${direction}, message_id ${direction} LIMIT $${params.length}`,
      params,
    );
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows, next: found.length > limit && last ? { at: last.at, id: last.message_id } : undefined };
  }

  async count(scope: DivisionScope, criteria: MessageCriteria): Promise<number> {
    const params: unknown[] = [];
    const [row] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT coalesce(sum(n), 0)::int AS total FROM ${summableSql(scope, criteria, { params })} m`,
      params,
    );
    return row.total;
  }

  /** The most frequent values of a dimension, and how many messages have any value. */
  async countTerms(
    scope: DivisionScope,
    criteria: MessageCriteria,
    terms: { dimension: Dimension; limit: number },
  ): Promise<{ total: number; terms: TermCount[] }> {
    const source = dimensionSource(terms.dimension);
    if (source.kind === 'absent') return { total: 0, terms: [] };
    if (source.kind === 'constant') {
      const total = await this.count(scope, criteria);
      return { total, terms: total > 0 ? [{ value: source.value, count: total }] : [] };
    }
    const params: unknown[] = [];
    const from = summableSql(scope, criteria, { params, useCounts: isCounted(terms.dimension) });
    params.push(terms.limit);
    const rows = await this.uow.manager.query<(TermCount & { total: number })[]>(
      `SELECT (${source.sql})::text AS value, sum(n)::int AS count, (sum(sum(n)) OVER ())::int AS total
         FROM ${from} m
        WHERE ${source.sql} IS NOT NULL
        GROUP BY 1 HAVING sum(n) > 0 ORDER BY 2 DESC, 1 LIMIT $${params.length}`,
      params,
    );
    return { total: rows[0]?.total ?? 0, terms: rows.map(({ value, count }) => ({ value, count })) };
  }

  /** How many messages have a metric at all, and how many have it within each range. */
  async countRanges(
    scope: DivisionScope,
    criteria: MessageCriteria,
    { metric, ranges }: { metric: MessageMetric; ranges: readonly NumericRange[] },
  ): Promise<{ total: number; counts: number[] }> {
    const params: unknown[] = [];
    const { sql, counted } = metricSource(metric);
    const from = summableSql(scope, criteria, { params, useCounts: counted });
    const columns = ranges.map(
      (range) => `coalesce(sum(n) FILTER (WHERE ${rangeSql('value', range, params)}), 0)::int`,
    );
    const [row] = await this.uow.manager.query<[{ total: number; counts: number[] }]>(
      `SELECT coalesce(sum(n) FILTER (WHERE value IS NOT NULL), 0)::int AS total, ARRAY[${columns.join(', ')}] AS counts
         FROM (SELECT (${sql})::float8 AS value, n FROM ${from} m) v`,
      params,
    );
    return row;
  }

  /** The messages with these ids that are within the scope, in no particular order. */
  async findByIds(scope: DivisionScope, ids: readonly string[]): Promise<MessageRow[]> {
    const params: unknown[] = [ids];
    return this.uow.manager.query<MessageRow[]>(
      `${MESSAGE} WHERE message_id = ANY($1::uuid[]) AND ${scopeSql(scope, 'division_id', params)}`,
      params,
    );
  }
}
