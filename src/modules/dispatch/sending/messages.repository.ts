import { Injectable } from '@nestjs/common';
import type { TemplateParameters } from '../../../kernel/template-parameters.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import {
  BEGIN_CALLS,
  BEGIN_RULED_CALLS,
  CLAIM,
  claimFilteredSql,
  LOCK_RUNS_OF_LOST,
  RECOVER,
  RECOVER_ANY,
  RELEASE,
  REQUEUE,
  REQUEUE_LOST,
  RUN_PENDING,
  SETTLE,
  SKIP,
} from './messages.sql.js';
import type { Disposition, SkipDisposition } from '../dispositions.js';

/** A message that a chunk may send; nobody else touches it while the lease lasts. */
export interface ClaimedMessage {
  id: string;
  position: number;
  /** Digits of the WhatsApp id it goes to. */
  address: string;
  /** The same for every spelling of that id. */
  matchKey: string;
  /** Tries before this one. */
  attempts: number;
  data: Record<string, string>;
  /** Milliseconds since 1970; only known while there are traces. */
  claimedAt?: number;
}

/** A claimed message, and what fills its template. */
export interface FilledMessage extends ClaimedMessage {
  parameters: TemplateParameters;
}

/** What is left of it for the call: thousands wait for theirs at a time. */
export type SendableMessage = Pick<FilledMessage, 'id' | 'address' | 'attempts' | 'parameters' | 'claimedAt'>;

export interface ClaimRequest {
  runId: string;
  campaignId: string;
  whatsAppColumns: readonly string[];
  /** Greatest number of messages to claim. */
  limit: number;
  /** Contacts to look at; those beyond the limit that can be messaged stay in the queue. */
  look: number;
  claimToken: string;
  leaseMs: number;
  /** The calls begin at once, by this integration and template: the messages become calling instead of claimed. */
  begin?: { integrationId: string; templateId: string };
  /** With a dynamic filter: its condition on contacts `c`, which adds its values to `params`. */
  matches?: (params: unknown[]) => Promise<string>;
}

export interface ClaimResult {
  claimed: ClaimedMessage[];
  /** Contacts passed over in this claim, each settled with its reason. */
  skipped: number;
}

export interface Settlement {
  id: string;
  claimToken: string;
  disposition: Disposition;
  wamid?: string;
  detail?: string;
  errorCode?: number;
  errorText?: string;
  errorDetail?: string;
}

/** A message that goes back to the queue, to be tried again after `delayMs`. */
export interface Requeueing {
  id: string;
  claimToken: string;
  delayMs: number;
  /** 1 when the call counts as a try, else 0. */
  attempts: 0 | 1;
}

export interface PendingCounts {
  queued: number;
  inFlight: number;
  /** Milliseconds until the first deferred message may be sent; undefined when one may be sent now or none waits. */
  nextDueInMs?: number;
}

const MOST_RECOVERED = 1_000;

