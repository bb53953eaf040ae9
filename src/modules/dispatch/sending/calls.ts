import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { renderTemplate } from '../../templates/index.js';
import { type SendOutcome, WhatsAppService } from '../../whatsapp/index.js';
import { callbackDataOf } from '../callback-data.js';
import { evidenceOf, type ProviderEvidence } from '../provider-evidence.js';
import type { CampaignContext } from './campaign-contexts.js';
import { Consequences } from './consequences.js';
import { type ClaimedMessage, MessagesRepository } from './messages.repository.js';
import { reactTo } from './reaction.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { Settler } from './settler.js';

/** One message that is to leave now. */
export interface Call {
  message: ClaimedMessage;
  runId: string;
  claimToken: string;
  context: CampaignContext;
  /** Whether the slot of the message still lasts; asked again when a connection is free. */
  mayStart: () => boolean;
}

/** Calls in the air of one process. A provider that hangs must not fill the memory. */
const MOST_IN_FLIGHT = 2_000;
/** As many as there are connections to the provider: further ones would only wait. */
const AT_ONCE = 512;
const ROOM_POLL_MS = 2;

/** The calls to the provider that this process has in the air, from their begin to their settlement. */
@Injectable()
export class Calls {
  private readonly inFlight = new Set<Promise<void>>();
  private promised = 0;

  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly messages: MessagesRepository,
    private readonly settler: Settler,
    private readonly consequences: Consequences,
    private readonly traces: MessageTraces,
    private readonly logger: Logger,
  ) {}

  /** Connections that neither a call uses nor anybody was promised. */
  private get free(): number {
    return Math.max(0, AT_ONCE - this.inFlight.size - this.promised);
  }

  hasRoom(): boolean {
    return this.inFlight.size < MOST_IN_FLIGHT;
  }

  /** Keeps connections free for up to `wanted` calls that begin at once; answers how many. */
  promise(wanted: number): number {
    const granted = Math.min(wanted, this.free);
    this.promised += granted;
    return granted;
  }

  /** Waits until `wanted` connections are free, `withinMs` at most; answers how many are. */
  async waitForRoom(wanted: number, withinMs: number): Promise<number> {
    const end = performance.now() + withinMs;
    while (this.free < wanted && performance.now() < end) await sleep(ROOM_POLL_MS);
    return this.free;
  }

  /** The promised calls have begun, or will not. */
  redeem(granted: number): void {
    this.promised -= granted;
  }

  /** Calls the provider now; how the call ends is recorded in the background. */
  begin(call: Call): void {
    const ending = this.make(call)
      .catch((error: unknown) => {
        // The row stays in calling and becomes ambiguous when its lease ends: never sent twice.
        this.logger.error({ err: error, messageId: call.message.id }, 'could not record how a call ended');
      })
      .finally(() => this.inFlight.delete(ending));
    this.inFlight.add(ending);
  }

  /** Waits for the calls in the air and writes how they ended. */
  async finish(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.settler.drain();
  }

  private async make(call: Call): Promise<void> {
    const { message, claimToken, context, mayStart } = call;
    const { integration, template, metaTemplate } = context;
    const rendered = renderTemplate(template, message.data);
    // The template changed since the claim: the next claim looks at the contact anew.
    if (!rendered.ok) return this.messages.release([message.id], claimToken);
    const outcome = await this.traces.called(message, aboutOf(call), () =>
      this.whatsApp.sendTemplate(integration.id, {
        to: message.address,
        templateName: template.metaName,
        languageCode: template.language,
        parameters: rendered.parameters,
        metaTemplate,
        callbackData: callbackDataOf(message.id),
        mayStart,
      }),
    );
    await this.record(outcome, call);
  }

  private async record(outcome: SendOutcome, call: Call): Promise<void> {
    const { message, claimToken, context } = call;
    const { fate, consequence } = reactTo(outcome, message.attempts);
    const { id } = message;
    if (fate.kind === 'settle') {
      const { disposition, detail } = fate;
      this.traces.settled(message, aboutOf(call), disposition);
      this.settler.settle({ id, claimToken, disposition, detail, ...provenBy(outcome) });
    } else {
      this.settler.requeue({
        id,
        claimToken,
        delayMs: fate.delayMs,
        attempts: fate.countsAsAttempt ? 1 : 0,
      });
    }
    if (consequence) await this.consequences.draw(consequence, context, message);
  }
}

function aboutOf({ runId, context }: Call): { campaignId: string; runId: string } {
  return { campaignId: context.campaign.id, runId };
}

function provenBy(outcome: SendOutcome): { wamid?: string } & Partial<ProviderEvidence> {
  if (outcome.kind === 'accepted') return { wamid: outcome.wamid };
  if (outcome.kind === 'not-sent' || outcome.kind === 'withheld') return {};
  return evidenceOf(outcome.error);
}
