import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { type DivisionScope, EVERYWHERE } from '../access/index.js';
import type { CampaignTemplate } from './rendering/campaign-template.js';
import { bodyOf } from './responses/response-rules.js';
import type { WhatsAppDefinition } from './responses/response.entity.js';
import { type ResponseInLibraries, ResponsesRepository } from './responses/responses.repository.js';

const BUTTON_TYPES: readonly unknown[] = [
  'QuickReply',
  'PhoneNumber',
  'Url',
] satisfies CampaignTemplate['buttons'][number]['type'][];

/** What other modules may ask of responses. */
@Injectable()
export class TemplatesService {
  constructor(private readonly responses: ResponsesRepository) {}

  /** Those of the responses within the scope that a WhatsApp campaign can send. */
  async find(scope: DivisionScope, ids: readonly string[]): Promise<CampaignTemplate[]> {
    const found = await this.responses.find(scope, [...new Set(ids)]);
    return found.map(toCampaignTemplate).filter((template) => template !== undefined);
  }

  /** Whether there is such a response, of whatever kind, within the scope. */
  async exists(scope: DivisionScope, id: string): Promise<boolean> {
    return (await this.responses.find(scope, [id])).length > 0;
  }

  /** Why the responses can't be sent by a WhatsApp campaign; one that can, or is not asked for, has no entry. */
  async explainUnusable(ids: readonly string[]): Promise<Map<string, Reason[]>> {
    const unique = [...new Set(ids)];
    const found = new Map((await this.responses.find(EVERYWHERE, unique)).map((row) => [row.id, row]));
    const reasons = unique.map((id): [string, Reason[]] => [id, explain(id, found.get(id))]);
    return new Map(reasons.filter(([, list]) => list.length > 0));
  }
}

function explain(id: string, response: ResponseInLibraries | undefined): Reason[] {
  if (!response) {
    const message = `There is no response with the id ${id}.`;
    return [{ code: 'rms.response.not.found', message, entityId: id }];
  }
  const { name, responseType, messagingTemplate, texts } = response;
  const where = { entityId: id, entityName: name };
  const reasons: Reason[] = [];
  if (responseType !== 'MessagingTemplate' || !messagingTemplate?.whatsApp) {
    reasons.push({
      ...where,
      code: 'response.not.whatsapp.template',
      message: `The response "${name}" is no WhatsApp template; choose a response of the type MessagingTemplate.`,
    });
  }
  if (!bodyOf(texts)?.trim()) {
    reasons.push({
      ...where,
      code: 'response.text.missing',
      message: `The response "${name}" has no body text; add one.`,
    });
  }
  return reasons;
}

function toCampaignTemplate(response: ResponseInLibraries): CampaignTemplate | undefined {
  if (explain(response.id, response).length > 0) return undefined;
  const whatsApp = response.messagingTemplate!.whatsApp!;
  const { header, messageFooter } = whatsApp;
  return {
    id: response.id,
    name: response.name,
    divisionId: response.libraries[0]?.divisionId ?? null,
    metaName: whatsApp.name,
    language: whatsApp.language,
    headerText: header?.type === 'Text' ? header.content : undefined,
    headerImageUrl: header?.type === 'Image' ? header.content : undefined,
    body: bodyOf(response.texts)!,
    footer: messageFooter?.content,
    buttons: toButtons(whatsApp.buttons ?? []),
    substitutions: response.substitutions.map(({ id, defaultValue }) => ({ id, defaultValue })),
  };
}

function toButtons(buttons: NonNullable<WhatsAppDefinition['buttons']>): CampaignTemplate['buttons'] {
  return buttons.flatMap(({ type, content, contentText }, index) =>
    BUTTON_TYPES.includes(type)
      ? [
          {
            index,
            type: type as CampaignTemplate['buttons'][number]['type'],
            content: content ?? contentText ?? '',
          },
        ]
      : [],
  );
}
