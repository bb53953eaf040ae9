import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { Config } from '../../platform/config/config.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { GraphCallError, GraphClient } from './cloud-api/graph-client.js';
import type { SendOutcome } from './cloud-api/send-outcome.js';
import type { TemplateSend } from './cloud-api/template-message.js';
import type { IntegrationError, WhatsAppIntegration } from './integrations/integration.entity.js';
import { IntegrationStates } from './integrations/integration-states.js';
import { IntegrationsRepository } from './integrations/integrations.repository.js';
import { type Sender, SenderCache } from './integrations/sender-cache.js';
import type { MetaTemplate } from './meta-templates/meta-template.js';
import { MetaTemplatesRepository } from './meta-templates/meta-templates.repository.js';
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
    private readonly templateStates: MetaTemplatesRepository,
    private readonly states: IntegrationStates,
    private readonly graph: GraphClient,
  ) {}

  /** The integrations that exist, in no particular order. */
  async findIntegrations(ids: readonly string[]): Promise<CampaignIntegration[]> {
    return (await this.integrations.findMany(ids)).map(toCampaignIntegration);
  }

  /** All integrations that can send now. */
  async findActive(): Promise<CampaignIntegration[]> {
    return (await this.integrations.findActive()).map(toCampaignIntegration);
  }

  /**
   * The integrations that share with this one what is limited for a number, for a business account, or for all: itself
   * among them.
   */
  async findSharing(integrationId: string, scope: 'number' | 'waba' | 'app'): Promise<string[]> {
    const sender = scope === 'number' ? undefined : await this.senders.get(integrationId);
    if (!sender) return [integrationId];
    const active = await this.integrations.findActive();
    const sharing = active.filter(({ wabaId }) => scope === 'app' || wabaId === sender.wabaId);
    return [...new Set([integrationId, ...sharing.map(({ id }) => id)])].sort();
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
    return orUnavailable(
      { template: `${name} (${language})` },
      'The template {template} could not be read from WhatsApp: {why}',
      () => this.templates.find(sender, { name, language }, options.maxAgeMs),
    );
  }

  /**
   * All templates of the integration's account, read anew when that is longer ago than `maxAgeMs` or something has
   * changed since. None when the integration does not exist or has no account yet. Throws 503 `whatsapp.unavailable`.
   */
  async listMetaTemplates(integrationId: string, maxAgeMs: number): Promise<MetaTemplate[]> {
    const sender = await this.senders.get(integrationId);
    if (!sender?.wabaId) return [];
    return orUnavailable({}, 'The templates could not be read from WhatsApp: {why}', () =>
      this.templates.list(sender, maxAgeMs),
    );
  }

  /** A person looked at the account's templates: those that a failed send held back are used again. */
  async endTemplateHolds(integrationId: string): Promise<void> {
    const sender = await this.senders.get(integrationId);
    if (sender?.wabaId) await this.templateStates.endHolds(sender.wabaId);
  }

  /**
   * Holds a template back after a send showed that it can't be used, although it may still count as approved. Lasts
   * until `until`; without it until WhatsApp approves the template anew or a person asks for a sync.
   */
  async pauseTemplate(
    integrationId: string,
    { name, language }: { name: string; language: string },
    reason: string,
    until?: Date,
  ): Promise<void> {
    const sender = await this.senders.get(integrationId);
    if (sender?.wabaId) await this.templateStates.hold(sender.wabaId, { name, language }, reason, until);
  }

  /**
   * A send showed that an active integration can't send: nothing leaves by it any more. It heals by itself when WhatsApp
   * says that the number can send, but not before `heldUntil`: give one where WhatsApp's word on the number does not
   * show what is wrong, such as an unpaid bill.
   */
  markIntegrationError(integrationId: string, error: IntegrationError, heldUntil?: Date): Promise<void> {
    return this.states.markError(integrationId, error, heldUntil);
  }

  /** The integration sends again at once, also within a hold. Nothing happens to one that is not broken. */
  healIntegration(integrationId: string): Promise<void> {
    return this.states.heal(integrationId, { isForced: true });
  }

  /** Has a connection ready for a message that is sent in a moment. */
  prepareToSend(): Promise<void> {
    return this.graph.prepareToSend();
  }

  /**
   * Sends one message by one POST, never repeated here. Marketing goes by the Marketing Messages API when the account
   * is onboarded for it.
   */
  sendTemplate(integrationId: string, message: TemplateSend): Promise<SendOutcome> {
    const known = this.senders.known(integrationId);
    if (known) return this.sendBy(known, message);
    return this.senders.get(integrationId).then((sender) => this.sendBy(sender, message));
  }

  /** The challenge to answer a webhook handshake with; undefined when the verify token is wrong. */
  verifyHandshake(query: Record<string, string | undefined>): string | undefined {
    return answerHandshake(this.config.whatsappVerifyToken, query);
  }

  /** True when the bytes are signed with one of the app secrets. */
  verifySignature(rawBody: Buffer, header: string | undefined): boolean {
    return isSignedBy(this.config.whatsappAppSecrets, rawBody, header);
  }

  private sendBy(sender: Sender | undefined, message: TemplateSend): Promise<SendOutcome> {
    if (sender?.status !== 'Active') return Promise.resolve({ kind: 'not-sent', reason: whyNotBy(sender) });
    const isMarketing = message.metaTemplate.category === 'MARKETING' && sender.marketingOnboarded;
    const { phoneNumberId, token } = sender;
    const route = isMarketing ? 'marketing_messages' : 'messages';
    return this.graph.sendTemplate({ phoneNumberId, token, route }, message);
  }
}

function toCampaignIntegration(row: WhatsAppIntegration): CampaignIntegration {
  return {
    id: row.id,
    name: row.name,
    phoneNumberId: row.phoneNumberId ?? '',
    wabaId: row.wabaId ?? '',
    messagesPerSecond: row.messagesPerSecond,
    active: row.status === 'Active',
  };
}

async function orUnavailable<T>(
  params: Record<string, string>,
  message: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GraphCallError)) throw error;
    throw new ApiError('unavailable', 'whatsapp.unavailable', message, {
      params: { ...params, why: error.message },
      cause: error,
    });
  }
}

function whyNotBy(sender: Sender | undefined): string {
  return sender
    ? `the WhatsApp integration is ${sender.status}, not Active`
    : 'the WhatsApp integration is gone';
}

function explain(id: string, row: WhatsAppIntegration | undefined): Reason[] {
  if (!row) {
    const message = `There is no WhatsApp integration with the id ${id}.`;
    return [{ code: 'integration.not.found', message, entityId: id }];
  }
  if (row.status === 'Active') return [];
  const why = row.stateError?.message ?? row.activationError?.message ?? row.createError?.message;
  const message =
    `The WhatsApp integration "${row.name}" is not active (status ${row.status}). ` +
    (why ? `${why} ` : '') +
    (row.stateError
      ? 'It is used again once WhatsApp says that the number can send.'
      : 'Activate it with a phone number and PIN, or choose another one.');
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
