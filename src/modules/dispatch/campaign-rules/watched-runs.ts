import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { WatchedRun } from '../../campaigns/index.js';
import { DispatchProgress } from '../progress/dispatch-progress.js';

const RUNS = `
  SELECT r.campaign_id AS "campaignId", r.id AS "runId", s.campaign_status = 'on' AS "isOn",
         (extract(epoch FROM coalesce(r.finished_at, clock_timestamp()) - r.started_at) * 1000)::float AS "runMs"
    FROM unnest($1::uuid[]) AS asked (id)
   CROSS JOIN LATERAL (
     SELECT id, campaign_id, started_at, finished_at, state FROM campaign_runs WHERE campaign_id = asked.id
      ORDER BY started_at DESC LIMIT 1) r
    JOIN messaging_campaign_states_v s ON s.campaign_id = r.campaign_id
   WHERE r.state <> 'recycled'`;

interface Run {
  campaignId: string;
  runId: string;
  isOn: boolean;
  runMs: number;
}

/** How far campaigns are, for the rules that watch them; two statements for any number of campaigns. */
@Injectable()
export class WatchedRuns {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly progress: DispatchProgress,
  ) {}

  /** A campaign that is gone, never ran or was recycled since has no entry. */
  async of(campaignIds: readonly string[]): Promise<Map<string, WatchedRun>> {
    if (campaignIds.length === 0) return new Map();
    const runs = await this.uow.manager.query<Run[]>(RUNS, [campaignIds]);
    const counts = await this.progress.of(runs.map(({ campaignId }) => campaignId));
    return new Map(
      runs.map(({ campaignId, runId, isOn, runMs }) => {
        const { total, processed, messaged } = counts.get(campaignId)!;
        const isWaiting = isOn && processed >= total;
        return [campaignId, { id: runId, total, processed, messaged, runMs, isWaiting }];
      }),
    );
  }
}
