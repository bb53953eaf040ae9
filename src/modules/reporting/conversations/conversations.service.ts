import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { pageOffset, type PageRequest } from '../../../kernel/page.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { PageQuery } from '../../../platform/http/listing.js';
import type { DivisionScope } from '../../access/index.js';
import type { AggregationDto, ConversationQueryDto } from './conversation-query.dto.js';
import { toConversation } from './conversation-view.js';
import type { AggregationView, ConversationQueryView, ConversationView } from './conversation.dto.js';
import type { MessageCriteria } from '../interactions/interaction-source.js';
import { ConversationsRepository, type MessageRow } from './conversations.repository.js';
import { areCounted } from './filter-sql.js';
import { toCriteria } from './message-criteria.js';

const MAX_IDS = 100;
const DEFAULT_TERMS = 10;
const MAX_TERMS = 100;

/** Campaign messages as conversations: found by filters, by id, and counted. */
@Injectable()
export class ConversationsService {
  constructor(private readonly conversations: ConversationsRepository) {}

  /** One page of conversations and the aggregations asked for; a page past the end is empty. */
  async query(scope: DivisionScope, query: ConversationQueryDto): Promise<ConversationQueryView> {
    const criteria = toCriteria(query);
    const page = (query.paging ?? new PageQuery()).toPage();
    const order = { by: query.orderBy ?? 'conversationStart', direction: query.order ?? 'asc' } as const;
    // Where the counts know that there is nothing, no interaction is looked at to find nothing.
    const counted = areCounted(criteria.filters)
      ? await this.conversations.count(scope, criteria)
      : undefined;
    const isPastEnd = counted !== undefined && pageOffset(page) >= counted;
    const rows = isPastEnd ? [] : await this.conversations.findPage(scope, criteria, order, page);
    const totalHits = counted ?? totalOf(rows, page) ?? (await this.conversations.count(scope, criteria));
    const aggregations: AggregationView[] = [];
    for (const aggregation of query.aggregations ?? []) {
      aggregations.push(await this.aggregate(scope, criteria, aggregation));
    }
    return {
      conversations: rows.map(toConversation),
      totalHits,
      aggregations: query.aggregations ? aggregations : undefined,
    };
  }

  /** Throws 404 when there is none with the id in the scope. */
  async get(scope: DivisionScope, id: string): Promise<ConversationView> {
    const [conversation] = await this.findByIds(scope, [id]);
    if (!conversation) {
      throw new ApiError('not-found', 'not.found', 'There is no conversation with the id {conversationId}.', {
        params: { conversationId: id },
      });
    }
    return conversation;
  }

  /** Those that exist in the scope, in the order of the ids. */
  async findByIds(scope: DivisionScope, ids: readonly string[]): Promise<ConversationView[]> {
    if (ids.length > MAX_IDS) {
      throw new ApiError(
        'invalid',
        'invalid.value',
        'Ask for at most {max} conversations at once, not {given}.',
        {
          params: { max: MAX_IDS, given: ids.length },
        },
      );
    }
    const asked = [...new Set(ids.map((id) => id.toLowerCase()))].filter((id) => isUUID(id, 'loose'));
    const rows = asked.length > 0 ? await this.conversations.findByIds(scope, asked) : [];
    const byId = new Map(rows.map((row) => [row.message_id, row]));
    return asked.flatMap((id) => byId.get(id) ?? []).map(toConversation);
  }

  private async aggregate(
    scope: DivisionScope,
    criteria: MessageCriteria,
    { type, dimension, size, metric, ranges = [] }: AggregationDto,
  ): Promise<AggregationView> {
    if (type === 'numericRange' && metric) {
      const { total, counts } = await this.conversations.countRanges(scope, criteria, { metric, ranges });
      const results = ranges.map(({ gte, lt }, index) => ({ gte, lt, count: counts[index] ?? 0 }));
      return { type, metric, count: total, results };
    }
    if (!dimension) throw new Error('A termFrequency always has a dimension');
    const limit = Math.min(size ?? DEFAULT_TERMS, MAX_TERMS);
    const { total, terms } = await this.conversations.countTerms(scope, criteria, { dimension, limit });
    return { type, dimension, count: total, results: terms };
  }
}

/** The total when the page itself shows it, which saves counting. */
function totalOf(rows: MessageRow[], { pageNumber, pageSize }: PageRequest): number | undefined {
  const isLastPage = rows.length < pageSize && (rows.length > 0 || pageNumber === 1);
  return isLastPage ? (pageNumber - 1) * pageSize + rows.length : undefined;
}
