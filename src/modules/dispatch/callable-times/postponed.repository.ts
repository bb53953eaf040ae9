import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/** A message in the hands of a worker, and the time zone that the contact's cell names. */
export interface ZonedMessage {
  id: string;
  zone: string;
}

/** Zones: messages, time zone column by WhatsApp column. */
const ZONES = `
  SELECT m.id, coalesce(c.data ->> ($2::jsonb ->> m.contact_column), '') AS zone
    FROM campaign_messages m
    JOIN contact_list_contacts_v c ON c.seq = m.contact_seq
   WHERE m.id = ANY ($1::uuid[])`;

/** Postpone: [{id, until}], claim token. Their calls have not been made. */
const POSTPONE = `
  UPDATE campaign_messages m
     SET state = 'postponed', not_before = p.until, claim_token = NULL, lease_until = NULL, calling_at = NULL
    FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, until timestamptz)
   WHERE m.id = p.id AND m.claim_token = $2 AND m.state IN ('claimed', 'calling')`;

/** Postpone ahead: run, time zone column, opening by closed zone, messages to look at. */
const POSTPONE_AHEAD = `
  WITH ahead AS (
    SELECT id, contact_seq FROM campaign_messages
     WHERE run_id = $1 AND state = 'queued' AND (not_before IS NULL OR not_before <= clock_timestamp())
     ORDER BY position LIMIT $4 FOR UPDATE SKIP LOCKED
  ), closed AS (
    SELECT a.id, ($3::jsonb ->> lower(btrim(c.data ->> $2)))::timestamptz AS until
      FROM ahead a JOIN contact_list_contacts_v c ON c.seq = a.contact_seq
  )
  UPDATE campaign_messages m SET state = 'postponed', not_before = c.until
    FROM closed c WHERE m.id = c.id AND c.until IS NOT NULL`;

/** Wake: run, whether all of them, most at once. */
const WAKE = `
  WITH due AS (
    SELECT id FROM campaign_messages
     WHERE run_id = $1 AND state = 'postponed' AND ($2 OR not_before <= clock_timestamp())
     ORDER BY not_before, position LIMIT $3 FOR UPDATE SKIP LOCKED
  )
  UPDATE campaign_messages m SET state = 'queued', not_before = NULL FROM due d WHERE m.id = d.id`;

/** Messages that wait for the window of their contact to open; they are in no queue meanwhile. */
@Injectable()
export class PostponedRepository {
  constructor(private readonly uow: UnitOfWork) {}

  zonesOf(ids: readonly string[], timeColumns: Readonly<Record<string, string>>): Promise<ZonedMessage[]> {
    return this.uow.manager.query<ZonedMessage[]>(ZONES, [ids, JSON.stringify(timeColumns)]);
  }

  async postpone(messages: readonly { id: string; until: Date }[], claimToken: string): Promise<void> {
    if (messages.length > 0) await this.uow.manager.query(POSTPONE, [JSON.stringify(messages), claimToken]);
  }

  /** Postpones those at the head of the queue whose zone is closed; answers how many. */
  async postponeAhead(
    runId: string,
    timeColumn: string,
    closed: Readonly<Record<string, Date>>,
    look: number,
  ): Promise<number> {
    const values = [runId, timeColumn, JSON.stringify(closed), look];
    const [, postponed] = await this.uow.manager.query<[unknown, number]>(POSTPONE_AHEAD, values);
    return postponed;
  }

  /** Puts messages back into the queue, at their old places, whose time has come; or all, whatever their time. */
  async wake(runId: string, { all, most }: { all: boolean; most: number }): Promise<void> {
    await this.uow.manager.query(WAKE, [runId, all, most]);
  }

  /** Milliseconds until the first of them is due; undefined when none waits. */
  async dueInMs(runId: string): Promise<number | undefined> {
    const [row] = await this.uow.manager.query<[{ due: number | null }]>(
      `SELECT (extract(epoch FROM min(not_before) - clock_timestamp()) * 1000)::float AS due
         FROM campaign_messages WHERE run_id = $1 AND state = 'postponed'`,
      [runId],
    );
    return row.due === null ? undefined : Math.max(0, row.due);
  }

  /** How many wait in the newest run of the campaign. */
  async count(campaignId: string): Promise<number> {
    const [row] = await this.uow.manager.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM campaign_messages
        WHERE state = 'postponed' AND run_id = (
          SELECT id FROM campaign_runs WHERE campaign_id = $1 AND state <> 'recycled' ORDER BY started_at DESC LIMIT 1)`,
      [campaignId],
    );
    return row.count;
  }

  /** Their times may no longer be right: all of the campaigns are to be looked at anew in a while. */
  async expireAll(campaignIds: readonly string[], inMs: number): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_messages m SET not_before = clock_timestamp() + make_interval(secs => $2::float / 1000)
         FROM campaign_runs r
        WHERE r.campaign_id = ANY ($1::uuid[]) AND r.state = 'active' AND m.run_id = r.id AND m.state = 'postponed'`,
      [campaignIds, inMs],
    );
  }
}
