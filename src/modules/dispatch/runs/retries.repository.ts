import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { WINDOW_CLOSED } from '../dispositions.js';

/** The people of a run by what another try would do to them. */
export interface RetryCounts {
  /** Refused or throttled by the provider, or passed over as it was not their time: another try is safe. */
  retryable: number;
  /** Sent, or nobody knows whether they were: never messaged again within the run. */
  neverAgain: number;
  /** Passed over, for example as they are on a DNC list. */
  skipped: number;
  /** Not done yet. */
  waiting: number;
}

// A message that the provider once accepted has an id of the provider, also when it failed later on its way.
const IS_RETRYABLE = `
  state = 'settled' AND wamid IS NULL
  AND (disposition IN ('OUTBOUND-MESSAGE-FAILED', 'OUTBOUND-MESSAGE-THROTTLED')
    OR (disposition = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED' AND disposition_detail IS NOT DISTINCT FROM '${WINDOW_CLOSED}'))`;

const NEWEST_RUN = `
  SELECT id FROM campaign_runs WHERE campaign_id = $1 ORDER BY started_at DESC LIMIT 1`;

const COUNT = `
  SELECT count(*) FILTER (WHERE ${IS_RETRYABLE})::int AS retryable,
         count(*) FILTER (WHERE state <> 'settled')::int AS waiting,
         count(*) FILTER (WHERE state = 'settled' AND calling_at IS NULL AND NOT (${IS_RETRYABLE}))::int AS skipped,
         count(*)::int AS total
    FROM campaign_messages
   WHERE run_id = (SELECT id FROM campaign_runs WHERE id = (${NEWEST_RUN}) AND state <> 'recycled')`;

const LOCK = `
  SELECT id FROM campaign_runs WHERE id = (${NEWEST_RUN}) AND state <> 'recycled' FOR UPDATE`;

const REQUEUE = `
  UPDATE campaign_messages
     SET state = 'queued', calling_at = NULL, settled_at = NULL, disposition = NULL, disposition_detail = NULL,
         attempts = 0, not_before = NULL, failed_at = NULL, provider_error_code = NULL, provider_error_text = NULL,
         provider_error_detail = NULL
   WHERE run_id = $1 AND ${IS_RETRYABLE}`;

const REOPEN = `
  UPDATE campaign_runs SET state = 'active', finished_at = NULL WHERE id = $1 AND state = 'complete'`;

/** Another try for those of a run whom the provider certainly does not have. */
@Injectable()
export class RetriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Of the newest run of the campaign, unless it was recycled; zeros when there is none. */
  async count(campaignId: string): Promise<RetryCounts> {
    const [row] = await this.uow.manager.query<
      [{ retryable: number; waiting: number; skipped: number; total: number }]
    >(COUNT, [campaignId]);
    const { retryable, waiting, skipped, total } = row;
    return { retryable, waiting, skipped, neverAgain: total - retryable - waiting - skipped };
  }

  /** Puts them back into the queue of the run, which is open again if it was complete. Answers how many there were. */
  requeue(campaignId: string): Promise<number> {
    return this.uow.run(async () => {
      const [run] = await this.uow.manager.query<{ id: string }[]>(LOCK, [campaignId]);
      if (!run) return 0;
      const [, requeued] = await this.uow.manager.query<[unknown, number]>(REQUEUE, [run.id]);
      if (requeued > 0) await this.uow.manager.query(REOPEN, [run.id]);
      return requeued;
    });
  }
}
