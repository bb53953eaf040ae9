import { Injectable } from '@nestjs/common';
import { assertNever } from '../../../kernel/assert-never.js';
import { Logger } from '../../../platform/logging/logger.js';
import { EventLog } from '../../event-log/index.js';
import { explainProviderError, type ProviderError, WhatsAppService } from '../../whatsapp/index.js';
import { IntegrationGates } from '../pacing/integration-gates.js';
import { RecipientHolds } from '../recipients/recipient-holds.js';
import { WebhookOptOuts } from '../webhooks/opt-outs.js';
import { CampaignContexts } from './campaign-contexts.js';
import type { Consequence, ThrottleScope } from './reaction.js';

/** Whom the fate of a message concerns besides its recipient; what the message was sent with is one. */
export interface Concerned {
  campaign: { id: string; name: string };
  integration: { id: string; name: string; phoneNumberId: string };
  template: { metaName: string; language: string };
}

/** What people are told of once in a while. */
interface Warning {
  code?: 'CAMPAIGN_MESSAGES_REFUSED' | 'CAMPAIGN_THROTTLED';
  /** What makes it another one. */
  key: string;
  message: string;
  params: Record<string, string | number>;
}

/** The message that was answered. */
interface AnsweredMessage {
  id: string;
  address: string;
}

/** Calls in a row of which nobody knows how they ended, after which the provider is taken for broken. */
const UNKNOWN_IN_A_ROW = 10;
/** Refusals in a row of requests as wrong, after which not the contacts but the template is taken for bad. */
const BAD_IN_A_ROW = 20;
const BAD_TEMPLATE_REST_MS = 60 * 60_000;
const QUIET_MS = 5 * 60_000;
/** Refusals of one kind are told of once in this time, and looked for in the event log no more often by a process. */
const GIVEN_UP_QUIET_MS = 60 * 60_000;
const LOOK_AGAIN_MS = 60_000;

/** Draws from the answer to one message what it says about the person, the template, the number and the provider. */
@Injectable()
export class Consequences {
  private readonly unknownInARow = new Map<string, number>();
  private readonly badInARow = new Map<string, number>();
  private readonly lookedAt = new Map<string, number>();

  constructor(
    private readonly gates: IntegrationGates,
    private readonly whatsApp: WhatsAppService,
    private readonly contexts: CampaignContexts,
    private readonly eventLog: EventLog,
    private readonly optOuts: WebhookOptOuts,
    private readonly holds: RecipientHolds,
    private readonly logger: Logger,
  ) {}

  /** Notes an answer that says no more than is known: the provider works, as of nearly all calls. False for all others. */
  passesAsRoutine({ kind }: Consequence, { campaign, integration }: Concerned): boolean {
    if (kind !== 'works' || !this.gates.isKnownToWork(integration.id)) return false;
    this.unknownInARow.delete(integration.id);
    this.badInARow.delete(campaign.id);
    return true;
  }

  /** Of the answer to a call: whatever it says, an answer ends an outage, unless it tells of one. */
  async draw(consequence: Consequence, concerned: Concerned, message: AnsweredMessage): Promise<void> {
    const { campaign, integration } = concerned;
    if (consequence.kind === 'outage') return this.outage(consequence.isCertain, concerned);
    this.unknownInARow.delete(integration.id);
    if (await this.gates.works(integration.id))
      this.logger.info(idsOf(concerned), 'the provider works again');
    if (consequence.kind === 'bad-request') return this.badRequest(consequence.error, concerned);
    this.badInARow.delete(campaign.id);
    await this.follow(consequence, concerned, message);
  }

  /** What follows whether the provider said it in the answer to a call or later on. */
  async follow(consequence: Consequence, concerned: Concerned, message: AnsweredMessage): Promise<void> {
    switch (consequence.kind) {
      case 'works':
      case 'outage':
        return;
      case 'throttle':
        return this.throttle(consequence.waitMs, consequence.scope, concerned);
      case 'rest':
        return this.rest(consequence.waitMs, concerned);
      case 'pause-template':
        return this.pauseTemplate(consequence.error, concerned, consequence.forMs);
      case 'pause-number':
        return this.pauseNumber(consequence.error, concerned, consequence.forMs);
      case 'recipient-rests':
        return this.holds.rest(concerned.integration.id, message.address, consequence.waitMs);
      case 'unreachable':
        return this.holds.strike([message.id]);
      case 'cool-down':
        return this.holds.coolDown([{ address: message.address, at: new Date() }]);
      case 'marketing-stopped':
        return this.optOuts.marketingRefused(message, concerned.integration.phoneNumberId);
      case 'held':
        return this.warn(concerned, {
          code: 'CAMPAIGN_THROTTLED',
          key: 'held',
          message: 'WhatsApp holds messages of "{campaign}" back until it has judged the template.',
          params: {},
        });
      case 'bad-request':
      case 'given-up':
        return this.tellRefusal(consequence.error, concerned);
      default:
        return assertNever(consequence);
    }
  }

