import type { TemplateComponent, TemplateNode } from '../seed.js';

/** Why a template call is refused. */
export interface CheckFailure {
  code: 100 | 131008 | 131009 | 132000 | 132005 | 132012 | 132018;
  details: string;
}

interface CompiledText {
  names: string[];
  /** Characters that stay when the placeholders are taken out. */
  fixedLength: number;
}

type CompiledHeader = { format: 'TEXT'; text: CompiledText } | { format: string; text?: undefined };

/** A template prepared for checking many sends. */
export interface CompiledTemplate {
  isNamed: boolean;
  header: CompiledHeader | undefined;
  body: CompiledText;
  buttons: { type: string; text: string; url: CompiledText | undefined }[];
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
const LIMITS = { header: 60, body: 1_024, url: 2_000 } as const;
const COUPON_MAX = 20;

function compileText(text: string): CompiledText {
  const names = [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1]!))];
  return { names, fixedLength: text.replace(PLACEHOLDER, '').length };
}

/** Names of the placeholders in a template text, each once. */
export const placeholdersOf = (text: string): string[] => compileText(text).names;

/** Reads a template once, so that a send costs no parsing. */
export function compileTemplate(template: TemplateNode): CompiledTemplate {
  const find = (type: string): TemplateComponent | undefined =>
    template.components.find((c) => c.type === type);
  const header = find('HEADER');
  return {
    isNamed: template.parameter_format === 'NAMED',
    header: header && compileHeader(header),
    body: compileText(find('BODY')?.text ?? ''),
    buttons: (find('BUTTONS')?.buttons ?? []).map((button) => ({
      type: button.type,
      text: button.text ?? '',
      url: button.url === undefined ? undefined : compileText(button.url),
    })),
  };
}

function compileHeader(header: TemplateComponent): CompiledHeader {
  const format = header.format ?? 'TEXT';
  return format === 'TEXT' ? { format, text: compileText(header.text ?? '') } : { format };
}

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asParameters = (component: Loose | undefined): unknown[] =>
  Array.isArray(component?.parameters) ? component.parameters : [];

/**
 * Compares the components of a send with the approved template: 132000 count, 132012 format or names, 132018
 * forbidden characters or surplus parameters, 132005 rendered text too long, 131008 something required is missing.
 */
export function checkTemplateParameters(
  template: CompiledTemplate,
  components: unknown,
): CheckFailure | undefined {
  const given = components ?? [];
  if (!Array.isArray(given) || !given.every(isObject)) {
    return { code: 100, details: 'template.components must be an array of objects' };
  }
  const ofType = (type: string): Loose[] =>
    given.filter((component) => typeof component.type === 'string' && component.type.toLowerCase() === type);
  const known = ['header', 'body', 'button', 'limited_time_offer', 'carousel'].flatMap(ofType).length;
  if (known !== given.length) return { code: 100, details: 'template.components: unknown component type' };
  for (const type of ['header', 'body']) {
    if (ofType(type).length > 1) return { code: 100, details: `template.components: more than one ${type}` };
  }
  return (
    checkHeader(template, asParameters(ofType('header')[0])) ??
    checkTexts(
      { part: 'body', text: template.body, isNamed: template.isNamed },
      asParameters(ofType('body')[0]),
    ) ??
    checkButtons(template, ofType('button'))
  );
}

function checkHeader(template: CompiledTemplate, parameters: unknown[]): CheckFailure | undefined {
  const header = template.header;
  if (!header) return parameters.length > 0 ? countMismatch('header', parameters.length, 0) : undefined;
  if (header.text)
    return checkTexts({ part: 'header', text: header.text, isNamed: template.isNamed }, parameters);
  const wanted = header.format.toLowerCase();
  const first = parameters[0];
  const received = isObject(first) && typeof first.type === 'string' ? first.type : 'unknown';
  if (parameters.length !== 1 || received !== wanted || !isObject((first as Loose)[wanted])) {
    const details = `header: Format mismatch, expected ${header.format}, received ${received.toUpperCase()}`;
    return { code: 132012, details };
  }
  return undefined;
}

function countMismatch(part: string, received: number, expected: number): CheckFailure {
  const details = `${part}: number of localizable_params (${received}) does not match the expected number of params (${expected})`;
  return { code: 132000, details };
}

interface TextPart {
  part: 'header' | 'body';
  text: CompiledText;
  isNamed: boolean;
}

function checkTexts({ part, text, isNamed }: TextPart, parameters: unknown[]): CheckFailure | undefined {
  if (parameters.length !== text.names.length)
    return countMismatch(part, parameters.length, text.names.length);
  const seen = new Set<string>();
  let length = text.fixedLength;
  for (const parameter of parameters) {
    const value = readText(part, parameter);
    if (typeof value !== 'string') return value;
    const nameProblem = checkName(part, parameter as Loose, isNamed, seen);
    if (nameProblem) return nameProblem;
    length += value.length;
  }
  const missing = isNamed ? text.names.filter((name) => !seen.has(name)) : [];
  if (missing.length > 0) {
    return { code: 132012, details: `${part}: parameter names do not match, missing: ${missing.join(', ')}` };
  }
  if (length <= LIMITS[part]) return undefined;
  return { code: 132005, details: `${part}: translated text too long (${length}, allowed ${LIMITS[part]})` };
}

