import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { isAttempt, isRefusal } from '../dispositions.js';

/** How far the newest run of a campaign is. `processed` = messaged + skipped. */
export interface RunProgress {
  campaignId: string;
  total: number;
  processed: number;
  /** Contacts for which a call to the provider ended, well or badly. */
  messaged: number;
  /** Those of the messaged ones that WhatsApp refused or could not deliver. */
  failed: number;
  /** Contacts passed over, by disposition. */
  skipped: Record<string, number>;
}

/** How many messages of a campaign had the same fate; null where there is none. */
export interface FateCount {
  disposition: string | null;
  deliveryStatus: string | null;
  errorCode: number | null;
  messages: number;
}

/** The newest run of each campaign that was not recycled, and its counts. Costs the same however large the runs are. */
const COUNT = `
  WITH asked AS (
    SELECT r.id, r.campaign_id
      FROM unnest($1::uuid[]) AS campaign (id)
     CROSS JOIN LATERAL (
       SELECT id, campaign_id FROM campaign_runs
        WHERE campaign_id = campaign.id AND state <> 'recycled'
        ORDER BY started_at DESC LIMIT 1) r
  )
  SELECT asked.campaign_id, c.disposition, sum(c.messages)::int AS count,
         coalesce(sum(c.messages) FILTER (WHERE c.delivery_status = 'DeliveryFailed'), 0)::int AS undelivered
    FROM asked JOIN (
      SELECT run_id, disposition, delivery_status, messages FROM campaign_run_counts
       WHERE run_id IN (SELECT id FROM asked)
      UNION ALL
      SELECT run_id, disposition, delivery_status, messages FROM campaign_run_differences
       WHERE run_id IN (SELECT id FROM asked)
    ) c ON c.run_id = asked.id
   GROUP BY 1, 2 HAVING sum(c.messages) <> 0`;

const FATES = `
  SELECT nullif(disposition, '') AS disposition, nullif(delivery_status, '') AS "deliveryStatus",
         nullif(error_code, 0) AS "errorCode", sum(messages)::int AS messages
    FROM campaign_run_counts_v
   WHERE run_id IN (SELECT id FROM campaign_runs WHERE campaign_id = $1)
   GROUP BY 1, 2, 3 HAVING sum(messages) <> 0`;

interface CountRow {
  campaign_id: string;
  disposition: string;
  count: number;
  undelivered: number;
}

/** Progress of campaigns, from counts that the changes of their messages keep. */
@Injectable()
export class DispatchProgress {
  constructor(private readonly uow: UnitOfWork) {}

  /** One entry per id; a campaign that never ran, or was recycled, has zeros. */
  async of(campaignIds: readonly string[]): Promise<Map<string, RunProgress>> {
    const progress = new Map(campaignIds.map((id) => [id, emptyProgress(id)]));
    const rows = await this.uow.manager.query<CountRow[]>(COUNT, [campaignIds]);
    for (const row of rows) addTo(progress.get(row.campaign_id)!, row);
    return progress;
  }

  /** The fates of all messages of a campaign, over all of its runs. */
  fates(campaignId: string): Promise<FateCount[]> {
    return this.uow.manager.query<FateCount[]>(FATES, [campaignId]);
  }
}

function emptyProgress(campaignId: string): RunProgress {
  return { campaignId, total: 0, processed: 0, messaged: 0, failed: 0, skipped: {} };
}

function addTo(progress: RunProgress, { disposition, count, undelivered }: CountRow): void {
  progress.total += count;
  if (disposition === '') return;
  progress.processed += count;
  if (!isAttempt(disposition)) {
    progress.skipped[disposition] = count;
    return;
  }
  progress.messaged += count;
  progress.failed += isRefusal(disposition) ? count : undelivered;
}