  /** Most requests of the campaign are refused as wrong: not the contacts are bad but the template. */
  badTemplate(error: ProviderError, concerned: Concerned): Promise<void> {
    return this.pauseTemplate(error, concerned, BAD_TEMPLATE_REST_MS);
  }

  private async outage(isCertain: boolean, concerned: Concerned): Promise<void> {
    const { integration, campaign } = concerned;
    const inARow = (this.unknownInARow.get(integration.id) ?? 0) + 1;
    this.unknownInARow.set(integration.id, inARow);
    this.badInARow.delete(campaign.id);
    if (!isCertain && inARow < UNKNOWN_IN_A_ROW) return;
    if (await this.gates.outage(integration.id)) {
      await this.tell(
        concerned,
        'WhatsApp can not be reached, or gives no clear answer; "{campaign}" waits and tries again.',
      );
    }
  }

  private async throttle(waitMs: number, scope: ThrottleScope, concerned: Concerned): Promise<void> {
    let isNew = false;
    for (const id of await this.whatsApp.findSharing(concerned.integration.id, scope))
      isNew = (await this.gates.throttle(id, waitMs)) || isNew;
    if (isNew)
      await this.tell(concerned, 'WhatsApp asks for fewer messages; "{campaign}" goes slower for a while.');
  }

  private async rest(waitMs: number, concerned: Concerned): Promise<void> {
    await this.gates.hold(concerned.integration.id, waitMs);
    await this.tell(concerned, 'The WhatsApp number is in maintenance; "{campaign}" goes on in a minute.');
  }

  private async pauseTemplate(error: ProviderError, concerned: Concerned, forMs?: number): Promise<void> {
    const { campaign, integration, template } = concerned;
    const name = { name: template.metaName, language: template.language };
    await this.whatsApp.pauseTemplate(integration.id, name, wordsOf(error), endOf(forMs));
    this.contexts.forget(campaign.id);
  }

  private async pauseNumber(error: ProviderError, concerned: Concerned, forMs?: number): Promise<void> {
    const problem = { code: `whatsapp.error.${error.code}`, message: wordsOf(error) };
    const { integration, campaign } = concerned;
    // The numbers of an account have their token in common; where not, the next probe of the number shows it.
    const isShared = error.scope === 'waba' || error.scope === 'token';
    const ids = isShared ? await this.whatsApp.findSharing(integration.id, 'waba') : [integration.id];
    for (const id of ids) await this.whatsApp.markIntegrationError(id, problem, endOf(forMs));
    this.contexts.forget(campaign.id);
  }

  private async badRequest(error: ProviderError, concerned: Concerned): Promise<void> {
    const { campaign } = concerned;
    const inARow = (this.badInARow.get(campaign.id) ?? 0) + 1;
    this.badInARow.set(campaign.id, inARow);
    await this.tellRefusal(error, concerned);
    if (inARow < BAD_IN_A_ROW) return;
    this.badInARow.delete(campaign.id);
    await this.badTemplate(error, concerned);
  }

  private async tellRefusal(error: ProviderError, concerned: Concerned): Promise<void> {
    await this.warn(concerned, {
      key: `refused:${error.code}`,
      message: 'WhatsApp refuses messages of "{campaign}": {why}',
      params: { why: wordsOf(error) },
    });
  }

  /** Tells people of something that may concern many messages, once in a while. */
  async warn(
    { campaign, integration }: Concerned,
    { code = 'CAMPAIGN_MESSAGES_REFUSED', key, message, params }: Warning,
  ): Promise<void> {
    const now = performance.now();
    const looked = `${campaign.id} ${key}`;
    if ((this.lookedAt.get(looked) ?? -Infinity) > now - LOOK_AGAIN_MS) return;
    for (const [other, at] of this.lookedAt) if (at < now - LOOK_AGAIN_MS) this.lookedAt.delete(other);
    this.lookedAt.set(looked, now);
    await this.eventLog.record({
      code,
      message,
      params: { campaign: campaign.name, ...params },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
      related: { kind: 'whatsAppIntegration', id: integration.id, name: integration.name },
      quietMs: GIVEN_UP_QUIET_MS,
    });
  }

  private async tell(concerned: Concerned, message: string): Promise<void> {
    const { campaign, integration } = concerned;
    await this.eventLog.record({
      code: 'CAMPAIGN_THROTTLED',
      message,
      params: { campaign: campaign.name },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
      related: { kind: 'whatsAppIntegration', id: integration.id, name: integration.name },
      quietMs: QUIET_MS,
    });
    this.logger.warn(idsOf(concerned), 'the provider slows a campaign down');
  }
}

function endOf(forMs: number | undefined): Date | undefined {
  return forMs === undefined ? undefined : new Date(Date.now() + forMs);
}

function idsOf({ campaign, integration }: Concerned): Record<string, string> {
  return { campaignId: campaign.id, integrationId: integration.id };
}

function wordsOf({ code, subcode, details }: ProviderError): string {
  return `${explainProviderError(code, subcode).text} WhatsApp says: ${details} (code ${code}).`;
}
