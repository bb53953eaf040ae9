import { Injectable } from '@nestjs/common';
import type { DispatchCampaign } from '../../campaigns/index.js';
import { type ChunkJob, Doorbell } from '../doorbell.js';
import { fairShares, slotSpacingUs } from '../pacing/pace.js';
import { type PaceRequest, Pacer } from '../pacing/pacer.js';
import type { CampaignContext } from '../sending/campaign-contexts.js';
import type { Run } from './runs.repository.js';

/** What a tick decided. */
export interface TickPlan {
  generation: number;
  chunk?: ChunkJob;
  /** Undefined: the run sleeps until somebody rings. */
  nextInMs?: number;
}

/** What a tick asks of Redis and the queues. */
@Injectable()
export class TickEffects {
  constructor(
    readonly pacer: Pacer,
    private readonly doorbell: Doorbell,
  ) {}

  /** The pace of the run: its own messages per minute, or its fair part of the integration when that is less. */
  paceOf(run: Run, { campaign, integration }: CampaignContext, running: DispatchCampaign[]): PaceRequest {
    const rivals = running.filter(
      ({ status, integrationId }) => status === 'on' && integrationId === integration.id,
    );
    const shares = fairShares(
      rivals.map(({ id, messagesPerMinute }) => ({ campaignId: id, messagesPerMinute })),
      integration.messagesPerSecond * 60,
    );
    const messagesPerMinute = Math.min(
      campaign.messagesPerMinute,
      shares.get(campaign.id) ?? campaign.messagesPerMinute,
    );
    return {
      campaignId: campaign.id,
      spacingUs: slotSpacingUs(messagesPerMinute),
      pacedUntilUs: run.pacedUntilUs,
    };
  }

  async carryOut(campaignId: string, { chunk, generation, nextInMs }: TickPlan): Promise<void> {
    if (chunk) await this.doorbell.sendChunk(chunk);
    if (nextInMs !== undefined) await this.doorbell.tickAgain(campaignId, generation, nextInMs);
  }
}
