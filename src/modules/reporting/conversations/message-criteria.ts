import { parseInterval } from '../../../kernel/interval.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { MessageCriteria } from '../interactions/interaction-source.js';
import type { ConversationSelectionDto } from './conversation-query.dto.js';
import { countPredicates } from './filter-sql.js';

const MAX_PREDICATES = 1000;

/** What a query asks for. Throws 400 when it has more predicates than can be searched by. */
export function toCriteria(
  query: Pick<ConversationSelectionDto, 'interval' | 'conversationFilters' | 'segmentFilters'>,
): MessageCriteria {
  const interval = parseInterval(query.interval);
  if ('problem' in interval) throw new ApiError('invalid', 'invalid.value', `interval ${interval.problem}.`);
  // A conversation has one session with one segment, so both kinds of filters mean the same here.
  const filters = [...(query.conversationFilters ?? []), ...(query.segmentFilters ?? [])];
  const given = countPredicates(filters);
  if (given > MAX_PREDICATES) {
    throw new ApiError(
      'invalid',
      'invalid.value',
      'The filters have {given} predicates; {max} are the most.',
      {
        params: { given, max: MAX_PREDICATES },
      },
    );
  }
  return { interval, filters };
}
