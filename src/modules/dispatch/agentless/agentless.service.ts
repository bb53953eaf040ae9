import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { readWhatsAppId, whatsAppMatchKey } from '../../../kernel/whatsapp-id.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { EVERYWHERE } from '../../access/index.js';
import { DncListsService } from '../../dnc-lists/index.js';
import { type CampaignTemplate, renderTemplate, TemplatesService } from '../../templates/index.js';
import {
  type CampaignIntegration,
  explainProviderError,
  type MetaTemplate,
  type SendOutcome,
  type TemplateSend,
  WhatsAppService,
} from '../../whatsapp/index.js';
import { callbackDataOf } from '../callback-data.js';
import { Pacer } from '../pacing/pacer.js';
import { monotonicUs } from '../pacing/slot-clock.js';
import type { SendAgentlessDto } from './agentless.dto.js';
import { readParameters } from './agentless-draft.js';
import { type AgentlessMessage, AgentlessMessagesRepository } from './agentless-messages.repository.js';

/** Single messages of one integration per minute; its campaigns give way to them. */
const MOST_PER_MINUTE = 60;

/** A request waits this long for its turn. */
const LONGEST_WAIT_MS = 5_000;
const SHORTEST_WAIT_MS = 50;

interface Draft {
  integration: CampaignIntegration;
  template: CampaignTemplate;
  metaTemplate: MetaTemplate;
  address: string;
  parameters: TemplateSend['parameters'];
}

