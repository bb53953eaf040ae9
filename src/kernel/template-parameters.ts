/** One value for one placeholder of a template. `id` is the placeholder's name or number. */
export interface TemplateParameter {
  id: string;
  value: string;
}

/** The values of one message, in the order in which the placeholders appear in each part of the template. */
export interface TemplateParameters {
  header: TemplateParameter[];
  body: TemplateParameter[];
  /** `index` is the zero-based position of the button in the template. */
  buttons: { index: number; parameters: TemplateParameter[] }[];
}

const BREAKS = /[\r\n\t\v\f\u0085\u2028\u2029]+/gu;
const MANY_SPACES = / {4,}/gu;
/** Whatever `cleanParameterValue` changes; most values have none of it. */
const UNCLEAN = new RegExp(`${BREAKS.source}|${MANY_SPACES.source}|^\\s|\\s$`, 'u');

/** A value as a provider accepts it: line breaks and tabs become a space, four or more spaces in a row become one. */
export function cleanParameterValue(value: string): string {
  if (!UNCLEAN.test(value)) return value;
  return value.replace(BREAKS, ' ').replace(MANY_SPACES, ' ').trim();
}
