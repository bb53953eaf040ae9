import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import {
  type CampaignCallableTimes,
  CampaignConstraints,
  type DispatchCampaign,
} from '../../campaigns/index.js';
import { EventLog } from '../../event-log/index.js';
import { WINDOW_CLOSED } from '../dispositions.js';
import { Doorbell } from '../doorbell.js';
import { MessagesRepository } from '../sending/messages.repository.js';
import { PostponedRepository } from './postponed.repository.js';

/** Messages put back into the queue at once: a whole country opens at nine. */
const MOST_WOKEN = 2_000;
/** Where one contact's window is closed, those of the next ones often are. */
const LOOK_AHEAD = 2_000;
const QUIET_MS = 60 * 60_000;
/** Timers may be early by a little. */
const TIMER_SLACK_MS = 20;

interface Judged {
  open: Set<string>;
  closed: { id: string; until: Date }[];
  never: { id: string; detail: string }[];
}

/** Lets only those messages through whose contact may be messaged at this time of their day. */
@Injectable()
export class CallableTimesGate {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly constraints: CampaignConstraints,
    private readonly postponed: PostponedRepository,
    private readonly messages: MessagesRepository,
    private readonly doorbell: Doorbell,
    private readonly eventLog: EventLog,
  ) {}

  /** Before a claim: those whose window has opened are in the queue again. */
  async open(runId: string, { callableTimeSetId }: DispatchCampaign): Promise<void> {
    await this.postponed.wake(runId, { all: callableTimeSetId === null, most: MOST_WOKEN });
  }

  /** Of claimed messages, those that may be sent now; others are postponed, or skipped when their time never comes. */
  async keepCallable<M extends { id: string }>(
    runId: string,
    campaign: DispatchCampaign,
    messages: M[],
    claimToken: string,
  ): Promise<M[]> {
    const times = await this.constraints.callableTimesOf(campaign);
    if (!times || messages.length === 0) return messages;
    const { open, closed, never } = await this.judge(times, messages);
    const missed = times.reschedules ? [] : closed.map(({ id }) => ({ id, detail: WINDOW_CLOSED }));
    await this.skip([...never, ...missed], campaign, claimToken);
    if (times.reschedules) {
      await this.postponed.postpone(closed, claimToken);
      if (closed.length > 0) await this.postponeAhead(runId, campaign, times);
    }
    return messages.filter(({ id }) => open.has(id));
  }

  /** Right before calls: those that may be made now. Of the others nobody has called the provider; they wait. */
  async keepStillCallable<M extends { id: string }>(
    campaign: DispatchCampaign,
    messages: M[],
    claimToken: string,
  ): Promise<M[]> {
    const times = await this.constraints.callableTimesOf(campaign);
    if (!times || messages.length === 0) return messages;
    const { open, closed, never } = await this.judge(times, messages);
    if (times.reschedules) await this.postponed.postpone(closed, claimToken);
    // The next claim tells why.
    const others = times.reschedules ? never : [...never, ...closed];
    await this.messages.release(
      others.map(({ id }) => id),
      claimToken,
    );
    return messages.filter(({ id }) => open.has(id));
  }

  /** The queue is empty: true when postponed messages remain, for the first of which the doorbell rings. */
  async waitsForOpening(runId: string, campaignId: string): Promise<boolean> {
    const dueInMs = await this.postponed.dueInMs(runId);
    if (dueInMs === undefined) return false;
    await this.uow.afterCommit(() => this.doorbell.ringIn(campaignId, dueInMs + TIMER_SLACK_MS));
    return true;
  }

  private async judge(times: CampaignCallableTimes, messages: readonly { id: string }[]): Promise<Judged> {
    const ids = messages.map(({ id }) => id);
    const now = new Date();
    const judged: Judged = { open: new Set(), closed: [], never: [] };
    for (const { id, zone } of await this.postponed.zonesOf(ids, times.timeColumns)) {
      const answer = times.windows.at(zone, now);
      if (answer.kind === 'open') judged.open.add(id);
      else if (answer.kind === 'closed') judged.closed.push({ id, until: answer.opensAt });
      else judged.never.push({ id, detail: explain(zone, answer.because) });
    }
    return judged;
  }

  private async skip(
    messages: readonly { id: string; detail: string }[],
    { id, name }: DispatchCampaign,
    claimToken: string,
  ): Promise<void> {
    if (messages.length === 0) return;
    const disposition = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED';
    await this.messages.skip(
      messages.map((message) => ({ ...message, disposition })),
      claimToken,
    );
    if (!messages.some(({ detail }) => detail.includes('no time zone'))) return;
    await this.eventLog.record({
      code: 'INVALID_CALLABLE_TIME_ZONE',
      message: 'The campaign "{campaign}" passes over contacts whose time zone can not be read.',
      params: { campaign: name },
      entity: { kind: 'messagingCampaign', id, name },
      quietMs: QUIET_MS,
    });
  }

  // With several WhatsApp columns it is not known ahead which of them, and so which zone, a contact is messaged by.
  private async postponeAhead(
    runId: string,
    { whatsAppColumns }: DispatchCampaign,
    { timeColumns, windows }: CampaignCallableTimes,
  ): Promise<void> {
    const [column, ...others] = whatsAppColumns;
    const timeColumn = column && timeColumns[column];
    if (!timeColumn || others.length > 0) return;
    await this.postponed.postponeAhead(runId, timeColumn, windows.closedAt(new Date()), LOOK_AHEAD);
  }
}

function explain(zone: string, because: 'no time zone' | 'not in the set'): string {
  if (zone.trim() === '') return 'no time zone is given';
  return because === 'no time zone'
    ? `"${zone.slice(0, 40)}" is no time zone`
    : `the callable time set has no time for ${zone.slice(0, 40)}`;
}
