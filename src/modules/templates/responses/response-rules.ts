import type { Reason } from '../../../kernel/reason.js';
import { TEMPLATE_LIMITS } from '../rendering/limits.js';
import { parseText, placeholdersOf } from '../rendering/placeholders.js';
import type {
  ResponseSubstitution,
  ResponseText,
  ResponseType,
  WhatsAppDefinition,
} from './response.entity.js';

/** What of a response the rules look at. */
export interface ResponseDraft {
  responseType?: ResponseType | null;
  texts?: ResponseText[];
  substitutions?: ResponseSubstitution[];
  messagingTemplate?: { whatsApp?: WhatsAppDefinition } | null;
}

const TEMPLATE_NAME = /^[a-z0-9_]{1,512}$/u;
const LANGUAGE = /^[a-z]{2,3}(_([A-Z]{2}|[A-Z][a-z]{3}|\d{3}))?$/u;
const WHATSAPP = 'messagingTemplate.whatsApp';

/** Everything that keeps a response from being stored; none when it is fine. */
export function explainResponse(draft: ResponseDraft): Reason[] {
  const isTemplate = draft.responseType === 'MessagingTemplate';
  const whatsApp = draft.messagingTemplate?.whatsApp;
  const body = bodyOf(draft.texts ?? []);
  const reasons: Reason[] = [];
  if (body === undefined || body.trim() === '')
    reasons.push(reason('response.text.missing', 'texts', 'A response needs a text of type body.'));
  if (isTemplate && !whatsApp)
    reasons.push(
      reason('messaging.template.missing', WHATSAPP, 'A MessagingTemplate needs messagingTemplate.whatsApp.'),
    );
  if (!isTemplate && whatsApp)
    reasons.push(
      reason(
        'response.type.mismatch',
        'responseType',
        'A WhatsApp template needs the responseType MessagingTemplate.',
      ),
    );
  if (whatsApp) reasons.push(...explainTemplate(whatsApp, body ?? ''));
  return [...reasons, ...explainSubstitutionIds(draft, body ?? '')];
}

/** The text that is sent: the plain one of type body, else the first of type body. */
export function bodyOf(texts: readonly ResponseText[]): string | undefined {
  const bodies = texts.filter(({ type }) => type === undefined || type === 'body');
  return (bodies.find(({ contentType }) => contentType !== 'text/html') ?? bodies[0])?.content;
}

function explainTemplate(template: WhatsAppDefinition, body: string): Reason[] {
  const { name, language, header, messageFooter, carousel } = template;
  const reasons: Reason[] = [];
  if (!TEMPLATE_NAME.test(name))
    reasons.push(
      reason(
        'template.name.invalid',
        `${WHATSAPP}.name`,
        `The template name "${name}" may have only lowercase letters, digits and underscores, as WhatsApp shows it.`,
      ),
    );
  if (!LANGUAGE.test(language))
    reasons.push(
      reason(
        'template.language.invalid',
        `${WHATSAPP}.language`,
        `The language "${language}" must be a code such as en or en_US, as WhatsApp shows it.`,
      ),
    );
  reasons.push(...tooLong('body', body, 'texts'));
  if (header?.type === 'Text') reasons.push(...explainHeader(header.content ?? ''));
  reasons.push(...tooLong('footer', messageFooter?.content ?? '', `${WHATSAPP}.messageFooter.content`));
  if (placeholdersOf(messageFooter?.content ?? '').length > 0)
    reasons.push(
      reason('footer.placeholder', `${WHATSAPP}.messageFooter.content`, 'A footer may have no placeholder.'),
    );
  if (carousel)
    reasons.push(
      reason(
        'carousel.not.supported',
        `${WHATSAPP}.carousel`,
        'Templates with a carousel are not supported.',
      ),
    );
  return [...reasons, ...explainButtons(template.buttons ?? [])];
}

