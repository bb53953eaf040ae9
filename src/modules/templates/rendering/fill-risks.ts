import type { CampaignTemplate } from './campaign-template.js';
import { TEMPLATE_LIMITS } from './limits.js';
import { parseText } from './placeholders.js';

/** A part of a template that may become too long: of the given length without its placeholders. */
export interface LengthRisk {
  limit: number;
  length: number;
  /** Placeholders as often as they appear. */
  ids: string[];
}

/** What of a contact decides whether a template can be filled for it. */
export interface FillRisks {
  /** Placeholders that a contact must have a value for, as they have no default. */
  required: string[];
  lengths: LengthRisk[];
  /** Default values by placeholder. */
  defaults: ReadonlyMap<string, string>;
}

/** For those who choose among many contacts the few for which a template is worth filling to see if it can be. */
export function fillRisksOf(template: CampaignTemplate): FillRisks {
  const { headerText, headerImageUrl, body, buttons, substitutions } = template;
  const urls = buttons.filter(({ type }) => type === 'Url').map(({ content }) => content);
  const lengths = [
    { limit: TEMPLATE_LIMITS.body, text: body },
    ...(headerText === undefined ? [] : [{ limit: TEMPLATE_LIMITS.header, text: headerText }]),
    ...urls.map((text) => ({ limit: TEMPLATE_LIMITS.url, text })),
  ].map(({ limit, text }) => {
    const { literals, ids } = parseText(text);
    return { limit, length: literals.join('').length, ids };
  });
  const defaults = new Map(substitutions.map(({ id, defaultValue }) => [id, defaultValue?.trim() ?? '']));
  const ids = new Set([...lengths.flatMap((part) => part.ids), ...parseText(headerImageUrl ?? '').ids]);
  return { required: [...ids].filter((id) => !defaults.get(id)), lengths, defaults };
}
