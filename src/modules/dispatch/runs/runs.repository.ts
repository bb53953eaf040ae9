import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { DispatchCampaign } from '../../campaigns/index.js';
import { ContactFilters, type ContactsInFront } from '../../contact-lists/index.js';
import { ROOM, queueOrder } from './queue-order.js';

/** One pass of a campaign over its contact list, from start to completion or recycling. */
export interface Run {
  id: string;
  campaignId: string;
  contactListId: string;
  tickGeneration: number;
  pacedUntilUs: number;
  lastContactSeq: string;
  campaignStatus: string | null;
}

/** What says which contacts are queued, and in which order. */
export type QueuedCampaign = Pick<DispatchCampaign, 'contactSorts' | 'contactListFilterId' | 'dynamicSort'>;

interface RunRow {
  id: string;
  campaign_id: string;
  contact_list_id: string;
  tick_generation: string;
  paced_until_us: string;
  last_contact_seq: string;
  campaign_status: string | null;
}

const RUN_COLUMNS = `
  id, campaign_id, contact_list_id, tick_generation, paced_until_us, last_contact_seq,
  (SELECT s.campaign_status FROM messaging_campaign_states_v s WHERE s.campaign_id = campaign_runs.campaign_id)
    AS campaign_status`;

const MANY = 10_000;

const NOT_YET_QUEUED = `
            AND NOT EXISTS (SELECT FROM campaign_messages m WHERE m.run_id = $1 AND m.contact_seq = c.seq)`;

// What is still to be looked at of the changes of contacts ends with the run.
const FORGET_CHANGES = `
  DELETE FROM campaign_contact_changes x USING campaign_runs r
   WHERE r.campaign_id = $1 AND r.state <> 'active' AND x.run_id = r.id`;

const RECYCLE = `
  UPDATE campaign_runs SET state = 'recycled', finished_at = now(), tick_due_at = NULL
   WHERE id = (SELECT id FROM campaign_runs WHERE campaign_id = $1 ORDER BY started_at DESC LIMIT 1)
     AND state <> 'recycled'`;