function explainHeader(content: string): Reason[] {
  const field = `${WHATSAPP}.header.content`;
  const reasons = tooLong('header', content, field);
  if (placeholdersOf(content).length > 1)
    reasons.push(reason('header.placeholder', field, 'A header may have at most one placeholder.'));
  return reasons;
}

function explainButtons(buttons: NonNullable<WhatsAppDefinition['buttons']>): Reason[] {
  const reasons: Reason[] = [];
  if (buttons.length > TEMPLATE_LIMITS.buttons)
    reasons.push(
      reason(
        'button.limit.exceeded',
        `${WHATSAPP}.buttons`,
        `A template may have ${TEMPLATE_LIMITS.buttons} buttons at most.`,
      ),
    );
  for (const [index, button] of buttons.entries()) {
    const field = `${WHATSAPP}.buttons.${index}`;
    const content = button.content ?? '';
    if (content === '' && !button.contentText)
      reasons.push(
        reason('button.content.missing', `${field}.content`, `Button ${index + 1} has no content.`),
      );
    const label = button.type === 'QuickReply' ? (button.contentText ?? content) : (button.contentText ?? '');
    reasons.push(...tooLong('buttonLabel', label, field));
    if (button.type === 'Url') reasons.push(...explainUrl(content, `${field}.content`));
    else if (placeholdersOf(content).length > 0)
      reasons.push(
        reason(
          'button.placeholder',
          `${field}.content`,
          'Only the address of a Url button may have a placeholder.',
        ),
      );
  }
  return reasons;
}

// WhatsApp appends the value to the approved address, so it can stand at its end only.
function explainUrl(content: string, field: string): Reason[] {
  const { literals, ids } = parseText(content);
  const reasons = tooLong('url', content, field);
  if (ids.length > 1 || (ids.length === 1 && literals[1] !== ''))
    reasons.push(
      reason(
        'button.placeholder',
        field,
        'The address of a button may have one placeholder, and at its end only.',
      ),
    );
  return reasons;
}

function explainSubstitutionIds(draft: ResponseDraft, body: string): Reason[] {
  const ids = (draft.substitutions ?? []).map(({ id }) => id);
  const known = new Set(ids);
  const twice = [...known].filter((id) => ids.indexOf(id) !== ids.lastIndexOf(id));
  const whatsApp = draft.messagingTemplate?.whatsApp;
  const missing = whatsApp
    ? [...new Set(textsOf(whatsApp, body).flatMap(placeholdersOf))].filter((id) => !known.has(id))
    : [];
  return [
    ...twice.map((id) =>
      reason('substitution.duplicate', 'substitutions', `The substitution "${id}" is given more than once.`, {
        id,
      }),
    ),
    ...missing.map((id) =>
      reason(
        'substitution.missing',
        'substitutions',
        `The placeholder {{${id}}} has no substitution; add one with the id "${id}".`,
        { id },
      ),
    ),
  ];
}

function textsOf({ header, buttons }: WhatsAppDefinition, body: string): string[] {
  const urls = (buttons ?? []).filter(({ type }) => type === 'Url').map(({ content }) => content ?? '');
  return [header?.content ?? '', body, ...urls];
}

const PART_NAMES = {
  body: 'The body',
  header: 'The header',
  footer: 'The footer',
  url: "A button's address",
  buttonLabel: "A button's label",
} as const;

function tooLong(part: keyof typeof PART_NAMES, text: string, field: string): Reason[] {
  const limit = TEMPLATE_LIMITS[part];
  if (text.length <= limit) return [];
  return [
    reason(
      `template.${part.toLowerCase()}.too.long`,
      field,
      `${PART_NAMES[part]} has ${text.length} characters; ${limit} are allowed.`,
      { limit: String(limit), given: String(text.length) },
    ),
  ];
}

function reason(code: string, field: string, message: string, params?: Record<string, string>): Reason {
  return { code, field, message, params };
}