function checkName(
  part: string,
  parameter: Loose,
  isNamed: boolean,
  seen: Set<string>,
): CheckFailure | undefined {
  const name = parameter.parameter_name;
  if (!isNamed) {
    if (name === undefined) return undefined;
    return {
      code: 132012,
      details: `${part}: parameter_name is not allowed, the template has positional parameters`,
    };
  }
  if (typeof name !== 'string' || name === '') {
    return { code: 132012, details: `${part}: Parameter name is missing or empty` };
  }
  if (seen.has(name)) return { code: 132012, details: `${part}: parameter_name '${name}' is given twice` };
  seen.add(name);
  return undefined;
}

/** The text a parameter renders to, or what is wrong with it. */
function readText(part: string, parameter: unknown): string | CheckFailure {
  if (!isObject(parameter)) return { code: 100, details: `${part}: each parameter must be an object` };
  const type = parameter.type;
  if (type !== 'text' && type !== 'currency' && type !== 'date_time') {
    return { code: 132012, details: `${part}: Format mismatch, expected TEXT, received ${shown(type)}` };
  }
  const holder = parameter[type];
  const value = type === 'text' ? holder : isObject(holder) ? holder.fallback_value : undefined;
  if (value === undefined || value === null || value === '') {
    return { code: 131008, details: `Parameter of type text is missing text value in ${part}` };
  }
  if (typeof value !== 'string') return { code: 132012, details: `${part}: the text value must be a string` };
  if (/[\n\r\t]| {5,}/.test(value)) {
    const details = `${part}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces`;
    return { code: 132018, details };
  }
  return value;
}

const shown = (type: unknown): string => (typeof type === 'string' ? type.toUpperCase() : 'UNKNOWN');

function checkButtons(template: CompiledTemplate, components: Loose[]): CheckFailure | undefined {
  const given = new Map<number, Loose>();
  for (const component of components) {
    const index = Number(component.index ?? NaN);
    const button = template.buttons[index];
    if (!button)
      return { code: 131009, details: `buttons: there is no button at index ${shownIndex(component)}` };
    if (given.has(index)) return { code: 131009, details: `buttons: index ${index} is given twice` };
    if (!fits(button.type, component.sub_type)) {
      const details = `buttons: Button at index ${index} is of type ${button.type}, received ${shown(component.sub_type)}`;
      return { code: 132012, details };
    }
    given.set(index, component);
  }
  for (const [index, button] of template.buttons.entries()) {
    const failure = checkButton(index, button, asParameters(given.get(index)));
    if (failure) return failure;
  }
  return undefined;
}

const shownIndex = (component: Loose): string =>
  typeof component.index === 'string' || typeof component.index === 'number'
    ? String(component.index)
    : '(none)';

function fits(buttonType: string, subType: unknown): boolean {
  const received = shown(subType);
  return (
    received === buttonType || (buttonType === 'OTP' && (received === 'URL' || received === 'COPY_CODE'))
  );
}

function checkButton(
  index: number,
  button: CompiledTemplate['buttons'][number],
  parameters: unknown[],
): CheckFailure | undefined {
  const required = button.type === 'COPY_CODE' || button.type === 'OTP' ? 1 : (button.url?.names.length ?? 0);
  if (required > 0 && parameters.length === 0) {
    const type = button.type === 'URL' ? 'Url' : button.type;
    return {
      code: 131008,
      details: `buttons: Button at index ${index} of type ${type} requires a parameter`,
    };
  }
  if (button.type === 'URL' && parameters.length > required) {
    return {
      code: 132018,
      details: `buttons: Button at index ${index} of type Url does not require parameters`,
    };
  }
  const parameter = parameters[0];
  if (parameter === undefined) return undefined;
  if (!isObject(parameter)) return { code: 100, details: 'buttons: each parameter must be an object' };
  return checkButtonValue(index, button, parameter);
}

const BUTTON_PARAMETERS: Record<string, { type: string; key: string; max: number }> = {
  URL: { type: 'text', key: 'text', max: LIMITS.url },
  OTP: { type: 'text', key: 'text', max: 15 },
  QUICK_REPLY: { type: 'payload', key: 'payload', max: 256 },
  COPY_CODE: { type: 'coupon_code', key: 'coupon_code', max: COUPON_MAX },
};

function checkButtonValue(
  index: number,
  button: CompiledTemplate['buttons'][number],
  parameter: Loose,
): CheckFailure | undefined {
  const rule = BUTTON_PARAMETERS[button.type];
  if (!rule) return undefined;
  if (parameter.type !== rule.type) {
    const details = `buttons: Button at index ${index} expects a parameter of type ${rule.type}, received ${shown(parameter.type)}`;
    return { code: 132012, details };
  }
  const value = parameter[rule.key];
  if (typeof value !== 'string' || value === '') {
    return { code: 131008, details: `buttons: Button at index ${index} has an empty ${rule.key}` };
  }
  if (/[\n\r\t]/.test(value)) {
    return {
      code: 132018,
      details: `buttons: Button at index ${index}: no new-line or tab characters are allowed`,
    };
  }
  if (value.length + (button.url?.fixedLength ?? 0) <= rule.max) return undefined;
  return {
    code: 132005,
    details: `buttons: Button at index ${index}: the value is too long (allowed ${rule.max})`,
  };
}
