import { Injectable } from '@nestjs/common';
import { renderTemplate } from '../../templates/index.js';
import { CallableTimesGate } from '../callable-times/callable-times.gate.js';
import type { SkipDisposition } from '../dispositions.js';
import { DynamicQueues } from '../runs/dynamic-queues.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { RecipientPairs } from '../pacing/recipient-pairs.js';
import { PreContactRules, type RuledClaim } from '../rules/pre-contact-rules.js';
import type { CampaignContext } from './campaign-contexts.js';
import { CALL_LEASE_MS, type Sendable } from './chunk-sender.js';
import { type ClaimedMessage, type FilledMessage, MessagesRepository } from './messages.repository.js';

export interface ChunkRequest {
  /** Greatest number of messages to claim. */
  limit: number;
  claimToken: string;
  /** Their calls begin at once. */
  begin: boolean;
  /** Looks for postponed messages first also where no callable times are kept to any more. */
  looksBack: boolean;
}

export interface ChunkClaim {
  /** In the order of the queue. */
  messages: Sendable[];
  /** True when the tick gave up before the queue was searched to its end. */
  mayHaveMore: boolean;
}

/** Long enough to reach the last slot of a chunk, short enough that a dead sender holds nothing up for long. */
const CLAIM_LEASE_MS = 10_000;
/** Most contacts looked at in one statement. */
const MOST_LOOKED_AT = 1_000;
/** Where contacts are skipped, the next statement looks this much further. */
const LOOK_FURTHER = 8;
/** With a dynamic filter, as whole stretches of the queue may no longer pass. */
const LOOK_FILTERED = 200;
/** Statements in one tick; a queue full of contacts to skip is worked off over several ticks. */
const MOST_ROUNDS = 10;

/** Fills a chunk with messages that can really be sent, settling on the way those that can't. */
@Injectable()
export class ChunkClaims {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly callableTimes: CallableTimesGate,
    private readonly rules: PreContactRules,
    private readonly traces: MessageTraces,
    private readonly dynamicQueues: DynamicQueues,
    private readonly pairs: RecipientPairs,
  ) {}

  async claim(
    runId: string,
    context: CampaignContext,
    { limit, claimToken, begin, looksBack }: ChunkRequest,
  ): Promise<ChunkClaim> {
    const { id: campaignId, whatsAppColumns } = context.campaign;
    const sender = { integrationId: context.integration.id, templateId: context.template.id };
    let isOpened = looksBack || context.campaign.callableTimeSetId !== null;
    if (isOpened) await this.callableTimes.open(runId, context.campaign);
    const changesAreLeft = await this.dynamicQueues.keepUp(runId, context.campaign);
    const matches = this.dynamicQueues.filterOf(context.campaign);
    const messages: Sendable[] = [];
    let look = matches ? Math.max(limit, LOOK_FILTERED) : limit;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const startedAt = Date.now();
      const found = await this.messages.claim({
        runId,
        campaignId,
        whatsAppColumns,
        limit: limit - messages.length,
        look: Math.min(look, MOST_LOOKED_AT),
        claimToken,
        leaseMs: begin ? CALL_LEASE_MS : CLAIM_LEASE_MS,
        begin: begin ? sender : undefined,
        matches,
      });
      this.traces.claimed(found.claimed, { campaignId, runId }, startedAt);
      if (found.skipped > 0) look = Math.min(look * LOOK_FURTHER, MOST_LOOKED_AT);
      if (found.claimed.length + found.skipped === 0) {
        if (isOpened) return { messages, mayHaveMore: changesAreLeft };
        isOpened = true;
        await this.callableTimes.open(runId, context.campaign);
        continue;
      }
      const sendable = await this.keepSendable(found.claimed, context, claimToken);
      const callable = await this.callableTimes.keepCallable(runId, context.campaign, sendable, claimToken);
      const apart = await this.keepApart(callable, context, claimToken);
      const ruled = await this.rules.apply(context, apart, claimToken);
      messages.push(...ruled.map(toSendable));
      if (messages.length >= limit) break;
    }
    return { messages, mayHaveMore: true };
  }

  recoverExpired(runId: string): Promise<void> {
    return this.messages.recoverExpired(runId);
  }

  /** Gives those back to whom the number has just sent another message, until they may have the next one. */
  private async keepApart<T extends ClaimedMessage>(
    found: T[],
    { integration }: CampaignContext,
    claimToken: string,
  ): Promise<T[]> {
    const waits = await this.pairs.take(integration.id, found);
    const held = new Map<number, string[]>();
    for (const [at, { id }] of found.entries()) {
      if (waits[at] === 0) continue;
      const seconds = Math.ceil(waits[at]! / 1_000);
      held.set(seconds, [...(held.get(seconds) ?? []), id]);
    }
    for (const [seconds, ids] of held) await this.messages.release(ids, claimToken, seconds * 1_000);
    return held.size === 0 ? found : found.filter((_, at) => waits[at] === 0);
  }

  private async keepSendable(
    found: ClaimedMessage[],
    context: CampaignContext,
    claimToken: string,
  ): Promise<FilledMessage[]> {
    const unsendable: { id: string; disposition: SkipDisposition; detail: string }[] = [];
    const filled: FilledMessage[] = [];
    for (const message of found) {
      const rendered = renderTemplate(context.template, message.data);
      if (rendered.ok) filled.push(Object.assign(message, { parameters: rendered.parameters }));
      else unsendable.push({ id: message.id, disposition: rendered.code, detail: rendered.message });
    }
    await this.messages.skip(unsendable, claimToken);
    return filled;
  }
}

function toSendable({ id, address, attempts, parameters, claimedAt, context }: RuledClaim): Sendable {
  return { id, address, attempts, parameters, claimedAt, context };
}
