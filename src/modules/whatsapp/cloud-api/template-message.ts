import {
  cleanParameterValue,
  type TemplateParameter,
  type TemplateParameters,
} from '../../../kernel/template-parameters.js';
import type { MetaTemplate } from '../meta-templates/meta-template.js';

/** One template message to one recipient. */
export interface TemplateSend {
  /** Digits. */
  to: string;
  templateName: string;
  languageCode: string;
  parameters: TemplateParameters;
  metaTemplate: MetaTemplate;
  /** Comes back in every webhook of the message: at most 512 characters, nothing personal. */
  callbackData: string;
  /** Asked when a connection is free, right before the first byte leaves; no means that the message stays here. */
  mayStart?: () => boolean;
}

interface ApprovedParts {
  headerFormat: string;
  /** Types of the buttons by position. */
  buttons: string[];
}

/** How the platform wants the value of a button, by the type of the button. */
const BUTTON_FORMS: Record<string, { subType: string; toParameter: (value: string) => object }> = {
  URL: { subType: 'url', toParameter: (text) => ({ type: 'text', text }) },
  OTP: { subType: 'url', toParameter: (text) => ({ type: 'text', text }) },
  QUICK_REPLY: { subType: 'quick_reply', toParameter: (payload) => ({ type: 'payload', payload }) },
  COPY_CODE: {
    subType: 'copy_code',
    toParameter: (couponCode) => ({ type: 'coupon_code', coupon_code: couponCode }),
  },
};

/** The body of POST /messages (WhatsApp Cloud API, sending templates). */
export function toTemplateMessage(message: TemplateSend): object {
  const components = toComponents(message);
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: `+${message.to}`,
    type: 'template',
    template: {
      name: message.templateName,
      language: { code: message.languageCode },
      ...(components.length > 0 ? { components } : {}),
    },
    biz_opaque_callback_data: message.callbackData,
  };
}

function toComponents({ parameters, metaTemplate }: TemplateSend): object[] {
  const approved = approvedPartsOf(metaTemplate);
  const isNamed = metaTemplate.parameterFormat === 'NAMED';
  const components: object[] = [];
  if (parameters.header.length > 0) {
    components.push({
      type: 'header',
      parameters: toHeader(parameters.header, approved.headerFormat, isNamed),
    });
  }
  if (parameters.body.length > 0) {
    components.push({ type: 'body', parameters: toTexts(parameters.body, isNamed) });
  }
  for (const button of parameters.buttons) {
    if (button.parameters.length === 0) continue;
    const form = BUTTON_FORMS[approved.buttons[button.index] ?? 'URL'] ?? BUTTON_FORMS.URL!;
    components.push({
      type: 'button',
      sub_type: form.subType,
      index: String(button.index),
      parameters: button.parameters.map(({ value }) => form.toParameter(cleanParameterValue(value))),
    });
  }
  return components;
}

function toHeader(parameters: TemplateParameter[], format: string, isNamed: boolean): object[] {
  if (format === 'TEXT') return toTexts(parameters, isNamed);
  const type = format.toLowerCase();
  return parameters.slice(0, 1).map(({ value }) => ({ type, [type]: { link: value } }));
}

function toTexts(parameters: TemplateParameter[], isNamed: boolean): object[] {
  if (isNamed) {
    return parameters.map(({ id, value }) => ({
      type: 'text',
      parameter_name: id,
      text: cleanParameterValue(value),
    }));
  }
  return inPosition(parameters).map(({ value }) => ({ type: 'text', text: cleanParameterValue(value) }));
}

// Numbered placeholders go by their numbers, named ones by their order in the text.
function inPosition(parameters: TemplateParameter[]): TemplateParameter[] {
  if (!parameters.every(({ id }) => /^\d+$/u.test(id))) return parameters;
  return [...parameters].sort((a, b) => Number(a.id) - Number(b.id));
}

const partsOfTemplate = new WeakMap<MetaTemplate, ApprovedParts>();

function approvedPartsOf(template: MetaTemplate): ApprovedParts {
  const known = partsOfTemplate.get(template);
  if (known) return known;
  const components = template.components as Record<string, unknown>[];
  const header = components.find(({ type }) => type === 'HEADER');
  const buttons = components.find(({ type }) => type === 'BUTTONS')?.buttons;
  const parts = {
    headerFormat: typeof header?.format === 'string' ? header.format : 'TEXT',
    buttons: Array.isArray(buttons) ? buttons.map(({ type }: { type?: unknown }) => String(type)) : [],
  };
  partsOfTemplate.set(template, parts);
  return parts;
}
