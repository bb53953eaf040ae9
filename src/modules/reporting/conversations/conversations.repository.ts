import { Injectable } from '@nestjs/common';
import { pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import type { Order, OrderBy } from './conversation-query.dto.js';
import { type Dimension, dimensionSource } from './dimensions.js';
import { type Filter, filtersSql } from './filter-sql.js';
import type { Interval } from '../../../kernel/interval.js';

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

/** Which messages: those that began in the interval, within the scope, that pass all filters. */
export interface MessageCriteria {
  interval: Interval;
  filters: readonly Filter[];
}

export interface TermCount {
  value: string;
  count: number;
}

const MESSAGE = `
  SELECT message_id, campaign_id, division_id, contact_list_id, contact_id, address, integration_id, wamid,
         started_at, settled_at, disposition, delivery_status, sent_at, published_at, delivered_at, read_at,
         failed_at, delivery_changed_at, provider_error_code, provider_error_text, provider_error_detail
    FROM interactions`;

const ORDER_COLUMN: Record<OrderBy, string> = {
  conversationStart: 'started_at',
  segmentStart: 'started_at',
  conversationEnd: 'settled_at',
  segmentEnd: 'settled_at',
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
    const where = whereSql(scope, criteria, params);
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

  async count(scope: DivisionScope, criteria: MessageCriteria): Promise<number> {
    const params: unknown[] = [];
    const [row] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM interactions WHERE ${whereSql(scope, criteria, params)}`,
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
    if (source.kind === 'constant') {
      const total = await this.count(scope, criteria);
      return { total, terms: total > 0 ? [{ value: source.value, count: total }] : [] };
    }
    const params: unknown[] = [];
    const where = whereSql(scope, criteria, params);
    params.push(terms.limit);
    const rows = await this.uow.manager.query<(TermCount & { total: number })[]>(
      `SELECT (${source.sql})::text AS value, count(*)::int AS count, (sum(count(*)) OVER ())::int AS total
         FROM interactions
        WHERE ${where} AND ${source.sql} IS NOT NULL
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $${params.length}`,
      params,
    );
    return { total: rows[0]?.total ?? 0, terms: rows.map(({ value, count }) => ({ value, count })) };
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

function whereSql(scope: DivisionScope, { interval, filters }: MessageCriteria, params: unknown[]): string {
  params.push(interval.start, interval.end);
  return [
    `started_at >= $${params.length - 1}::timestamptz AND started_at < $${params.length}::timestamptz`,
    scopeSql(scope, 'division_id', params),
    filtersSql(filters, params),
  ].join(' AND ');
}
