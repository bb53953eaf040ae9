import { Injectable } from '@nestjs/common';
import { CampaignLifecycle, type DispatchCampaign } from '../../campaigns/index.js';
import { Doorbell } from '../doorbell.js';
import { fairShares } from '../pacing/pace.js';
import { IntegrationGates } from '../pacing/integration-gates.js';
import { type PaceRequest, Pacer } from '../pacing/pacer.js';
import { Calls } from '../sending/calls.js';
import type { CampaignContext } from '../sending/campaign-contexts.js';
import { type Chunk, ChunkSender } from '../sending/chunk-sender.js';
import type { Run } from './runs.repository.js';

/** What a tick decided. */
export interface TickPlan {
  generation: number;
  chunk?: Chunk;
  /** End of the last slot taken. */
  pacedUntilUs?: number;
  /** Undefined: the run sleeps until somebody rings. */
  nextInMs?: number;
}

/** Who shares an integration is looked up again after this long; the slots of the integration hold meanwhile. */
const RIVALS_FRESH_MS = 500;

/** What a tick asks of Redis, the queues and the senders. */
@Injectable()
export class TickEffects {
  private rivals: { until: number; running: Promise<DispatchCampaign[]> } | undefined;

  constructor(
    readonly pacer: Pacer,
    readonly calls: Calls,
    private readonly doorbell: Doorbell,
    private readonly sender: ChunkSender,
    private readonly campaigns: CampaignLifecycle,
    readonly gates: IntegrationGates,
  ) {}

  /** The pace of the run: its own messages per minute, or its fair part of the integration when that is less. */
  async paceOf(run: Run, { campaign, integration }: CampaignContext): Promise<PaceRequest> {
    const rivals = (await this.findRunning()).filter(
      ({ id, status, integrationId }) =>
        id !== campaign.id && status === 'on' && integrationId === integration.id,
    );
    const { factor } = await this.gates.get(integration.id);
    const capacity = Math.max(1, integration.messagesPerSecond * 60 * factor);
    const shares = fairShares(
      [campaign, ...rivals].map(({ id, messagesPerMinute }) => ({ campaignId: id, messagesPerMinute })),
      capacity,
    );
    return {
      campaignId: campaign.id,
      messagesPerMinute: shares.get(campaign.id)!,
      integrationId: integration.id,
      integrationPerMinute: capacity,
      pacedUntilUs: run.pacedUntilUs,
    };
  }

  /** The next tick first, so that another worker may go on at once, or this one between two calls. */
  async carryOut(campaignId: string, { chunk, generation, nextInMs }: TickPlan): Promise<void> {
    const rung =
      nextInMs === undefined ? undefined : this.doorbell.tickAgain(campaignId, generation, nextInMs);
    if (chunk) this.sender.begin(chunk);
    await rung;
  }

  /** Leaves the tick to whoever takes it next, perhaps another worker. */
  handOn(campaignId: string, generation: number, inMs: number): Promise<void> {
    return this.doorbell.tickAgain(campaignId, generation, inMs);
  }

  private findRunning(): Promise<DispatchCampaign[]> {
    const now = performance.now();
    if (!this.rivals || this.rivals.until < now) {
      const running = this.campaigns.findRunning();
      this.rivals = { until: now + RIVALS_FRESH_MS, running };
      running.catch(() => (this.rivals = undefined));
    }
    return this.rivals.running;
  }
}
