import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import type { ContactsInFront } from '../../contact-lists/index.js';
import type { TickJob } from '../doorbell.js';
import type { OpenSlots } from '../pacing/pacer.js';
import type { Room } from '../sending/calls.js';
import { type CampaignContext, CampaignContexts } from '../sending/campaign-contexts.js';
import { ChunkClaims } from '../sending/chunk-claims.js';
import { GROUP_MS } from '../sending/chunk-sender.js';
import { RunFinisher } from './run-finisher.js';
import { type Run, RunsRepository } from './runs.repository.js';
import { TickEffects, type TickPlan } from './tick-effects.js';

/** A claim is prepared this long before the slot it is for. */
const PREPARE_MS = 200;
const SHORTEST_TICK_MS = 5;
const IN_FLIGHT_POLL_MS = 200;
/** While another message tries whether the provider works again. */
const PROBE_POLL_MS = 250;
const LONGEST_TICK_MS = 5_000;
/** Most messages of one tick. */
const MOST_AT_ONCE = 500;
/** Room for fewer calls than this is not worth a claim. */
const FEW = 64;
/** What dead workers left, and what was postponed, is looked for this often while the queue is not empty. */
const LOOK_BACK_EVERY_MS = 1_000;
const MOST_REMEMBERED = 10_000;

