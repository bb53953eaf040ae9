import type { DispatchCampaign } from '../../campaigns/index.js';

/**
 * ORDER BY of a run queue for contacts `c`: priority contacts first, then the sorts of the campaign, then the order of
 * arrival. Column names go to `params`, never into the text. A cell that is no number sorts last where numbers are
 * asked for; an empty cell sorts last everywhere. Dates sort as text, so ISO dates sort right.
 */
export function queueOrder(sorts: DispatchCampaign['contactSorts'], params: unknown[]): string {
  const terms = sorts.map(({ fieldName, direction, numeric }) => {
    params.push(fieldName);
    const cell = `nullif(c.data ->> $${params.length}, '')`;
    const value = numeric
      ? `CASE WHEN ${cell} ~ '^\\s*[+-]?\\d+(\\.\\d+)?\\s*$' THEN (${cell})::numeric END`
      : cell;
    return `${value} ${direction === 'DESC' ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return ['c.priority DESC', ...terms, 'c.seq ASC'].join(', ');
}
