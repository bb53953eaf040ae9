import type { Reason } from '../../../kernel/reason.js';
import type { CampaignTemplate } from '../../templates/index.js';
import type { SendAgentlessDto } from './agentless.dto.js';

type Given = SendAgentlessDto['messagingTemplate'];

/** The parameters of a request as values by placeholder, and what is wrong with them. */
export function readParameters(
  template: CampaignTemplate,
  given: Given,
): { data: Record<string, string>; reasons: Reason[] } {
  const known = new Set(template.substitutions.map(({ id }) => id));
  const values = new Map<string, string>();
  const reasons: Reason[] = [];
  const lists = {
    parameters: given.parameters,
    headerParameters: given.headerParameters,
    bodyParameters: given.bodyParameters,
    buttonUrlParameters: given.buttonUrlParameters,
  };
  for (const [field, parameters] of Object.entries(lists))
    for (const { id, value } of parameters ?? []) {
      const problem = !known.has(id)
        ? `The response "${template.name}" has no placeholder {{${id}}}.`
        : (values.get(id) ?? value) !== value
          ? `The placeholder {{${id}}} is given two values.`
          : undefined;
      if (problem)
        reasons.push({
          code: 'substitution.mismatch',
          message: problem,
          field: `messagingTemplate.${field}`,
          entityId: template.id,
          params: { id },
        });
      values.set(id, value);
    }
  return { data: Object.fromEntries(values), reasons };
}
