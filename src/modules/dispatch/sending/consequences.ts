import { Injectable } from '@nestjs/common';
import { assertNever } from '../../../kernel/assert-never.js';
import { Logger } from '../../../platform/logging/logger.js';
import { EventLog } from '../../event-log/index.js';
import { explainProviderError, type ProviderError, WhatsAppService } from '../../whatsapp/index.js';
import { IntegrationGates } from '../pacing/integration-gates.js';
import { WebhookOptOuts } from '../webhooks/opt-outs.js';
import type { CampaignContext } from './campaign-contexts.js';
import { CampaignContexts } from './campaign-contexts.js';
import type { Consequence } from './reaction.js';

/** Calls in a row of which nobody knows how they ended, after which the provider is taken for broken. */
const UNKNOWN_IN_A_ROW = 10;
/** Refusals in a row of requests as wrong, after which not the contacts but the template is taken for bad. */
const BAD_IN_A_ROW = 20;
const BAD_TEMPLATE_REST_MS = 60 * 60_000;
const QUIET_MS = 5 * 60_000;

/** Draws from the answer to one message what it says about the template, the number and the provider. */
@Injectable()
export class Consequences {
  private readonly unknownInARow = new Map<string, number>();
  private readonly badInARow = new Map<string, number>();

  constructor(
    private readonly gates: IntegrationGates,
    private readonly whatsApp: WhatsAppService,
    private readonly contexts: CampaignContexts,
    private readonly eventLog: EventLog,
    private readonly optOuts: WebhookOptOuts,
    private readonly logger: Logger,
  ) {}

  /** `message` is the one that was answered. */
  async draw(
    consequence: Consequence,
    context: CampaignContext,
    message: { id: string; address: string },
  ): Promise<void> {
    const { campaign, integration } = context;
    if (consequence.kind !== 'outage') this.unknownInARow.delete(integration.id);
    if (consequence.kind !== 'bad-request') this.badInARow.delete(campaign.id);
    switch (consequence.kind) {
      case 'works':
        if (await this.gates.works(integration.id))
          this.logger.info(idsOf(context), 'the provider works again');
        return;
      case 'outage':
        return this.outage(consequence.isCertain, context);
      case 'throttle':
        return this.throttle(consequence.waitMs, context);
      case 'rest':
        return this.gates.hold(integration.id, consequence.waitMs);
      case 'pause-template':
        return this.pauseTemplate(consequence.error, context, consequence.forMs);
      case 'pause-number':
        return this.pauseNumber(consequence.error, context, consequence.forMs);
      case 'marketing-stopped':
        return this.marketingStopped(message, context);
      case 'bad-request':
        return this.badRequest(consequence.error, context);
      default:
        return assertNever(consequence);
    }
  }

  private async outage(isCertain: boolean, context: CampaignContext): Promise<void> {
    const { integration } = context;
    const inARow = (this.unknownInARow.get(integration.id) ?? 0) + 1;
    this.unknownInARow.set(integration.id, inARow);
    if (!isCertain && inARow < UNKNOWN_IN_A_ROW) return;
    if (await this.gates.outage(integration.id)) {
      await this.tell(
        context,
        'WhatsApp can not be reached, or gives no clear answer; "{campaign}" waits and tries again.',
      );
    }
  }

  private async throttle(waitMs: number, context: CampaignContext): Promise<void> {
    if (await this.gates.throttle(context.integration.id, waitMs)) {
      await this.tell(context, 'WhatsApp asks for fewer messages; "{campaign}" goes slower for a while.');
    }
  }

  private async pauseTemplate(error: ProviderError, context: CampaignContext, forMs?: number): Promise<void> {
    const { campaign, integration, template } = context;
    const until = forMs === undefined ? undefined : new Date(Date.now() + forMs);
    const name = { name: template.metaName, language: template.language };
    await this.whatsApp.pauseTemplate(integration.id, name, wordsOf(error), until);
    this.contexts.forget(campaign.id);
  }

  private async pauseNumber(error: ProviderError, context: CampaignContext, forMs?: number): Promise<void> {
    const until = forMs === undefined ? undefined : new Date(Date.now() + forMs);
    const problem = { code: `whatsapp.error.${error.code}`, message: wordsOf(error) };
    await this.whatsApp.markIntegrationError(context.integration.id, problem, until);
    this.contexts.forget(context.campaign.id);
  }

  private async badRequest(error: ProviderError, context: CampaignContext): Promise<void> {
    const inARow = (this.badInARow.get(context.campaign.id) ?? 0) + 1;
    this.badInARow.set(context.campaign.id, inARow);
    if (inARow < BAD_IN_A_ROW) return;
    this.badInARow.delete(context.campaign.id);
    await this.pauseTemplate(error, context, BAD_TEMPLATE_REST_MS);
  }

  private async marketingStopped(
    message: { id: string; address: string },
    { integration }: CampaignContext,
  ): Promise<void> {
    await this.optOuts.marketingRefused(message, integration.phoneNumberId);
  }

  private async tell(context: CampaignContext, message: string): Promise<void> {
    const { campaign, integration } = context;
    await this.eventLog.record({
      code: 'CAMPAIGN_THROTTLED',
      message,
      params: { campaign: campaign.name },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
      related: { kind: 'whatsAppIntegration', id: integration.id, name: integration.name },
      quietMs: QUIET_MS,
    });
    this.logger.warn(idsOf(context), 'the provider slows a campaign down');
  }
}

function idsOf({ campaign, integration }: CampaignContext): Record<string, string> {
  return { campaignId: campaign.id, integrationId: integration.id };
}

function wordsOf({ code, subcode, details }: ProviderError): string {
  return `${explainProviderError(code, subcode).text} WhatsApp says: ${details} (code ${code}).`;
}
