import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { DivisionScope } from '../../access/index.js';
import { type Dimension, dimensionSource, isCounted } from '../conversations/dimensions.js';
import { type MessageMetric, metricSource } from '../conversations/message-metrics.js';
import { type MessageCriteria, summableSql } from '../interactions/interaction-source.js';
import type { Granularity } from './granularity.js';

export interface AggregateRequest {
  criteria: MessageCriteria;
  groupBy: readonly Dimension[];
  metrics: readonly MessageMetric[];
  /** One bucket for all of the interval when there is none. */
  granularity?: Granularity;
  timeZone: string;
  /** Greatest number of rows, which are groups in buckets. */
  limit: number;
}

/** One group in one bucket; values and sums are in the order they were asked for. */
export interface AggregateRow {
  values: (string | null)[];
  starts_at: Date;
  ends_at: Date;
  sums: number[];
}

@Injectable()
export class AggregatesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Sums per group and bucket, by group and then time. A bucket that the interval cuts is cut. */
  async find(scope: DivisionScope, request: AggregateRequest): Promise<AggregateRow[]> {
    const { criteria, groupBy, metrics, granularity, limit } = request;
    const params: unknown[] = [];
    const useCounts = groupBy.every(isCounted) && (granularity?.wholeQuarters ?? true);
    const from = summableSql(scope, criteria, { params, useCounts });
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const start = bind(criteria.interval.start);
    const end = bind(criteria.interval.end);
    const zone = bind(request.timeZone);
    const bucket = granularity ? bucketSql(granularity, { start, zone }) : `${start}::timestamptz`;
    const bucketEnd = granularity
      ? `((bucket AT TIME ZONE ${zone} + interval '${granularity.length}') AT TIME ZONE ${zone})`
      : `${end}::timestamptz`;
    const values = groupBy.map((dimension) => `(${valueSql(dimension)})::text`);
    const sums = metrics.map((metric) => `coalesce(sum(n * (${metricSource(metric).sql})), 0)::int`);
    return this.uow.manager.query<AggregateRow[]>(
      `SELECT "values", greatest(bucket, ${start}::timestamptz) AS starts_at,
              least(${bucketEnd}, ${end}::timestamptz) AS ends_at, sums
         FROM (SELECT ARRAY[${values.join(', ')}]::text[] AS "values", ${bucket} AS bucket,
                      ARRAY[${sums.join(', ')}] AS sums, ${zone}::text AS zone
                 FROM ${from} m GROUP BY 1, 2 HAVING sum(n) > 0) g
        ORDER BY "values", bucket LIMIT ${bind(limit)}`,
      params,
    );
  }
}

function valueSql(dimension: Dimension): string {
  const source = dimensionSource(dimension);
  if (source.kind === 'absent') return 'NULL';
  // The value of a constant is ours and has no quote in it.
  return source.kind === 'constant' ? `'${source.value}'` : source.sql;
}

/** The begin of the bucket of a row: calendar units and multiples of them, as the clocks of the time zone show. */
function bucketSql({ unit, length }: Granularity, { start, zone }: { start: string; zone: string }): string {
  if (unit) return `date_trunc('${unit}', started_at, ${zone})`;
  const origin = `date_trunc('day', ${start}::timestamptz AT TIME ZONE ${zone})`;
  return `(date_bin('${length}', started_at AT TIME ZONE ${zone}, ${origin}) AT TIME ZONE ${zone})`;
}
