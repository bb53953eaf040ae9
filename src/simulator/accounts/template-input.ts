import { GraphError } from '../graph/graph-errors.js';
import { isObject, type Loose } from '../graph/graph-request.js';
import { placeholdersOf } from '../sending/template-checks.js';
import type { TemplateCategory, TemplateComponent, TemplateNode } from '../seed.js';

type NewTemplate = Pick<TemplateNode, 'name' | 'language' | 'category' | 'parameter_format' | 'components'>;

const CATEGORIES: readonly string[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] satisfies TemplateCategory[];
const TYPES = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER'];

function refuse(details: string, subcode?: number): never {
  throw new GraphError(100, details, { subcode });
}

/**
 * A template as given for creation.
 * @throws GraphError 100, with the authoring subcode where there is one.
 */
export function readNewTemplate(body: Loose): NewTemplate {
  const { name, language } = body;
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
    refuse("Parameter 'name' must be 1 to 512 lower-case letters, digits and underscores");
  }
  if (typeof language !== 'string' || !/^[a-z]{2,3}([_-][A-Za-z]{2,4})?$/.test(language)) {
    refuse("Parameter 'language' must be a language code such as en_US");
  }
  const category = upper(body.category);
  if (!CATEGORIES.includes(category)) refuse(`Parameter 'category' must be one of ${CATEGORIES.join(', ')}`);
  const format = upper(body.parameter_format ?? 'POSITIONAL');
  if (format !== 'POSITIONAL' && format !== 'NAMED') {
    refuse("Parameter 'parameter_format' must be POSITIONAL or NAMED");
  }
  const components = readComponents(body.components);
  for (const component of components) checkPlaceholders(component, format);
  return { name, language, category: category as TemplateCategory, parameter_format: format, components };
}

/** @throws GraphError 100 when a component is malformed, 100/2388040 when a text is too long. */
export function readComponents(value: unknown): TemplateComponent[] {
  if (!Array.isArray(value) || !value.every(isObject))
    refuse("Parameter 'components' must be an array of objects");
  const components = value.map((component): TemplateComponent => {
    const read: Loose = { ...component, type: upper(component.type) };
    return read as TemplateComponent;
  });
  const unknown = components.find(({ type }) => !TYPES.includes(type));
  if (unknown) refuse(`components: the type must be one of ${TYPES.join(', ')}`);
  const body = components.find(({ type }) => type === 'BODY');
  if (!body) refuse('components: a BODY is required');
  for (const [type, max] of [
    ['HEADER', 60],
    ['BODY', 1_024],
    ['FOOTER', 60],
  ] as const) {
    const text = components.find((component) => component.type === type)?.text ?? '';
    if (text.length > max) refuse(`components: ${type} has more than ${max} characters`, 2388040);
  }
  return components;
}

function checkPlaceholders(component: TemplateComponent, format: 'POSITIONAL' | 'NAMED'): void {
  const text = component.text ?? '';
  const names = placeholdersOf(text);
  if (component.type === 'BODY' && /^\s*\{\{|\}\}\s*$/.test(text)) {
    refuse('components: the BODY must not start or end with a variable', 2388299);
  }
  const isFine =
    format === 'POSITIONAL'
      ? names.every((name, index) => name === String(index + 1))
      : names.every((name) => /^[a-z_][a-z0-9_]*$/.test(name));
  if (!isFine)
    refuse(`components: the variables of ${component.type} do not fit parameter_format ${format}`, 2388073);
}

const upper = (value: unknown): string => (typeof value === 'string' ? value.toUpperCase() : '');
