import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { RunsRepository } from './runs.repository.js';

/** Short enough to keep nobody waiting. */
const DELETED_AT_ONCE = 5_000;

// A campaign that is deleted may leave a run that never came to its end, and never will.
const FIND_ORPHANED = `
  SELECT r.campaign_id AS id FROM campaign_runs r
   WHERE r.state = 'active'
     AND NOT EXISTS (SELECT FROM messaging_campaign_states_v s WHERE s.campaign_id = r.campaign_id)
   ORDER BY r.campaign_id`;

// The newest run of a campaign is what the campaign goes on with, however old it is, unless it was recycled. Whoever
// locks the run works on it; the next one looks further.
const FIND_OLD = `
  SELECT r.id FROM campaign_runs r
   WHERE r.messages <> 'gone' AND r.finished_at < now() - $1 * interval '1 day'
     AND (r.state = 'recycled'
          OR NOT EXISTS (SELECT FROM messaging_campaign_states_v s WHERE s.campaign_id = r.campaign_id)
          OR EXISTS (SELECT FROM campaign_runs newer
                      WHERE newer.campaign_id = r.campaign_id AND newer.started_at > r.started_at
                        AND newer.state <> 'recycled'))
   ORDER BY r.finished_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

const DELETE_SOME = `
  DELETE FROM campaign_messages
   WHERE id IN (SELECT id FROM campaign_messages WHERE run_id = $1 LIMIT ${DELETED_AT_ONCE})`;

const NOTE = `UPDATE campaign_runs SET messages = $2 WHERE id = $1`;

/**
 * Ends the runs of deleted campaigns, and deletes the messages of runs that ended long ago, a few thousand at a time.
 * Their interactions stay for reports as long as those are kept, and the counts of the run stay for its campaign.
 */
@Injectable()
export class RunRetention extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
    private readonly runs: RunsRepository,
  ) {
    super();
  }

  /** One batch. True when there may be more. */
  work(): Promise<boolean> {
    return this.uow.run(async () => {
      const orphaned = await this.uow.manager.query<{ id: string }[]>(FIND_ORPHANED);
      for (const { id } of orphaned) await this.runs.recycle(id);
      const [run] = await this.uow.manager.query<{ id: string }[]>(FIND_OLD, [
        this.config.messageRetentionDays,
      ]);
      if (!run) return false;
      const [, deleted] = await this.uow.manager.query<[unknown, number]>(DELETE_SOME, [run.id]);
      const isDone = deleted < DELETED_AT_ONCE;
      await this.uow.manager.query(NOTE, [run.id, isDone ? 'gone' : 'going']);
      if (isDone) this.logger.info({ runId: run.id }, 'deleted the messages of a run that ended long ago');
      return true;
    });
  }
}
