import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ConversationQueryDto } from '../../../src/modules/reporting/conversations/conversation-query.dto.js';
import { validationError } from '../../../src/platform/http/validation-error.js';

const INTERVAL = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';

/** Field and message of everything that is wrong with a body. */
function problems(body: object): string[] {
  const found = validateSync(plainToInstance(ConversationQueryDto, body), {
    whitelist: true,
    stopAtFirstError: true,
  });
  return found.length === 0
    ? []
    : validationError(found).options.reasons!.map(({ field, message }) => `${field}: ${message}`);
}

describe('conversation query', () => {
  it('accepts a full query', () => {
    expect(
      problems({
        interval: INTERVAL,
        order: 'asc',
        orderBy: 'conversationStart',
        paging: { pageSize: 25, pageNumber: 1 },
        conversationFilters: [{ type: 'or', predicates: [{ dimension: 'divisionId', value: 'x' }] }],
        segmentFilters: [
          {
            type: 'and',
            clauses: [
              {
                type: 'or',
                predicates: [{ type: 'dimension', dimension: 'errorCode', operator: 'exists', value: null }],
              },
            ],
            predicates: [
              { type: 'dimension', dimension: 'deliveryStatus', operator: 'matches', value: 'Read' },
            ],
          },
        ],
        aggregations: [{ type: 'termFrequency', dimension: 'deliveryStatus', size: 10 }],
        evaluationFilters: [],
      }),
    ).toEqual([]);
  });

  it('names a missing interval and an unreadable one', () => {
    expect(problems({})).toEqual([expect.stringMatching(/^interval: interval is missing/)]);
    expect(problems({ interval: 'yesterday' })).toEqual([expect.stringMatching(/ISO-8601/)]);
    expect(problems({ interval: 5 })).toHaveLength(1);
  });

  it('lists all problems at once, each with its place', () => {
    const fields = problems({
      interval: '2026-11-02/2026-11-01',
      order: 'sideways',
      segmentFilters: [
        {
          type: 'xor',
          predicates: [
            { dimension: 'agentRank', value: 'x' },
            { dimension: 'deliveryStatus' },
            { dimension: 'constructor', operator: 'exists' },
            { type: 'metric', dimension: 'errorCode', operator: 'exists' },
            { type: 'property', dimension: 'errorCode', operator: 'exists' },
          ],
        },
      ],
      aggregations: [{ type: 'numericRange', dimension: 'ani' }],
      surveyFilters: [{}],
    }).map((problem) => problem.split(':')[0]);
    expect(fields.sort()).toEqual([
      'aggregations.0.metric',
      'aggregations.0.ranges',
      'interval',
      'order',
      'segmentFilters.0.predicates.0.dimension',
      'segmentFilters.0.predicates.1.value',
      'segmentFilters.0.predicates.2.dimension',
      'segmentFilters.0.predicates.3.metric',
      'segmentFilters.0.predicates.4.type',
      'segmentFilters.0.type',
      'surveyFilters',
    ]);
  });

  it('says which dimension is unknown and which are known', () => {
    const [problem] = problems({
      interval: INTERVAL,
      conversationFilters: [{ type: 'and', predicates: [{ dimension: 'agentRank', value: 'x' }] }],
    });
    expect(problem).toMatch(/agentRank is not supported here; known are .*outboundCampaignId/);
  });
});