/** Single messages outside of campaigns (Genesys Cloud API, agentless messages). */
@Injectable()
export class AgentlessService {
  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly templates: TemplatesService,
    private readonly dncLists: DncListsService,
    private readonly pacer: Pacer,
    private readonly messages: AgentlessMessagesRepository,
  ) {}

  /**
   * Sends one template to one recipient, at most once. Nobody on any DNC list gets it, and it takes a slot of the
   * number's throughput. Throws 400 with every reason, 400 `whatsapp.refused` when WhatsApp refuses it, 429 when the
   * number sends single messages too fast, 503 when nothing could leave. When nobody knows whether it left, the answer
   * is a message with the status queued, which a webhook settles.
   */
  async send(requestedBy: string, body: SendAgentlessDto): Promise<AgentlessMessage> {
    const draft = await this.check(body);
    const id = await this.messages.begin({
      integrationId: draft.integration.id,
      responseId: draft.template.id,
      address: draft.address,
      requestedBy,
    });
    const outcome = await this.sendInSlot(id, draft);
    await this.record(id, outcome);
    return this.get(id);
  }

  /** Throws 404. */
  async get(id: string): Promise<AgentlessMessage> {
    const message = await this.messages.find(id);
    if (message) return message;
    throw new ApiError('not-found', 'not.found', 'There is no message with the id {id}.', {
      params: { id },
      entityId: id,
    });
  }

  private async check(body: SendAgentlessDto): Promise<Draft> {
    const { fromAddress, messagingTemplate: given } = body;
    const address = readWhatsAppId(body.toAddress);
    const [[integration], [template], unsendable, unusable] = await Promise.all([
      this.whatsApp.findIntegrations([fromAddress]),
      this.templates.find(EVERYWHERE, [given.responseId]),
      this.whatsApp.explainUnusable([fromAddress]),
      this.templates.explainUnusable([given.responseId]),
    ]);
    const read = template ? readParameters(template, given) : { data: {}, reasons: [] };
    const reasons = [
      ...(address.ok
        ? []
        : [
            {
              code: 'whatsapp.id.invalid',
              message: 'toAddress must be an international number with country code.',
              field: 'toAddress',
            },
          ]),
      ...(unsendable.get(fromAddress) ?? []),
      ...(unusable.get(given.responseId) ?? []),
      ...read.reasons,
    ];
    if (reasons.length > 0 || !address.ok || !integration || !template) throw reasonsError(reasons);
    const metaTemplate = await this.getSendable(integration, template);
    const rendered = renderTemplate(template, read.data);
    if (!rendered.ok) throw reasonsError([{ code: rendered.code, message: rendered.message }]);
    await this.refuseProtected(address.id, integration, metaTemplate);
    return { integration, template, metaTemplate, address: address.id, parameters: rendered.parameters };
  }

  private async getSendable(
    integration: CampaignIntegration,
    template: CampaignTemplate,
  ): Promise<MetaTemplate> {
    const { metaName, language } = template;
    const found = await this.whatsApp.findMetaTemplate(integration.id, metaName, language);
    if (found?.status === 'APPROVED') return found;
    throw reasonsError([
      {
        code: 'template.not.approved',
        message:
          `WhatsApp has the template ${metaName} (${language}) as ${found?.status ?? 'unknown'}. ${found?.statusReason ?? ''}`.trim(),
        entityId: template.id,
        entityName: template.name,
      },
    ]);
  }

  private async refuseProtected(
    address: string,
    { phoneNumberId }: CampaignIntegration,
    { category }: MetaTemplate,
  ): Promise<void> {
    const sender = category === 'MARKETING' ? phoneNumberId : undefined;
    if (!(await this.dncLists.isOnAnyList(whatsAppMatchKey(address), sender))) return;
    throw new ApiError(
      'invalid',
      'recipient.on.dnc.list',
      'The recipient is on a DNC list or has opted out; nothing is sent.',
    );
  }

  /** Sends in the next slot of the number; when that passes before a byte has left, in the one after it. */
  private async sendInSlot(id: string, draft: Draft): Promise<SendOutcome> {
    const { integration, template, metaTemplate, address, parameters } = draft;
    const deadline = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const mayStart = await this.waitForSlot(integration, deadline);
      if (!mayStart) return { kind: 'withheld' };
      const outcome = await this.whatsApp.sendTemplate(integration.id, {
        to: address,
        templateName: template.metaName,
        languageCode: template.language,
        parameters,
        metaTemplate,
        callbackData: callbackDataOf(id),
        mayStart,
      });
      if (outcome.kind !== 'withheld') return outcome;
    }
  }

  /** Takes a slot of the number and waits for it; the answer says whether the slot still lasts. Undefined: no room. */
  private async waitForSlot(
    { id, messagesPerSecond }: CampaignIntegration,
    deadline: number,
  ): Promise<(() => boolean) | undefined> {
    const request = {
      campaignId: `agentless:${id}`,
      messagesPerMinute: MOST_PER_MINUTE,
      integrationId: id,
      integrationPerMinute: messagesPerSecond * 60,
      pacedUntilUs: 0,
    };
    while (performance.now() < deadline) {
      const { slots, clock, nextInMs } = await this.pacer.take(request, 1);
      const [slot] = slots;
      if (!slot) {
        await sleep(Math.min(Math.max(nextInMs, SHORTEST_WAIT_MS), SHORTEST_WAIT_MS * 10));
        continue;
      }
      const waitMs = (): number => (clock.beginUs(slot) - monotonicUs()) / 1000;
      for (let ms = waitMs(); ms > 0; ms = waitMs()) await sleep(Math.ceil(ms));
      return () => !clock.isOver(slot);
    }
    return undefined;
  }

  private async record(id: string, outcome: SendOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'accepted':
        return this.messages.finish(id, { outcome: 'accepted', wamid: outcome.wamid });
      case 'unknown':
        return this.messages.finish(id, { outcome: 'unknown', errorText: outcome.reason });
      case 'rejected': {
        const { code, subcode, details } = outcome.error;
        const { text } = explainProviderError(code, subcode);
        const errorText = `${text} WhatsApp says: ${details} (code ${code}).`;
        await this.messages.finish(id, { outcome: 'refused', errorCode: code, errorText });
        throw new ApiError('invalid', 'whatsapp.refused', errorText, { params: { code: String(code) } });
      }
      case 'withheld':
        await this.messages.finish(id, { outcome: 'unsent' });
        throw new ApiError(
          'too-many-requests',
          'too.many.requests',
          'The number has no room for another single message now; try again in a second.',
        );
      case 'not-sent':
        await this.messages.finish(id, { outcome: 'unsent', errorText: outcome.reason });
        throw new ApiError('unavailable', 'whatsapp.unavailable', 'Nothing was sent: {why}', {
          params: { why: outcome.reason },
        });
    }
  }
}