/** The heart of a run: at each tick it claims as many messages as there are open slots and has them sent. */
@Injectable()
export class Ticker {
  /** Campaigns whose last messages left as many at once as there were connections. */
  private readonly unbounded = new Set<string>();
  private readonly lookBackAt = new Map<string, number>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly runs: RunsRepository,
    private readonly campaigns: CampaignLifecycle,
    private readonly contexts: CampaignContexts,
    private readonly claims: ChunkClaims,
    private readonly finisher: RunFinisher,
    private readonly outside: TickEffects,
  ) {}

  /** One tick. The run is locked meanwhile; whatever is lost after the commit, the sweeper finds. */
  async tick(job: TickJob): Promise<void> {
    const { campaignId, generation } = job;
    // Rung from outside: something changed.
    if (generation === undefined) {
      this.contexts.forget(campaignId);
      this.lookBackAt.delete(campaignId);
    } else if (!(await this.hasRoomFor(campaignId))) {
      // Without a look at PostgreSQL, for a second at most: until calls end, or another worker has room.
      return this.outside.handOn(campaignId, generation, SHORTEST_TICK_MS);
    }
    const room = this.outside.calls.promise(MOST_AT_ONCE);
    let chunk: TickPlan['chunk'];
    try {
      const plan = await this.uow.run(() => this.plan(job, room));
      chunk = plan?.chunk;
      if (plan) await this.outside.carryOut(campaignId, plan);
    } finally {
      if (!chunk?.room) room.keep(0);
    }
  }

  private async hasRoomFor(campaignId: string): Promise<boolean> {
    if (!this.unbounded.has(campaignId) || this.isLookBackDue(campaignId)) return true;
    return this.outside.calls.waitForRoom(FEW);
  }

  private async plan(
    { campaignId, generation, inFront }: TickJob,
    room: Room,
  ): Promise<TickPlan | undefined> {
    const locked = await this.runs.lockActive(campaignId);
    if (locked && generation !== undefined && generation < locked.tickGeneration) return undefined;
    const run = locked?.campaignStatus === 'on' ? locked : undefined;
    const active = run ?? (await this.openRun(campaignId, locked));
    if (!('id' in active)) return active.woundDown;
    if (inFront) await this.putInFront(active, inFront);
    const chain = generation ?? (await this.runs.beginChain(active.id));
    const plan = { generation: chain, ...(await this.advance(active, room)) };
    const least = plan.chunk ? 0 : SHORTEST_TICK_MS;
    const nextInMs = plan.nextInMs === undefined ? undefined : clampTick(plan.nextInMs, least);
    await this.runs.expectTick(active.id, nextInMs ?? null, plan.pacedUntilUs);
    return { ...plan, nextInMs };
  }

  /** The campaign has no run, or is not on any more. */
  private async openRun(
    campaignId: string,
    locked: Run | undefined,
  ): Promise<Run | { woundDown: TickPlan | undefined }> {
    const [campaign] = await this.campaigns.find([campaignId]);
    if (campaign?.status !== 'on')
      return { woundDown: await this.finisher.windDown(campaignId, locked, campaign) };
    if (locked) return locked;
    if (!(await this.runs.lockOpening(campaignId))) return { woundDown: undefined };
    return (await this.runs.lockActive(campaignId)) ?? this.runs.create(campaign);
  }

  private async putInFront(run: Run, inFront: ContactsInFront): Promise<void> {
    const [campaign] = await this.campaigns.find([run.campaignId]);
    if (campaign) await this.runs.queueInFront(run, campaign, inFront);
  }

  private async advance(run: Run, room: Room): Promise<Omit<TickPlan, 'generation'>> {
    const looksBack = this.isTimeToLookBack(run.campaignId);
    if (looksBack) await this.claims.recoverExpired(run.id);
    const found = await this.contexts.get(run.campaignId);
    if (!found) return {};
    if (!found.ok) {
      await this.finisher.invalidate(run.campaignId, found.reasons);
      return {};
    }
    const { id: integrationId } = found.context.integration;
    const gate = await this.outside.gates.get(integrationId);
    if (gate.heldForMs > 0) return { nextInMs: gate.heldForMs };
    if (!gate.isHalfOpen) return this.fillSlots(run, found.context, { room, most: MOST_AT_ONCE, looksBack });
    if (!(await this.outside.gates.probe(integrationId))) return { nextInMs: PROBE_POLL_MS };
    const filled = await this.fillSlots(run, found.context, { room, most: 1, looksBack });
    const stopProbing = (): Promise<void> => this.outside.gates.stopProbing(integrationId);
    if (!filled.chunk) await stopProbing();
    return { ...filled, chunk: filled.chunk && { ...filled.chunk, whenNoneLeft: stopProbing } };
  }

  private async fillSlots(
    run: Run,
    context: CampaignContext,
    { room, most, looksBack }: { room: Room; most: number; looksBack: boolean },
  ): Promise<Omit<TickPlan, 'generation'>> {
    const { pacer } = this.outside;
    const pace = await this.outside.paceOf(run, context);
    // Where slots are plenty, those that find no message are no loss, and one question to Redis is saved.
    const takesFirst = this.unbounded.has(context.campaign.id) && room.calls > 0;
    const open = takesFirst
      ? await pacer.takeFresh(pace, Math.min(most, room.calls))
      : await pacer.open(pace, most);
    if (open.slots.length === 0) return { nextInMs: open.nextInMs - PREPARE_MS };
    const begin = areDueAtOnce(open) && !isConstrained(context);
    this.noteUnbounded(context.campaign.id, begin);
    const limit = begin ? Math.min(open.slots.length, room.calls) : open.slots.length;
    if (begin && limit < Math.min(FEW, open.slots.length)) return { nextInMs: SHORTEST_TICK_MS };
    const claimToken = randomUUID();
    const request = { limit, claimToken, begin, looksBack };
    const { messages, mayHaveMore } = await this.claims.claim(run.id, context, request);
    if (messages.length > 0) {
      const taken = takesFirst ? open : await pacer.take(pace, messages.length);
      const { slots, clock, endUs, nextInMs } = taken;
      if (begin) room.keep(messages.length);
      const sent = { messages, slots, clock, room: begin ? room : undefined };
      const chunk = { runId: run.id, claimToken, context, ...sent };
      return { chunk, pacedUntilUs: endUs, nextInMs: nextInMs - PREPARE_MS };
    }
    if (mayHaveMore) return { nextInMs: 0 };
    return this.finisher.whenQueueIsEmpty(run, context.campaign, IN_FLIGHT_POLL_MS);
  }

  private isLookBackDue(campaignId: string): boolean {
    return performance.now() >= (this.lookBackAt.get(campaignId) ?? 0);
  }

  private noteUnbounded(campaignId: string, isUnbounded: boolean): void {
    if (!isUnbounded) this.unbounded.delete(campaignId);
    else {
      if (this.unbounded.size > MOST_REMEMBERED) this.unbounded.clear();
      this.unbounded.add(campaignId);
    }
  }

  private isTimeToLookBack(campaignId: string): boolean {
    if (!this.isLookBackDue(campaignId)) return false;
    if (this.lookBackAt.size > MOST_REMEMBERED) this.lookBackAt.clear();
    this.lookBackAt.set(campaignId, performance.now() + LOOK_BACK_EVERY_MS);
    return true;
  }
}

/** So many slots in so little time that a whole tick's worth leaves as one group. */
function areDueAtOnce({ slots }: OpenSlots): boolean {
  return slots.length >= FEW && slots.at(-1)!.atUs - slots[0]!.atUs < GROUP_MS * 1000;
}

/** What the campaign keeps to is looked at after the claim, and once more right before the call. */
function isConstrained({ campaign }: CampaignContext): boolean {
  return campaign.callableTimeSetId !== null || campaign.ruleSetIds.length > 0;
}

function clampTick(ms: number, least: number): number {
  return Math.min(LONGEST_TICK_MS, Math.max(least, ms));
}
