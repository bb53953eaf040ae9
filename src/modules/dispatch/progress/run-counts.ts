import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';

const FOLD_LOCK = 65_001;

/** Moves all differences into the counts; the rows of a run that is gone go without trace. */
const FOLD = `
  WITH taken AS (
    DELETE FROM campaign_run_differences RETURNING *
  ), summed AS (
    SELECT run_id, disposition, delivery_status, error_code, sum(messages) AS messages
      FROM taken WHERE run_id IN (SELECT id FROM campaign_runs)
     GROUP BY 1, 2, 3, 4 HAVING sum(messages) <> 0
  )
  INSERT INTO campaign_run_counts AS c (run_id, disposition, delivery_status, error_code, messages)
  SELECT * FROM summed ORDER BY run_id, disposition, delivery_status, error_code
      ON CONFLICT (run_id, disposition, delivery_status, error_code)
      DO UPDATE SET messages = c.messages + excluded.messages`;

const AUDIT = `
  SELECT coalesce(c.run_id, m.run_id) AS "runId", coalesce(c.fate, m.fate) AS fate,
         coalesce(c.messages, 0)::int AS counted, coalesce(m.messages, 0)::int AS actual
    FROM (SELECT run_id, disposition || '/' || delivery_status || '/' || error_code AS fate, messages
            FROM campaign_run_counts_v
           WHERE messages <> 0 AND run_id IN (SELECT id FROM campaign_runs WHERE messages = 'kept')) c
    FULL JOIN (
          SELECT run_id, count(*) AS messages, coalesce(disposition, '') || '/' || coalesce(delivery_status, '')
                   || '/' || coalesce(provider_error_code, 0) AS fate
            FROM campaign_messages
           WHERE run_id IN (SELECT id FROM campaign_runs WHERE messages = 'kept')
           GROUP BY run_id, fate) m USING (run_id, fate)
   WHERE c.messages IS DISTINCT FROM m.messages`;

/** A count that is not what the messages say. */
export interface WrongCount {
  runId: string;
  fate: string;
  counted: number;
  actual: number;
}

/** The counts per run and fate behind the progress of campaigns. */
@Injectable()
export class RunCounts {
  constructor(private readonly uow: UnitOfWork) {}

  /** Folds what statements have appended into the counts. Another process that folds already is left to it. */
  async fold(): Promise<void> {
    await this.uow.run(async () => {
      const [row] = await this.uow.manager.query<[{ mine: boolean }]>(
        `SELECT pg_try_advisory_xact_lock($1) AS mine`,
        [FOLD_LOCK],
      );
      if (row.mine) await this.uow.manager.query(FOLD);
    });
  }

  /** Counts all messages of the runs that still have theirs, which takes its time, and answers every count that differs; none is what it should be. */
  audit(): Promise<WrongCount[]> {
    return this.uow.manager.query<WrongCount[]>(AUDIT);
  }
}

/** Keeps the differences few, so that reading the counts stays cheap. */
@Injectable()
export class RunCountsFolder extends RepeatingWork {
  protected readonly everyMs = 500;

  constructor(private readonly counts: RunCounts) {
    super();
  }

  protected work(): Promise<void> {
    return this.counts.fold();
  }
}
