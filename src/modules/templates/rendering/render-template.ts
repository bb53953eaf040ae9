import {
  cleanParameterValue,
  type TemplateParameter,
  type TemplateParameters,
} from '../../../kernel/template-parameters.js';
import type { CampaignTemplate } from './campaign-template.js';
import { TEMPLATE_LIMITS } from './limits.js';
import { fillText, type ParsedText, parseText } from './placeholders.js';

/** A filled template, or why this contact can't get it; the code is a wrap-up code. `text` is the filled body. */
export type RenderResult =
  { ok: true; parameters: TemplateParameters; text: string } | ({ ok: false } & RenderProblem);

export interface RenderProblem {
  code:
    | 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED'
    | 'OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG'
    | 'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG'
    | 'OUTBOUND-RULE-ERROR-SKIPPED';
  message: string;
}

interface Part {
  parsed: ParsedText;
  /** Each placeholder once. */
  ids: string[];
}

interface CompiledTemplate {
  header: Part | undefined;
  image: Part | undefined;
  body: Part;
  urls: { index: number; part: Part }[];
  ids: string[];
  defaults: Map<string, string>;
}

/**
 * Fills the template from one contact: the cell of the column that the placeholder names, the default value when the
 * cell is empty. Pure; a template is parsed once, so that filling it is cheap.
 */
export function renderTemplate(template: CampaignTemplate, data: Record<string, string>): RenderResult {
  const compiled = compile(template);
  const { ids, defaults } = compiled;
  const values = ids.map((id) => cellOf(data, id) || defaults.get(id));
  const missing = ids.filter((_, at) => !values[at]);
  if (missing.length > 0) return { ok: false, ...emptyProblem(missing) };
  return fill(compiled, (id) => values[ids.indexOf(id)]!);
}

function fill(compiled: CompiledTemplate, valueOf: (id: string) => string): RenderResult {
  const { header, image, body, urls } = compiled;
  const text = fillText(body.parsed, valueOf);
  const problem =
    tooLong('body', text) ??
    (header && tooLong('header', fillText(header.parsed, valueOf))) ??
    urls.map(({ part }) => tooLong('url', fillText(part.parsed, valueOf))).find((found) => found);
  if (problem) return { ok: false, ...problem };
  const toParameters = ({ ids }: Part): TemplateParameter[] => ids.map((id) => ({ id, value: valueOf(id) }));
  return {
    ok: true,
    text,
    parameters: {
      header: image
        ? [{ id: 'image', value: fillText(image.parsed, valueOf) }]
        : header
          ? toParameters(header)
          : [],
      body: toParameters(body),
      buttons: urls
        .filter(({ part }) => part.ids.length > 0)
        .map(({ index, part }) => ({ index, parameters: toParameters(part) })),
    },
  };
}

const compiledTemplates = new WeakMap<CampaignTemplate, CompiledTemplate>();

function compile(template: CampaignTemplate): CompiledTemplate {
  const known = compiledTemplates.get(template);
  if (known) return known;
  const header = template.headerText === undefined ? undefined : toPart(template.headerText);
  const image = template.headerImageUrl === undefined ? undefined : toPart(template.headerImageUrl);
  const body = toPart(template.body);
  const urls = template.buttons
    .filter(({ type }) => type === 'Url')
    .map(({ index, content }) => ({ index, part: toPart(content) }));
  const parts = [header, image, body, ...urls.map(({ part }) => part)];
  const defaults = template.substitutions.map(({ id, defaultValue }): [string, string] => [
    id,
    cleanParameterValue(defaultValue ?? ''),
  ]);
  const compiled = {
    header,
    image,
    body,
    urls,
    ids: [...new Set(parts.flatMap((part) => part?.ids ?? []))],
    defaults: new Map(defaults),
  };
  compiledTemplates.set(template, compiled);
  return compiled;
}

function toPart(text: string): Part {
  const parsed = parseText(text);
  return { parsed, ids: [...new Set(parsed.ids)] };
}

/** The cell of a column, by its exact name, else without regard to case; empty when there is none. */
function cellOf(data: Record<string, string>, id: string): string {
  if (Object.hasOwn(data, id)) return cleanParameterValue(data[id] ?? '');
  const lower = id.toLowerCase();
  const column = Object.keys(data).find((name) => name.toLowerCase() === lower);
  return column === undefined ? '' : cleanParameterValue(data[column] ?? '');
}

function emptyProblem(ids: string[]): RenderProblem {
  return {
    code: 'OUTBOUND-RULE-ERROR-SKIPPED',
    message: `The contact has no value for ${ids.map((id) => `{{${id}}}`).join(', ')}, and there is no default value.`,
  };
}

const LENGTH_CODES = {
  body: 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED',
  header: 'OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG',
  url: 'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG',
} as const;

function tooLong(part: keyof typeof LENGTH_CODES, text: string): RenderProblem | undefined {
  const limit = TEMPLATE_LIMITS[part];
  if (text.length <= limit) return undefined;
  const message = `With the values of this contact the ${part} has ${text.length} characters; ${limit} are allowed.`;
  return { code: LENGTH_CODES[part], message };
}