/** The queue of a run and the state of its messages. Every move is one conditional UPDATE. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Claims the next messages in queue order; contacts that must not be messaged are settled on the way. */
  async claim(request: ClaimRequest): Promise<ClaimResult> {
    const { limit, look, begin, matches } = request;
    const params: unknown[] = [
      request.runId,
      request.campaignId,
      request.whatsAppColumns,
      limit,
      request.claimToken,
      request.leaseMs,
      look,
      begin !== undefined,
      begin?.integrationId ?? null,
      begin?.templateId ?? null,
    ];
    const sql = matches ? claimFilteredSql(await matches(params)) : CLAIM;
    const [rows] = await this.uow.manager.query<
      [(Omit<ClaimedMessage, 'position'> & { position: string; disposition: string | null })[], number]
    >(sql, params);
    const claimed = rows
      .filter((row) => row.disposition === null)
      .map(({ id, position, address, matchKey, attempts, data }) => ({
        id,
        position: Number(position),
        address,
        matchKey,
        attempts,
        data,
      }))
      .sort((a, b) => a.position - b.position);
    return { claimed, skipped: rows.length - claimed.length };
  }

  /** Ends claimed messages that turned out unsendable, without a call. */
  async skip(
    messages: readonly { id: string; disposition: SkipDisposition; detail: string }[],
    claimToken: string,
  ): Promise<void> {
    if (messages.length > 0) await this.uow.manager.query(SKIP, [JSON.stringify(messages), claimToken]);
  }

  /**
   * Moves claimed messages to calling, just before their calls. Only those come back that may still be sent: the
   * campaign is on, its run active, the claim ours, and the address on none of its DNC lists at this very moment.
   */
  async beginCalls(
    ids: readonly string[],
    context: {
      claimToken: string;
      campaignId: string;
      integrationId: string;
      templateId: string;
      leaseMs: number;
      /** Whether some have a template by a rule. */
      ruled?: boolean;
    },
  ): Promise<{ id: string; address: string }[]> {
    const { claimToken, campaignId, integrationId, templateId, leaseMs, ruled } = context;
    const sql = ruled ? BEGIN_RULED_CALLS : BEGIN_CALLS;
    const [rows] = await this.uow.manager.query<[{ id: string; address: string }[], number]>(sql, [
      arrayOf(ids),
      claimToken,
      campaignId,
      integrationId,
      templateId,
      leaseMs,
    ]);
    return rows;
  }

  /** Gives messages back to the queue that were certainly not sent, for now or after `delayMs`. */
  async release(ids: readonly string[], claimToken: string, delayMs = 0): Promise<void> {
    if (ids.length > 0) await this.uow.manager.query(RELEASE, [arrayOf(ids), claimToken, delayMs]);
  }

  /**
   * Gives messages back that the provider refused or never saw. One whose lease ran out meanwhile is still corrected from
   * ambiguous; it has failed where its run is over.
   */
  async requeue(messages: readonly Requeueing[]): Promise<void> {
    if (messages.length === 0) return;
    const [requeued] = await this.uow.manager.query<[{ id: string }[], number]>(REQUEUE, [
      JSON.stringify(messages),
      idsOf(messages),
    ]);
    if (requeued.length === messages.length) return;
    const done = new Set(requeued.map(({ id }) => id));
    await this.requeueLost(messages.filter(({ id }) => !done.has(id)));
  }

  private requeueLost(messages: readonly Requeueing[]): Promise<void> {
    const ids = idsOf(messages);
    return this.uow.run(async () => {
      const runs = await this.uow.manager.query<unknown[]>(LOCK_RUNS_OF_LOST, [ids]);
      if (runs.length > 0) await this.uow.manager.query(REQUEUE_LOST, [JSON.stringify(messages), ids]);
    });
  }

  /**
   * Records how calls ended, with the messages and with their contacts. A message whose lease ran out meanwhile is still
   * corrected from ambiguous.
   */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length > 0)
      await this.uow.manager.query(SETTLE, [JSON.stringify(settlements), idsOf(settlements)]);
  }

  /**
   * Deals with what a dead worker left: claimed messages go back to the queue; of a call that had begun nobody knows
   * whether the provider took it, so it becomes ambiguous and is never made again.
   */
  async recoverExpired(runId: string): Promise<void> {
    await this.uow.manager.query(RECOVER, [runId]);
  }

  /** The same in all runs, also those that are over, some at once. True when there may be more. */
  async recoverAnyExpired(): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ recovered: number }]>(RECOVER_ANY, [MOST_RECOVERED]);
    return row.recovered === MOST_RECOVERED;
  }

  async pending(runId: string): Promise<PendingCounts> {
    const [row] = await this.uow.manager.query<
      [{ queued: string; in_flight: string; due_in_ms: number | null }]
    >(RUN_PENDING, [runId]);
    const dueInMs = row.due_in_ms ?? 0;
    return {
      queued: Number(row.queued),
      inFlight: Number(row.in_flight),
      nextDueInMs: dueInMs > 0 ? dueInMs : undefined,
    };
  }
}

/** The ids in order, so that rows are always locked in the same one. */
function idsOf(messages: readonly { id: string }[]): string {
  return arrayOf(messages.map(({ id }) => id).sort());
}

/** As PostgreSQL writes a `uuid[]`; the driver would look for something to escape in each of them. */
function arrayOf(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}
