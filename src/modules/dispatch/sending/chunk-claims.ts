import { Injectable } from '@nestjs/common';
import { renderTemplate } from '../../templates/index.js';
import type { CampaignContext } from './campaign-contexts.js';
import { type ClaimedMessage, MessagesRepository } from './messages.repository.js';

export interface ChunkClaim {
  claimed: number;
  /** True when the tick gave up before the queue was searched to its end. */
  mayHaveMore: boolean;
}

/** Long enough to reach the last slot of a chunk, short enough that a dead sender holds nothing up for long. */
const CLAIM_LEASE_MS = 10_000;
/** Most contacts looked at in one statement. */
const MOST_LOOKED_AT = 1_000;
/** Where contacts are skipped, the next statement looks this much further. */
const LOOK_FURTHER = 8;
/** Statements in one tick; a queue full of contacts to skip is worked off over several ticks. */
const MOST_ROUNDS = 10;

/** Fills a chunk with messages that can really be sent, settling on the way those that can't. */
@Injectable()
export class ChunkClaims {
  constructor(private readonly messages: MessagesRepository) {}

  async claim(
    runId: string,
    context: CampaignContext,
    { limit, claimToken }: { limit: number; claimToken: string },
  ): Promise<ChunkClaim> {
    const { id: campaignId, whatsAppColumns } = context.campaign;
    let claimed = 0;
    let look = limit;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const found = await this.messages.claim({
        runId,
        campaignId,
        whatsAppColumns,
        limit: limit - claimed,
        look: Math.min(look, MOST_LOOKED_AT),
        claimToken,
        leaseMs: CLAIM_LEASE_MS,
      });
      if (found.skipped > 0) look = Math.min(look * LOOK_FURTHER, MOST_LOOKED_AT);
      if (found.claimed.length + found.skipped === 0) return { claimed, mayHaveMore: false };
      claimed += await this.keepSendable(found.claimed, context, claimToken);
      if (claimed >= limit) break;
    }
    return { claimed, mayHaveMore: true };
  }

  recoverExpired(runId: string): Promise<void> {
    return this.messages.recoverExpired(runId);
  }

  private async keepSendable(
    found: ClaimedMessage[],
    context: CampaignContext,
    claimToken: string,
  ): Promise<number> {
    const unsendable = found.flatMap(({ id, data }) => {
      const rendered = renderTemplate(context.template, data);
      return rendered.ok ? [] : [{ id, disposition: rendered.code, detail: rendered.message }];
    });
    await this.messages.skip(unsendable, claimToken);
    return found.length - unsendable.length;
  }
}
