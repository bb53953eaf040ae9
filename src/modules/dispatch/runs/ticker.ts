import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { CampaignLifecycle, type DispatchCampaign } from '../../campaigns/index.js';
import type { TickJob } from '../doorbell.js';
import { type CampaignContext, CampaignContexts } from '../sending/campaign-contexts.js';
import { ChunkClaims } from '../sending/chunk-claims.js';
import { RunFinisher } from './run-finisher.js';
import { type Run, RunsRepository } from './runs.repository.js';
import { TickEffects, type TickPlan } from './tick-effects.js';

/** A claim is prepared this long before the slot it is for. */
const PREPARE_MS = 200;
const SHORTEST_TICK_MS = 10;
const IN_FLIGHT_POLL_MS = 200;
const LONGEST_TICK_MS = 5_000;

/** The heart of a run: at each tick it claims as many messages as there are open slots and hands them to a sender. */
@Injectable()
export class Ticker {
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
  async tick({ campaignId, generation }: TickJob): Promise<void> {
    const plan = await this.uow.run(() => this.plan(campaignId, generation));
    if (plan) await this.outside.carryOut(campaignId, plan);
  }

  private async plan(campaignId: string, generation: number | undefined): Promise<TickPlan | undefined> {
    const locked = await this.runs.lockActive(campaignId);
    if (locked && generation !== undefined && generation < locked.tickGeneration) return undefined;
    const [campaign] = await this.campaigns.find([campaignId]);
    if (campaign?.status !== 'on') return this.finisher.windDown(campaignId, locked, campaign);
    const run = locked ?? (await this.runs.create(campaign));
    const chain = generation ?? (await this.runs.beginChain(run.id));
    const plan = { generation: chain, ...(await this.advance(run, campaign)) };
    const nextInMs = plan.nextInMs === undefined ? undefined : clampTick(plan.nextInMs);
    await this.runs.expectTick(run.id, nextInMs ?? null);
    return { ...plan, nextInMs };
  }

  private async advance(run: Run, campaign: DispatchCampaign): Promise<Omit<TickPlan, 'generation'>> {
    await this.claims.recoverExpired(run.id);
    const found = await this.contexts.get(campaign.id);
    if (!found) return {};
    if (!found.ok) {
      await this.finisher.invalidate(campaign.id, found.reasons);
      return {};
    }
    if (run.heldForMs > 0) return { nextInMs: run.heldForMs };
    return this.fillSlots(run, { ...found.context, campaign });
  }

  private async fillSlots(run: Run, context: CampaignContext): Promise<Omit<TickPlan, 'generation'>> {
    const { campaign } = context;
    const pace = this.outside.paceOf(run, context, await this.campaigns.findRunning());
    const open = await this.outside.pacer.open(pace);
    if (open.count === 0) return { nextInMs: open.nextInMs - PREPARE_MS };
    const claimToken = randomUUID();
    const claim = await this.claims.claim(run.id, context, { limit: open.count, claimToken });
    if (claim.claimed > 0) {
      const { slots, endUs, nextInMs } = await this.outside.pacer.take(pace, claim.claimed);
      await this.runs.notePace(run.id, endUs);
      const chunk = { campaignId: campaign.id, runId: run.id, claimToken, slots };
      return { chunk, nextInMs: nextInMs - PREPARE_MS };
    }
    if (claim.mayHaveMore) return { nextInMs: 0 };
    return this.finisher.whenQueueIsEmpty(run, campaign, IN_FLIGHT_POLL_MS);
  }
}

function clampTick(ms: number): number {
  return Math.min(LONGEST_TICK_MS, Math.max(SHORTEST_TICK_MS, ms));
}
