import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { renderTemplate } from '../../templates/index.js';
import { type SendOutcome, WhatsAppService } from '../../whatsapp/index.js';
import { callbackDataOf } from '../callback-data.js';
import { evidenceOf, type ProviderEvidence } from '../provider-evidence.js';
import type { ChunkJob } from '../doorbell.js';
import { RunFinisher } from '../runs/run-finisher.js';
import { RunsRepository } from '../runs/runs.repository.js';
import type { CampaignContext } from './campaign-contexts.js';
import { type CallableMessage, MessagesRepository } from './messages.repository.js';
import { reactTo } from './reaction.js';
import { Settler } from './settler.js';

/** Calls in the air of one process. A provider that hangs must not fill the memory. */
const MOST_IN_FLIGHT = 2_000;

/** The calls to the provider that this process has in the air, from their begin to their settlement. */
@Injectable()
export class Calls implements BeforeApplicationShutdown {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly messages: MessagesRepository,
    private readonly settler: Settler,
    private readonly runs: RunsRepository,
    private readonly finisher: RunFinisher,
    private readonly logger: Logger,
  ) {}

  hasRoom(): boolean {
    return this.inFlight.size < MOST_IN_FLIGHT;
  }

  /** Calls the provider now; how the call ends is recorded in the background. */
  begin(message: CallableMessage, chunk: ChunkJob, context: CampaignContext): void {
    const call = this.call(message, chunk, context)
      .catch((error: unknown) => {
        // The row stays in calling and becomes ambiguous when its lease ends: never sent twice.
        this.logger.error({ err: error, messageId: message.id }, 'could not record how a call ended');
      })
      .finally(() => this.inFlight.delete(call));
    this.inFlight.add(call);
  }

  /** The queues are closed by now: waits for the calls in the air and writes how they ended. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.settler.drain();
  }

  private async call(message: CallableMessage, chunk: ChunkJob, context: CampaignContext): Promise<void> {
    const { integration, template, metaTemplate } = context;
    const rendered = renderTemplate(template, message.data);
    // The contact changed since the claim: the next claim looks at it anew.
    if (!rendered.ok) return this.messages.release([message.id], chunk.claimToken);
    const outcome = await this.whatsApp.sendTemplate(integration.id, {
      to: message.address,
      templateName: template.metaName,
      languageCode: template.language,
      parameters: rendered.parameters,
      metaTemplate,
      callbackData: callbackDataOf(message.id),
    });
    await this.record(outcome, message, chunk);
  }

  private async record(outcome: SendOutcome, message: CallableMessage, chunk: ChunkJob): Promise<void> {
    const reaction = reactTo(outcome, message.attempts);
    const { claimToken, runId, campaignId } = chunk;
    if (reaction.kind === 'settle') {
      const { disposition, detail } = reaction;
      this.settler.add({ id: message.id, claimToken, disposition, detail, ...provenBy(outcome) });
      return;
    }
    if (reaction.kind === 'invalidate') {
      await this.messages.release([message.id], claimToken);
      await this.finisher.invalidate(campaignId, [{ code: reaction.error, message: reaction.details }]);
      return;
    }
    await this.messages.requeue(message.id, claimToken, reaction);
    if (reaction.holdRun) await this.runs.hold(runId);
  }
}

function provenBy(outcome: SendOutcome): { wamid?: string } & Partial<ProviderEvidence> {
  if (outcome.kind === 'accepted') return { wamid: outcome.wamid };
  return outcome.kind === 'not-sent' ? {} : evidenceOf(outcome.error);
}
