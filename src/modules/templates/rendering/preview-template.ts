import { cleanParameterValue, type TemplateParameters } from '../../../kernel/template-parameters.js';
import type { CampaignTemplate } from './campaign-template.js';
import { fillText, parseText } from './placeholders.js';
import { renderTemplate } from './render-template.js';

/** A template as a contact would see it. */
export interface TemplatePreview {
  header?: { type: 'Text' | 'Image'; content: string };
  body: string;
  footer?: string;
  buttons: { type: string; content: string }[];
  /** Characters of the body. */
  bodyLength: number;
  /** What would be sent to WhatsApp; absent when the message can't be sent. */
  parameters?: TemplateParameters;
  /** Why this contact would be passed over; the code is a wrap-up code. */
  problem?: { code: string; message: string };
}

/**
 * Fills the template from a contact's data, also when the message could not be sent: what has no value stays as the
 * placeholder, and `problem` says what is wrong.
 */
export function previewTemplate(template: CampaignTemplate, data: Record<string, string>): TemplatePreview {
  const rendered = renderTemplate(template, data);
  const valueOf = toValueOf(template, data);
  const fill = (text: string): string => fillText(parseText(text), valueOf);
  const body = fill(template.body);
  return {
    ...headerOf(template, fill),
    body,
    ...(template.footer === undefined ? {} : { footer: template.footer }),
    buttons: template.buttons.map(({ type, content }) => ({
      type,
      content: type === 'Url' ? fill(content) : content,
    })),
    bodyLength: body.length,
    ...(rendered.ok
      ? { parameters: rendered.parameters }
      : { problem: { code: rendered.code, message: rendered.message } }),
  };
}

function headerOf(
  { headerText, headerImageUrl }: CampaignTemplate,
  fill: (text: string) => string,
): Pick<TemplatePreview, 'header'> {
  if (headerImageUrl !== undefined) return { header: { type: 'Image', content: fill(headerImageUrl) } };
  return headerText === undefined ? {} : { header: { type: 'Text', content: fill(headerText) } };
}

function toValueOf(template: CampaignTemplate, data: Record<string, string>): (id: string) => string {
  const defaults = new Map(template.substitutions.map(({ id, defaultValue }) => [id, defaultValue ?? '']));
  const columns = new Map(Object.entries(data).map(([name, value]) => [name.toLowerCase(), value]));
  return (id) => {
    const value = data[id] ?? columns.get(id.toLowerCase()) ?? '';
    return cleanParameterValue(value) || cleanParameterValue(defaults.get(id) ?? '') || `{{${id}}}`;
  };
}
