import { changeStatus } from '../accounts/templates.routes.js';
import type { Loose } from '../graph/graph-request.js';
import type { TemplateCategory, TemplateNode } from '../seed.js';
import type { Simulation } from '../simulation.js';
import { templateCategoryUpdate, templateQualityUpdate } from '../webhooks/updates.js';
import { ControlError } from './control-error.js';

const STATUSES = [
  'APPROVED',
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'ARCHIVED',
  'LIMIT_EXCEEDED',
];
const SCORES = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN'];
const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'];

/**
 * The platform changes a template: `{ status?, reason?, title?, qualityScore?, category? }`; each change is told by its
 * own webhook.
 * @throws ControlError 404 for an unknown template, 400 with every reason.
 */
export function changeTemplate(simulation: Simulation, id: string, body: Loose): object {
  const found = simulation.world.findTemplate(id);
  if (!found) throw new ControlError(404, ['there is no such template']);
  const { waba, template } = found;
  const reasons = [
    ...explain('status', body.status, STATUSES),
    ...explain('qualityScore', body.qualityScore, SCORES),
    ...explain('category', body.category, CATEGORIES),
  ];
  if (reasons.length > 0) throw new ControlError(400, reasons);
  let changed: TemplateNode = template;
  if (typeof body.qualityScore === 'string') {
    const previous = template.quality_score?.score ?? 'UNKNOWN';
    changed = { ...changed, quality_score: { score: body.qualityScore } };
    simulation.emitter.emit(templateQualityUpdate(waba.id, changed, previous));
  }
  if (typeof body.category === 'string' && body.category !== template.category) {
    changed = {
      ...changed,
      previous_category: template.category,
      category: body.category as TemplateCategory,
    };
    simulation.emitter.emit(templateCategoryUpdate(waba.id, changed));
  }
  if (typeof body.status === 'string') {
    const reason = typeof body.reason === 'string' ? body.reason : 'NONE';
    const title = typeof body.title === 'string' ? body.title : undefined;
    changed = { ...changed, status: body.status, rejected_reason: reason };
    changeStatus(simulation, waba, changed, title);
  } else {
    waba.templates.put(changed);
    simulation.world.saveTemplates(waba);
  }
  return changed;
}

const explain = (name: string, value: unknown, allowed: string[]): string[] =>
  value === undefined || allowed.includes(value as string)
    ? []
    : [`${name}: must be one of ${allowed.join(', ')}`];
