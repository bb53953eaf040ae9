import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { DivisionScope } from '../../access/index.js';
import { toCriteria } from '../conversations/message-criteria.js';
import type { AggregateGroupView, AggregateQueryDto, AggregateResultView } from './aggregate-query.dto.js';
import { type AggregateRow, AggregatesRepository } from './aggregates.repository.js';
import { parseGranularity } from './granularity.js';

/** Groups times buckets in one answer. */
const MAX_ROWS = 100_000;
const DEFAULT_TOP = 10;

/** Sums over campaign messages. */
@Injectable()
export class AggregatesService {
  constructor(private readonly aggregates: AggregatesRepository) {}

  /** Throws 400 `query.too.large` when there would be more than 100,000 buckets of groups. */
  async query(scope: DivisionScope, query: AggregateQueryDto): Promise<AggregateResultView> {
    const { groupBy = [], metrics, granularity, timeZone = 'UTC', interval, filter } = query;
    const rows = await this.aggregates.find(scope, {
      criteria: toCriteria({ interval, segmentFilters: filter ? [filter] : [] }),
      groupBy,
      metrics,
      granularity: granularity === undefined ? undefined : parseGranularity(granularity),
      timeZone,
      limit: MAX_ROWS + 1,
    });
    if (rows.length > MAX_ROWS) {
      throw new ApiError(
        'invalid',
        'query.too.large',
        'There are more than {max} buckets of groups; ask for a shorter interval, a coarser granularity or fewer groups.',
        { params: { max: MAX_ROWS } },
      );
    }
    return { results: bestOf(toGroups(rows, query), query) };
  }
}

function toGroups(
  rows: readonly AggregateRow[],
  { groupBy = [], metrics }: AggregateQueryDto,
): AggregateGroupView[] {
  const groups = new Map<string, AggregateGroupView>();
  for (const { values, starts_at: startsAt, ends_at: endsAt, sums } of rows) {
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? {
      group: Object.fromEntries(
        groupBy.flatMap((dimension, index) => {
          const value = values[index];
          return value === null || value === undefined ? [] : [[dimension, value]];
        }),
      ),
      data: [],
    };
    groups.set(key, group);
    group.data.push({
      interval: `${startsAt.toISOString()}/${endsAt.toISOString()}`,
      metrics: metrics.map((metric, index) => ({ metric, stats: { count: sums[index] ?? 0 } })),
    });
  }
  return [...groups.values()];
}

function bestOf(
  groups: AggregateGroupView[],
  { queryType = 'groupBy', sortMetric, metrics, limit = DEFAULT_TOP }: AggregateQueryDto,
): AggregateGroupView[] {
  if (queryType === 'groupBy') return groups;
  const by = sortMetric?.name ?? metrics[0];
  const total = ({ data }: AggregateGroupView): number =>
    data.reduce(
      (sum, bucket) => sum + (bucket.metrics.find(({ metric }) => metric === by)?.stats.count ?? 0),
      0,
    );
  const sign = queryType === 'topN' ? -1 : 1;
  return [...groups].sort((a, b) => sign * (total(a) - total(b))).slice(0, limit);
}
