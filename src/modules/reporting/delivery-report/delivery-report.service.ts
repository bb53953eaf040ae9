import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import { AggregatesRepository } from '../aggregates/aggregates.repository.js';
import { parseGranularity } from '../aggregates/granularity.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import { DispatchProgress } from '../../dispatch/index.js';
import { toFunnel } from './delivery-funnel.js';
import type { DeliveryBucketView, DeliveryReportView } from './delivery-report.dto.js';
import { type Response, RESPONSES } from './responses.js';

const HOUR_MS = 3_600_000;
const MAX_BUCKETS = 10_000;
const QUARTER_MS = 900_000;

const SPAN = `SELECT min(started_at) AS first, max(started_at) AS last FROM interaction_counts
               WHERE campaign_id = $1 AND messages > 0`;

type People = Pick<DeliveryBucketView, 'replied' | 'optedOut'>;
type Bucket = Omit<DeliveryBucketView, 'interval' | keyof People> & { startsAt: Date; endsAt: Date };

/** The delivery report of a campaign. */
@Injectable()
export class DeliveryReports {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignLifecycle,
    private readonly progress: DispatchProgress,
    private readonly aggregates: AggregatesRepository,
  ) {}

  /** Throws 404 when the campaign is not in the scope. */
  async of(scope: DivisionScope, campaignId: string): Promise<DeliveryReportView> {
    const { id, name } = await this.campaigns.get(scope, campaignId);
    const { funnel, failures, skipped } = toFunnel(await this.progress.fates(id));
    const buckets = await this.overTime(id);
    const responses = await this.responses(id, buckets);
    return {
      campaign: { id, name, selfUri: `/api/v2/outbound/messagingcampaigns/${id}` },
      funnel: { ...funnel, ...peopleIn(responses, null) },
      failures,
      skipped,
      overTime: buckets.map(({ startsAt, endsAt, ...counts }) => ({
        interval: `${startsAt.toISOString()}/${endsAt.toISOString()}`,
        ...counts,
        ...peopleIn(responses, startsAt),
      })),
    };
  }

  private responses(campaignId: string, buckets: readonly Bucket[]): Promise<Response[]> {
    const begins = buckets.map(({ startsAt }) => startsAt.toISOString());
    const ends = buckets.map(({ endsAt }) => endsAt.toISOString());
    return this.uow.manager.query<Response[]>(RESPONSES, [campaignId, begins, ends]);
  }

  private async overTime(campaignId: string): Promise<Bucket[]> {
    const [span] = await this.uow.manager.query<[{ first: Date | null; last: Date | null }]>(SPAN, [
      campaignId,
    ]);
    if (!span.first || !span.last) return [];
    const interval = { start: span.first, end: new Date(span.last.getTime() + QUARTER_MS) };
    const rows = await this.aggregates.find(EVERYWHERE, {
      criteria: {
        interval,
        filters: [{ type: 'and', predicates: [{ dimension: 'outboundCampaignId', value: campaignId }] }],
      },
      groupBy: ['deliveryStatus'],
      metrics: ['nOutbound'],
      granularity: parseGranularity(granularityFor(interval.end.getTime() - interval.start.getTime())),
      timeZone: 'UTC',
      limit: MAX_BUCKETS,
    });
    const buckets = new Map<number, Bucket>();
    for (const { values, starts_at: startsAt, ends_at: endsAt, sums } of rows) {
      const none = { startsAt, endsAt, attempted: 0, delivered: 0, read: 0, failed: 0 };
      const bucket = buckets.get(startsAt.getTime()) ?? none;
      buckets.set(startsAt.getTime(), bucket);
      addTo(bucket, values[0] ?? null, sums[0] ?? 0);
    }
    return [...buckets.values()].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  }
}

function peopleIn(responses: readonly Response[], startsAt: Date | null): People {
  const found = responses.find(({ starts_at: at }) => at?.getTime() === startsAt?.getTime());
  return { replied: found?.replied ?? 0, optedOut: found?.opted_out ?? 0 };
}

function addTo(bucket: Bucket, status: string | null, messages: number): void {
  bucket.attempted += messages;
  if (status === 'DeliverySuccess' || status === 'Read') bucket.delivered += messages;
  if (status === 'Read') bucket.read += messages;
  if (status === 'Failed' || status === 'DeliveryFailed') bucket.failed += messages;
}

/** Fine enough to see something, coarse enough to be looked at. */
function granularityFor(spanMs: number): string {
  if (spanMs <= 12 * HOUR_MS) return 'PT15M';
  if (spanMs <= 72 * HOUR_MS) return 'PT1H';
  return spanMs <= 90 * 24 * HOUR_MS ? 'P1D' : 'P1W';
}
