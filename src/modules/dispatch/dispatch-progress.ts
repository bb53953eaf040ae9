import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isAttempt } from './dispositions.js';

/** How far the newest run of a campaign is. `processed` = messaged + skipped. */
export interface RunProgress {
  campaignId: string;
  total: number;
  processed: number;
  /** Contacts for which a call to the provider ended, well or badly. */
  messaged: number;
  /** Contacts passed over, by disposition. */
  skipped: Record<string, number>;
}

const COUNT = `
  SELECT r.campaign_id, m.disposition, count(m.id)::int AS count
    FROM unnest($1::uuid[]) AS asked (campaign_id)
   CROSS JOIN LATERAL (
     SELECT id, campaign_id FROM campaign_runs
      WHERE campaign_id = asked.campaign_id AND state <> 'recycled'
      ORDER BY started_at DESC LIMIT 1) r
    JOIN campaign_messages m ON m.run_id = r.id
   GROUP BY r.campaign_id, m.disposition`;

/** Progress of campaigns, counted from their messages. */
@Injectable()
export class DispatchProgress {
  constructor(private readonly uow: UnitOfWork) {}

  /** One entry per id; a campaign that never ran, or was recycled, has zeros. */
  async of(campaignIds: readonly string[]): Promise<Map<string, RunProgress>> {
    const progress = new Map(campaignIds.map((id) => [id, emptyProgress(id)]));
    const rows = await this.uow.manager.query<
      { campaign_id: string; disposition: string | null; count: number }[]
    >(COUNT, [campaignIds]);
    for (const { campaign_id: id, disposition, count } of rows) addTo(progress.get(id)!, disposition, count);
    return progress;
  }
}

function emptyProgress(campaignId: string): RunProgress {
  return { campaignId, total: 0, processed: 0, messaged: 0, skipped: {} };
}

function addTo(progress: RunProgress, disposition: string | null, count: number): void {
  progress.total += count;
  if (disposition === null) return;
  progress.processed += count;
  if (isAttempt(disposition)) progress.messaged += count;
  else progress.skipped[disposition] = count;
}
