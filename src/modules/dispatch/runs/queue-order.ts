import type { DispatchCampaign } from '../../campaigns/index.js';
import { sortTerms } from '../../contact-lists/index.js';

/**
 * Room between the positions of two contacts in a queue that is sorted dynamically. A million contacts stay well within
 * the numbers that JavaScript counts exactly, and hundreds of contacts find a place between any two.
 */
export const ROOM = 2 ** 30;

/**
 * ORDER BY of a run queue for contacts `c`: priority contacts first, then the sorts of the campaign, then the order of
 * arrival. Column names go to `params`, never into the text.
 */
export function queueOrder(sorts: DispatchCampaign['contactSorts'], params: unknown[]): string {
  return ['c.priority DESC', ...sortTerms(sorts, params), 'c.seq ASC'].join(', ');
}
