import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/**
 * Ids of messages, as PostgreSQL writes a `uuid[]`: tens of thousands that go back there as they are, and which nobody
 * here needs to read.
 */
export interface ChangedMessages {
  /** Those that reports see differently now, or whose contact was passed over; the withdrawn ones are among them. */
  changed: string;
  /** Those that were to be seen and are back in the queue; they may have begun again since. Undefined for none. */
  withdrawn?: string;
  /** When the oldest of these changes was made; undefined when there are none. */
  oldestAt?: Date;
  /** False when these were all there were. */
  mayBeMore: boolean;
}

/** Statements at once; each changed at most a few hundred messages. */
const MOST_STATEMENTS = 100;

const TAKE = `
  WITH taken AS (
    DELETE FROM campaign_message_changes
     WHERE id IN (SELECT id FROM campaign_message_changes ORDER BY id LIMIT $1)
    RETURNING changed_at, changed, withdrawn
  )
  SELECT (SELECT array_agg(DISTINCT id) FROM taken, unnest(changed || withdrawn) AS id)::text AS changed,
         (SELECT array_agg(DISTINCT id) FROM taken, unnest(withdrawn) AS id)::text AS withdrawn,
         (SELECT min(changed_at) FROM taken) AS "oldestAt", (SELECT count(*) FROM taken)::int AS statements`;

/** Which messages changed since somebody looked last. */
@Injectable()
export class MessageChanges {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Takes the next changes; they come again when the transaction of the caller does not commit. Whoever takes reads
   * the messages as they are then, so changes may be taken in any order. One taker at a time.
   */
  async take(): Promise<ChangedMessages> {
    const [row] = await this.uow.manager.query<
      [{ changed: string | null; withdrawn: string | null; oldestAt: Date | null; statements: number }]
    >(TAKE, [MOST_STATEMENTS]);
    const { changed, withdrawn, oldestAt, statements } = row;
    return {
      changed: changed ?? '{}',
      withdrawn: withdrawn ?? undefined,
      oldestAt: oldestAt ?? undefined,
      mayBeMore: statements === MOST_STATEMENTS,
    };
  }

  /** When the oldest change was made that nobody has taken yet; undefined when there is none. */
  async oldestWaitingAt(): Promise<Date | undefined> {
    const [row] = await this.uow.manager.query<[{ at: Date | null }]>(
      `SELECT (SELECT changed_at FROM campaign_message_changes ORDER BY id LIMIT 1) AS at`,
    );
    return row.at ?? undefined;
  }
}