/** Runs in PostgreSQL, the only truth about what is to be sent. */
@Injectable()
export class RunsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly filters: ContactFilters,
  ) {}

  /** Locks the active run of the campaign until the transaction ends, so that only one ticker works on it. */
  async lockActive(campaignId: string): Promise<Run | undefined> {
    const [row] = await this.uow.manager.query<RunRow[]>(
      `SELECT ${RUN_COLUMNS} FROM campaign_runs WHERE campaign_id = $1 AND state = 'active' FOR UPDATE`,
      [campaignId],
    );
    return row && toRun(row);
  }

  /** True when this transaction, and no other, may open a run of the campaign. */
  async lockOpening(campaignId: string): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ locked: boolean }]>(
      `SELECT pg_try_advisory_xact_lock(hashtext('campaign_runs'), hashtext($1)) AS locked`,
      [campaignId],
    );
    return row.locked;
  }

  /**
   * Opens a run and queues the contacts of the list that the campaign is for, in the order it asks for. The pace goes
   * on where the last run left it: a minute knows no runs.
   */
  async create(campaign: DispatchCampaign): Promise<Run> {
    const [row] = await this.uow.manager.query<RunRow[]>(
      `INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id, paced_until_us, spaced)
       SELECT $1, $2, $3, coalesce(max(paced_until_us), 0), $4 FROM campaign_runs WHERE campaign_id = $1
       RETURNING ${RUN_COLUMNS}`,
      [campaign.id, campaign.divisionId, campaign.contactListId, campaign.dynamicSort],
    );
    const run = toRun(row!);
    await this.queueContacts(run, campaign, '0', { isNew: true });
    return run;
  }

  /**
   * Queues contacts of the list that the run does not have yet, those with a sequence number above `aboveSeq` that
   * the filter of the campaign lets pass at this moment. They come after what is queued already; a run that is new
   * has nothing queued, which saves two look-ups of each contact. Returns how many there were.
   */
  async queueContacts(
    run: Run,
    { contactSorts, contactListFilterId, dynamicSort }: QueuedCampaign,
    aboveSeq: string,
    { isNew } = { isNew: false },
  ): Promise<number> {
    const params: unknown[] = [run.id, run.contactListId, aboveSeq];
    const matches = contactListFilterId
      ? await this.filters.sql(contactListFilterId, { alias: 'c', params, now: new Date() })
      : 'TRUE';
    const [{ added }] = await this.uow.manager.query<[{ added: string }]>(
      `WITH fresh AS (
         SELECT c.seq, c.contact_id, row_number() OVER (ORDER BY ${queueOrder(contactSorts, params)}) AS place
           FROM contact_list_contacts_v c
          WHERE c.contact_list_id = $2 AND c.seq > $3 AND ${matches}
            ${isNew ? '' : NOT_YET_QUEUED}
       ), queued AS (
         INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id)
         SELECT $1, r.last_position + f.place * ${dynamicSort ? ROOM : 1}, f.seq, f.contact_id
           FROM fresh f, campaign_runs r WHERE r.id = $1
         ${isNew ? '' : 'ON CONFLICT DO NOTHING'}
         RETURNING position
       ), seen AS (
         SELECT max(c.seq) AS seq FROM contact_list_contacts_v c WHERE c.contact_list_id = $2 AND c.seq > $3
       ), noted AS (
         UPDATE campaign_runs r
            SET last_position = greatest(r.last_position, q.position),
                last_contact_seq = greatest(r.last_contact_seq, s.seq),
                late_contacts_until = CASE WHEN s.seq > r.last_contact_seq
                                           THEN pg_snapshot_xmax(pg_current_snapshot())
                                           ELSE r.late_contacts_until END
           FROM (SELECT max(position) AS position FROM queued) q, seen s
          WHERE r.id = $1 AND (q.position IS NOT NULL OR s.seq > r.last_contact_seq)
       )
       SELECT count(*) AS added FROM queued`,
      params,
    );
    // Hundreds of thousands of rows that the planner has never seen make it read the whole table for a few of them.
    if (Number(added) >= MANY) await this.uow.manager.query(`ANALYZE campaign_messages`);
    return Number(added);
  }

  /**
   * Queues these contacts before all others, those that the filter of the campaign lets pass. Whoever waits already
   * moves there unless places are to be kept; whoever has been messaged or passed over is left alone.
   */
  async queueInFront(
    run: Run,
    { contactSorts, contactListFilterId }: QueuedCampaign,
    { contactIds, keepsPlaces }: ContactsInFront,
  ): Promise<void> {
    const params: unknown[] = [run.id, run.contactListId, contactIds, keepsPlaces];
    const matches = contactListFilterId
      ? await this.filters.sql(contactListFilterId, { alias: 'c', params, now: new Date() })
      : 'TRUE';
    await this.uow.manager.query(
      `WITH wanted AS (
         SELECT c.seq, c.contact_id, row_number() OVER (ORDER BY ${queueOrder(contactSorts, params)}) AS place,
                count(*) OVER () AS many
           FROM contact_list_contacts_v c
          WHERE c.contact_list_id = $2 AND c.contact_id = ANY ($3::text[]) AND ${matches}
       ), front AS (
         SELECT min(position) AS position FROM campaign_messages WHERE run_id = $1 AND state = 'queued'
       )
       INSERT INTO campaign_messages AS m (run_id, position, contact_seq, contact_id)
       SELECT $1, coalesce(f.position, r.last_position + 1) - w.many - 1 + w.place, w.seq, w.contact_id
         FROM wanted w, front f, campaign_runs r WHERE r.id = $1
       ON CONFLICT (run_id, contact_seq) DO UPDATE SET position = excluded.position
         WHERE m.state = 'queued' AND NOT $4::boolean`,
      params,
    );
  }

  /** Begins a new chain of ticks; ticks of earlier chains find a newer generation and end. */
  async beginChain(runId: string): Promise<number> {
    const [[row]] = await this.uow.manager.query<[[{ tick_generation: string }], number]>(
      `UPDATE campaign_runs SET tick_generation = tick_generation + 1 WHERE id = $1 RETURNING tick_generation`,
      [runId],
    );
    return Number(row.tick_generation);
  }

  /**
   * Notes when the next tick is expected, null puts the run to sleep until somebody rings, and the end of the last slot
   * if some were taken.
   */
  async expectTick(runId: string, inMs: number | null, pacedUntilUs?: number): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_runs
          SET tick_due_at = CASE WHEN $2::float IS NULL THEN NULL
                                 ELSE clock_timestamp() + make_interval(secs => $2::float / 1000) END,
              paced_until_us = coalesce($3, paced_until_us)
        WHERE id = $1`,
      [runId, inMs, pacedUntilUs ?? null],
    );
  }

  /**
   * Before a look at contacts that came earlier than the last one seen: when all transactions have ended that might
   * bring such, nobody has to look again.
   */
  async settleLateContacts(runId: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_runs SET late_contacts_until = NULL
        WHERE id = $1 AND late_contacts_until <= pg_snapshot_xmin(pg_current_snapshot())`,
      [runId],
    );
  }

  async complete(runId: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_runs SET state = 'complete', finished_at = now(), tick_due_at = NULL
        WHERE id = $1 AND state = 'active'`,
      [runId],
    );
    await this.uow.manager.query(`DELETE FROM campaign_contact_changes WHERE run_id = $1`, [runId]);
  }

  /** Ends the newest run of the campaign, so that the next start begins with the first contact again. */
  async recycle(campaignId: string): Promise<boolean> {
    const [, changed] = await this.uow.manager.query<[unknown, number]>(RECYCLE, [campaignId]);
    if (changed > 0) await this.uow.manager.query(FORGET_CHANGES, [campaignId]);
    return changed > 0;
  }

  /** The contacts that a new run would queue at this moment; DNC lists and the like may leave fewer to be messaged. */
  async countContacts({
    contactListId,
    contactListFilterId,
  }: Pick<DispatchCampaign, 'contactListId' | 'contactListFilterId'>): Promise<number> {
    const params: unknown[] = [contactListId];
    const matches = contactListFilterId
      ? await this.filters.sql(contactListFilterId, { alias: 'c', params, now: new Date() })
      : 'TRUE';
    const [row] = await this.uow.manager.query<[{ contacts: number }]>(
      `SELECT count(*)::int AS contacts FROM contact_list_contacts_v c WHERE c.contact_list_id = $1 AND ${matches}`,
      params,
    );
    return row.contacts;
  }

  /** When the campaign was recycled last. */
  async lastRecycledAt(campaignId: string): Promise<Date | undefined> {
    const [row] = await this.uow.manager.query<{ finished_at: Date }[]>(
      `SELECT finished_at FROM campaign_runs WHERE campaign_id = $1 AND state = 'recycled'
        ORDER BY finished_at DESC LIMIT 1`,
      [campaignId],
    );
    return row?.finished_at;
  }

  /** How many queued contacts no longer passed the filter in the newest run of the campaign. */
  async countFilteredOut(campaignId: string): Promise<number> {
    const [row] = await this.uow.manager.query<{ count: number }[]>(
      `SELECT filtered_out AS count FROM campaign_runs
        WHERE campaign_id = $1 AND state <> 'recycled' ORDER BY started_at DESC LIMIT 1`,
      [campaignId],
    );
    return row?.count ?? 0;
  }

  /** Of the given campaigns, those that nobody is working on although somebody should. */
  async findNeglected(campaignIds: readonly string[], lateByMs: number): Promise<string[]> {
    const rows = await this.uow.manager.query<{ campaign_id: string }[]>(
      `SELECT asked.campaign_id
         FROM unnest($1::uuid[]) AS asked (campaign_id)
         LEFT JOIN campaign_runs r ON r.campaign_id = asked.campaign_id AND r.state = 'active'
        WHERE r.id IS NULL
           OR r.tick_due_at < clock_timestamp() - make_interval(secs => $2::float / 1000)
           OR (r.tick_due_at IS NULL AND EXISTS (
                 SELECT FROM messaging_campaign_states_v s
                  WHERE s.campaign_id = r.campaign_id AND s.campaign_status = 'stopping'))
           OR (r.tick_due_at IS NULL AND EXISTS (
                 SELECT FROM campaign_messages m
                  WHERE m.run_id = r.id AND m.state IN ('queued', 'claimed', 'calling')))
           OR (r.tick_due_at IS NULL AND EXISTS (
                 SELECT FROM campaign_messages m
                  WHERE m.run_id = r.id AND m.state = 'postponed'
                    AND m.not_before < clock_timestamp() - make_interval(secs => $2::float / 1000)))
           OR (r.tick_due_at IS NULL AND EXISTS (
                 SELECT FROM campaign_contact_changes x WHERE x.run_id = r.id))
           OR (r.tick_due_at IS NULL AND r.late_contacts_until <= pg_snapshot_xmin(pg_current_snapshot()))
           OR (r.tick_due_at IS NULL AND EXISTS (
                 SELECT FROM contact_list_contacts_v c
                  WHERE c.contact_list_id = r.contact_list_id AND c.seq > r.last_contact_seq))`,
      [campaignIds, lateByMs],
    );
    return rows.map((row) => row.campaign_id);
  }
}

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    contactListId: row.contact_list_id,
    tickGeneration: Number(row.tick_generation),
    pacedUntilUs: Number(row.paced_until_us),
    lastContactSeq: row.last_contact_seq,
    campaignStatus: row.campaign_status,
  };
}
