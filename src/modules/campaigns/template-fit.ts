import type { Reason } from '../../kernel/reason.js';
import { type CampaignTemplate, placeholdersOf } from '../templates/index.js';
import type { MetaTemplate } from '../whatsapp/index.js';

type ApprovedTemplate = Pick<MetaTemplate, 'parameterFormat' | 'components'>;

interface ApprovedComponent {
  type?: string;
  format?: string;
  text?: string;
  buttons?: { type?: string; url?: string }[];
}

/**
 * Where the response and the template that Meta approved ask for different parameters. Meta would refuse every single
 * message of such a campaign (WhatsApp Cloud API, error codes 131008, 132000 and 132012).
 */
export function explainTemplateFit(template: CampaignTemplate, approved: ApprovedTemplate): Reason[] {
  const components = approved.components as ApprovedComponent[];
  const named = approved.parameterFormat === 'NAMED';
  const misfits = [
    explainHeader(
      template,
      components.find(({ type }) => type === 'HEADER'),
    ),
    explainText('body', template.body, components.find(({ type }) => type === 'BODY')?.text ?? '', named),
    ...explainButtons(template, components.find(({ type }) => type === 'BUTTONS')?.buttons ?? []),
  ];
  return misfits.filter((misfit) => misfit !== undefined).map((misfit) => toReason(template, misfit));
}

function explainHeader(
  template: CampaignTemplate,
  header: ApprovedComponent | undefined,
): string | undefined {
  const format = header?.format ?? 'none';
  if (format === 'IMAGE' && !template.headerImageUrl)
    return 'its header is an image, the response names none';
  if (format !== 'IMAGE' && template.headerImageUrl)
    return 'the response has an image in the header, it has none';
  if (format !== 'TEXT' && format !== 'none' && format !== 'IMAGE') {
    return `its header is of the kind ${format}, which campaigns can not fill`;
  }
  return explainText('header', template.headerText ?? '', header?.text ?? '', false);
}

function explainText(part: string, ours: string, theirs: string, named: boolean): string | undefined {
  const [given, wanted] = [placeholdersOf(ours), placeholdersOf(theirs)];
  if (given.length !== wanted.length) {
    return `its ${part} has ${wanted.length} placeholders ${list(wanted)}, the response has ${given.length} ${list(given)}`;
  }
  const unknown = named ? given.filter((id) => !wanted.includes(id)) : [];
  return unknown.length > 0
    ? `its ${part} has no placeholders ${list(unknown)}, but ${list(wanted)}`
    : undefined;
}

function explainButtons(
  template: CampaignTemplate,
  buttons: { type?: string; url?: string }[],
): (string | undefined)[] {
  const positions = new Set([...buttons.keys(), ...template.buttons.map(({ index }) => index)]);
  return [...positions].map((index) => {
    const ours = template.buttons.find((button) => button.index === index);
    const given = ours?.type === 'Url' ? placeholdersOf(ours.content).length : 0;
    const approved = buttons[index];
    const wanted = approved?.type === 'URL' ? placeholdersOf(approved.url ?? '').length : 0;
    if (given === wanted) return undefined;
    return wanted > 0
      ? `its button ${index + 1} is a link with a placeholder, the response has none there`
      : `its button ${index + 1} takes no placeholder, the response has one there`;
  });
}

function list(ids: string[]): string {
  return `(${ids.map((id) => `{{${id}}}`).join(', ')})`;
}

function toReason(template: CampaignTemplate, misfit: string): Reason {
  return {
    code: 'template.parameters.mismatch',
    message:
      `The response "${template.name}" does not fit the template "${template.metaName}" (${template.language}) ` +
      `that WhatsApp approved: ${misfit}.`,
  };
}
