import type { Reason } from '../../../kernel/reason.js';
import type { CampaignTemplate } from './campaign-template.js';
import { placeholdersOf } from './placeholders.js';

/**
 * Reasons `substitution.mismatch` for the placeholders that neither a column (same name, first exactly, then without
 * regard to case) nor a default value can fill; one per placeholder. None when all can be filled.
 */
export function explainSubstitutions(template: CampaignTemplate, columnNames: readonly string[]): Reason[] {
  const columns = new Set(columnNames.map((name) => name.toLowerCase()));
  const defaults = new Set(template.substitutions.filter((s) => s.defaultValue).map((s) => s.id));
  return templatePlaceholders(template)
    .filter((id) => !columns.has(id.toLowerCase()) && !defaults.has(id))
    .map((id) => ({
      code: 'substitution.mismatch',
      message:
        `The template "${template.name}" has the placeholder {{${id}}}, but the contact list has no column of that ` +
        'name and the placeholder has no default value; rename a column or give the placeholder a default value.',
      entityId: template.id,
      entityName: template.name,
      params: { id },
    }));
}

/** All placeholder ids of a template, each once. */
function templatePlaceholders(template: CampaignTemplate): string[] {
  const urls = template.buttons.filter(({ type }) => type === 'Url').map(({ content }) => content);
  const texts = [template.headerText ?? '', template.headerImageUrl ?? '', template.body, ...urls];
  return [...new Set(texts.flatMap(placeholdersOf))];
}
