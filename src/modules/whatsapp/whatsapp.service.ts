import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { Config } from '../../platform/config/config.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { GraphCallError, GraphClient } from './cloud-api/graph-client.js';
import type { SendOutcome } from './cloud-api/send-outcome.js';
import type { TemplateSend } from './cloud-api/template-message.js';
import type { WhatsAppIntegration } from './integrations/integration.entity.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { SenderCache } from './integrations/sender-cache.js';
import type { MetaTemplate } from './meta-templates/meta-template.js';
import { MetaTemplatesService } from './meta-templates/meta-templates.service.js';
import { answerHandshake, isSignedBy } from './webhooks/webhook-signature.js';

/** A WhatsApp integration as campaigns see it. */
export interface CampaignIntegration {
  id: string;
  name: string;
  /** Empty until a number is chosen. */
  phoneNumberId: string;
  wabaId: string;
  messagesPerSecond: number;
  active: boolean;
}

/** What other modules may ask of WhatsApp. */
@Injectable()
export class WhatsAppService {
  constructor(
    private readonly config: Config,
    private readonly integrations: IntegrationsRepository,
    private readonly senders: SenderCache,
    private readonly templates: MetaTemplatesService,
    private readonly graph: GraphClient,
  ) {}

  /** The integrations that exist, in no particular order. */
  async findIntegrations(ids: readonly string[]): Promise<CampaignIntegration[]> {
    const found = await this.integrations.findMany(ids);
    return found.map((row) => ({
      id: row.id,
      name: row.name,
      phoneNumberId: row.phoneNumberId ?? '',
      wabaId: row.wabaId ?? '',
      messagesPerSecond: row.messagesPerSecond,
      active: row.status === 'Active',
    }));
  }

  /** Why the integrations can't send; one that can, or is not asked for, has no entry. */
  async explainUnusable(ids: readonly string[]): Promise<Map<string, Reason[]>> {
    const found = new Map((await this.integrations.findMany(ids)).map((row) => [row.id, row]));
    const reasons = ids.map((id): [string, Reason[]] => [id, explain(id, found.get(id))]);
    return new Map(reasons.filter(([, list]) => list.length > 0));
  }

  /**
   * The approved form of a template, not older than `maxAgeMs` (5 minutes unless told) when WhatsApp can be asked.
   * Undefined when there is none of this name in this language, or the integration does not exist.
   * Throws 503 `whatsapp.unavailable` when nothing is known and WhatsApp gives no answer.
   */
  async findMetaTemplate(
    integrationId: string,
    name: string,
    language: string,
    options: { maxAgeMs?: number } = {},
  ): Promise<MetaTemplate | undefined> {
    const sender = await this.senders.get(integrationId);
    if (!sender?.wabaId) return undefined;
    try {
      return await this.templates.find(sender, { name, language }, options.maxAgeMs);
    } catch (error) {
      if (!(error instanceof GraphCallError)) throw error;
      throw new ApiError(
        'unavailable',
        'whatsapp.unavailable',
        'The template {template} could not be read from WhatsApp: {why}',
        { params: { template: `${name} (${language})`, why: error.message }, cause: error },
      );
    }
  }

  /**
   * Sends one message by one POST, never repeated here. Marketing goes by the Marketing Messages API when the account
   * is onboarded for it.
   */
  async sendTemplate(integrationId: string, message: TemplateSend): Promise<SendOutcome> {
    const sender = await this.senders.get(integrationId);
    if (!sender) return { kind: 'not-sent', reason: 'the WhatsApp integration is gone' };
    if (sender.status !== 'Active')
      return { kind: 'not-sent', reason: `the WhatsApp integration is ${sender.status}, not Active` };
    const isMarketing = message.metaTemplate.category === 'MARKETING' && sender.marketingOnboarded;
    const { phoneNumberId, token } = sender;
    const route = isMarketing ? 'marketing_messages' : 'messages';
    return this.graph.sendTemplate({ phoneNumberId, token, route }, message);
  }

  /** The challenge to answer a webhook handshake with; undefined when the verify token is wrong. */
  verifyHandshake(query: Record<string, string | undefined>): string | undefined {
    return answerHandshake(this.config.whatsappVerifyToken, query);
  }

  /** True when the bytes are signed with one of the app secrets. */
  verifySignature(rawBody: Buffer, header: string | undefined): boolean {
    return isSignedBy(this.config.whatsappAppSecrets, rawBody, header);
  }
}

function explain(id: string, row: WhatsAppIntegration | undefined): Reason[] {
  if (!row) {
    const message = `There is no WhatsApp integration with the id ${id}.`;
    return [{ code: 'integration.not.found', message, entityId: id }];
  }
  if (row.status === 'Active') return [];
  const why = row.activationError?.message ?? row.createError?.message;
  const message =
    `The WhatsApp integration "${row.name}" is not active (status ${row.status}). ` +
    (why ? `${why} ` : '') +
    'Activate it with a phone number and PIN, or choose another one.';
  return [
    {
      code: 'integration.not.active',
      message,
      entityId: id,
      entityName: row.name,
      params: { status: row.status },
    },
  ];
}
