import type { Interval } from '../../../kernel/interval.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import { areCounted, type Filter, filtersSql } from '../conversations/filter-sql.js';

/** Which messages: those that began in the interval, within the scope, that pass all filters. */
export interface MessageCriteria {
  interval: Interval;
  filters: readonly Filter[];
}

/** The counts are per quarter of an hour. */
export const QUARTER_MS = 900_000;

const COUNTED_COLUMNS = `campaign_id, division_id, contact_list_id, integration_id, disposition, delivery_status,
  provider_error_code, provider_error_text, provider_error_detail`;

/** The criteria as a condition over the interactions. */
export function criteriaSql(scope: DivisionScope, criteria: MessageCriteria, params: unknown[]): string {
  return `${spanSql(criteria.interval, params)} AND ${withoutTimeSql(scope, criteria, params)}`;
}

/**
 * What sums over the criteria are read from: rows with the counted columns, `started_at`, and `n` for how many
 * messages each stands for. Whole quarters of an hour come from the counts, and the ragged ends of the interval from
 * the interactions; so the sum of a month costs about what the sum of an hour does. Criteria or sums that the counts do
 * not know (`useCounts` false) are read from the interactions alone.
 */
export function summableSql(
  scope: DivisionScope,
  criteria: MessageCriteria,
  { params, useCounts = true }: { params: unknown[]; useCounts?: boolean },
): string {
  const { start, end } = criteria.interval;
  const from = new Date(Math.ceil(start.getTime() / QUARTER_MS) * QUARTER_MS);
  const to = new Date(Math.floor(end.getTime() / QUARTER_MS) * QUARTER_MS);
  const where = (span: string): string => `${span} AND ${withoutTimeSql(scope, criteria, params)}`;
  if (!useCounts || from >= to || !areCounted(criteria.filters)) {
    return `(SELECT *, 1 AS n FROM interactions WHERE ${where(spanSql(criteria.interval, params))})`;
  }
  const edges = [
    { start, end: from },
    { start: to, end },
  ].filter((edge) => edge.start < edge.end);
  const parts = [
    `SELECT started_at, ${COUNTED_COLUMNS}, messages AS n FROM interaction_counts
      WHERE ${where(spanSql({ start: from, end: to }, params))}`,
    ...edges.map(
      (edge) =>
        `SELECT started_at, ${COUNTED_COLUMNS}, 1 FROM interactions WHERE ${where(spanSql(edge, params))}`,
    ),
  ];
  return `(${parts.join(' UNION ALL ')})`;
}

function spanSql({ start, end }: Interval, params: unknown[]): string {
  params.push(start, end);
  return `started_at >= $${params.length - 1}::timestamptz AND started_at < $${params.length}::timestamptz`;
}

function withoutTimeSql(scope: DivisionScope, { filters }: MessageCriteria, params: unknown[]): string {
  return `${scopeSql(scope, 'division_id', params)} AND ${filtersSql(filters, params)}`;
}
