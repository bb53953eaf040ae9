import type { TemplateContent } from '../templates/index.js';
import type { MetaTemplate } from '../whatsapp/index.js';

interface Component {
  type?: string;
  format?: string;
  text?: string;
  buttons?: Button[];
  example?: { header_handle?: unknown[] };
}

interface Button {
  type?: string;
  text?: string;
  url?: string;
  phone_number?: string;
}

type Definition = TemplateContent['whatsApp'];
type DefinitionButton = NonNullable<Definition['buttons']>[number];

export type ContentResult = { ok: true; content: TemplateContent } | { ok: false; reason: string };

/** The placeholder that an image in the header gets, so that each contact may have its own. */
const IMAGE_PLACEHOLDER = 'header_image';
const KNOWN_COMPONENTS = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'];
const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/gu;

/**
 * A template of WhatsApp as a response (Genesys Cloud API, WhatsAppDefinition), or why a response can't express it.
 * Header, body and each button number their placeholders from 1 at WhatsApp, while a response has one set of
 * substitutions: those of header and buttons get names of their own (`header_1`, `button_2`).
 */
export function toTemplateContent(template: MetaTemplate): ContentResult {
  const components = template.components as Component[];
  const unknown = components.find(({ type }) => !KNOWN_COMPONENTS.includes(type ?? ''));
  if (unknown) return refuse(`it has a part of the kind ${unknown.type}`);
  const find = (type: string): Component | undefined => components.find((part) => part.type === type);
  const body = find('BODY')?.text;
  if (!body) return refuse('it has no body text');
  const header = toHeader(find('HEADER'), template.parameterFormat === 'NAMED');
  if (header && isRefusal(header)) return refuse(header.reason);
  const buttons: DefinitionButton[] = [];
  for (const [index, given] of (find('BUTTONS')?.buttons ?? []).entries()) {
    const button = toButton(given, index);
    if (isRefusal(button)) return refuse(button.reason);
    buttons.push(button);
  }
  return {
    ok: true,
    content: assemble(template, { body, header, footer: find('FOOTER')?.text, buttons }),
  };
}

interface Parts {
  body: string;
  header: (Definition['header'] & { defaultValue?: string }) | undefined;
  footer: string | undefined;
  buttons: DefinitionButton[];
}

function assemble(
  { name, language }: MetaTemplate,
  { body, header, footer, buttons }: Parts,
): TemplateContent {
  const urls = buttons.filter(({ type }) => type === 'Url').map(({ content }) => content ?? '');
  const ids = [header?.content ?? '', body, ...urls].flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!),
  );
  return {
    texts: [{ content: body, contentType: 'text/plain', type: 'body' }],
    substitutions: [...new Set(ids)].map((id) => ({
      id,
      ...(id === IMAGE_PLACEHOLDER && header?.defaultValue ? { defaultValue: header.defaultValue } : {}),
    })),
    whatsApp: {
      name,
      language,
      ...(header ? { header: { type: header.type, content: header.content } } : {}),
      ...(buttons.length > 0 ? { buttons } : {}),
      ...(footer ? { messageFooter: { type: 'Text', content: footer } } : {}),
    },
  };
}

function toHeader(
  header: Component | undefined,
  isNamed: boolean,
): (Definition['header'] & { defaultValue?: string }) | { reason: string } | undefined {
  if (!header) return undefined;
  if (header.format === 'TEXT') {
    const text = header.text ?? '';
    const content = isNamed ? text : text.replaceAll(PLACEHOLDER, '{{header_$1}}');
    return { type: 'Text', content };
  }
  if (header.format !== 'IMAGE') return { reason: `its header is of the kind ${header.format}` };
  const example = header.example?.header_handle?.[0];
  return {
    type: 'Image',
    content: `{{${IMAGE_PLACEHOLDER}}}`,
    ...(typeof example === 'string' && URL.canParse(example) ? { defaultValue: example } : {}),
  };
}

function toButton(button: Button, index: number): DefinitionButton | { reason: string } {
  const label = button.text ?? '';
  switch (button.type) {
    case 'QUICK_REPLY':
      return { type: 'QuickReply', content: label, contentText: label };
    case 'PHONE_NUMBER':
      return { type: 'PhoneNumber', content: button.phone_number ?? '', contentText: label };
    case 'URL': {
      const content = (button.url ?? '').replaceAll(PLACEHOLDER, `{{button_${index + 1}}}`);
      return { type: 'Url', content, contentText: label };
    }
    default:
      return { reason: `it has a button of the kind ${button.type}` };
  }
}

const isRefusal = (part: object): part is { reason: string } => 'reason' in part;

const refuse = (reason: string): ContentResult => ({ ok: false, reason });
