import { readPeriod } from '../../../src/modules/contact-lists/filters/cell-values.js';
import {
  type CriteriaDraft,
  explainCriteria,
  type PredicateDraft,
} from '../../../src/modules/contact-lists/filters/filter-rules.js';

const COLUMNS = ['city', 'amount', 'due'];
const good: PredicateDraft = {
  column: 'city',
  columnType: 'alphabetic',
  operator: 'EQUALS',
  value: 'Bonn',
  inverted: false,
};

function reasonsFor(draft: CriteriaDraft): [string, string | undefined][] {
  return explainCriteria(draft, COLUMNS, 'criteria').map(({ code, field }) => [code, field]);
}

function codesFor(change: Partial<PredicateDraft>): string[] {
  const draft = { clauses: [{ predicates: [{ ...good, ...change }] }] };
  return explainCriteria(draft, COLUMNS).map(({ code }) => code);
}

describe('the rules for filters', () => {
  it('have nothing against a filter in order', () => {
    expect(reasonsFor({ clauses: [{ predicates: [good] }] })).toEqual([]);
  });

  it('say everything at once and where it is', () => {
    const broken = {
      clauses: [
        {
          predicates: [
            { ...good, column: 'town' },
            { ...good, value: undefined },
          ],
        },
        {},
      ],
    };
    expect(reasonsFor(broken)).toEqual([
      ['filter.type.required.for.multiple.clauses', 'criteria.filterType'],
      ['filter.type.required.for.multiple.predicates', 'criteria.clauses.0.filterType'],
      ['column.does.not.match.contact.list', 'criteria.clauses.0.predicates.0.column'],
      ['value.required', 'criteria.clauses.0.predicates.1.value'],
      ['at.least.one.predicate.required', 'criteria.clauses.1.predicates'],
    ]);
    expect(reasonsFor({})).toEqual([['clauses.required', 'criteria.clauses']]);
  });

  it.each<[string, Partial<PredicateDraft>]>([
    ['column.required', { column: '' }],
    ['operator.required', { operator: undefined }],
    ['value.required', { value: '' }],
    ['value.did.not.match.column.type', { columnType: 'numeric', value: '1,5' }],
    ['value.did.not.match.column.type', { value: 'x'.repeat(513) }],
    ['value.did.not.match.column.type', { value: 'a\0b' }],
    ['value.required', { operator: 'BEFORE', value: undefined }],
    ['invalid.date.value', { operator: 'AFTER', value: '2026-01-01' }],
    ['invalid.date.value', { operator: 'AFTER', value: 'P' }],
    ['range.required', { operator: 'BETWEEN' }],
    ['range.min.required', { operator: 'BETWEEN', range: { max: 'b' } }],
    ['range.max.required', { operator: 'BETWEEN', range: { min: 'a' } }],
    [
      'min.did.not.match.column.type',
      { operator: 'BETWEEN', columnType: 'numeric', range: { min: 'a', max: '2' } },
    ],
    [
      'max.did.not.match.column.type',
      { operator: 'BETWEEN', columnType: 'numeric', range: { min: '1', max: 'b' } },
    ],
    ['max.less.than.min', { operator: 'BETWEEN', columnType: 'numeric', range: { min: '10', max: '9' } }],
    ['max.less.than.min', { operator: 'BETWEEN', range: { min: 'B', max: 'a' } }],
    ['range.set.required', { operator: 'IN', range: { inSet: [] } }],
    [
      'value.did.not.match.column.type',
      { operator: 'IN', columnType: 'numeric', range: { inSet: ['1', 'x'] } },
    ],
  ])('refuse with %s %j', (code, change) => {
    expect(codesFor(change)).toEqual([code]);
  });

  it('let ranges of one value, ordered numbers and texts of numeric columns pass', () => {
    expect(codesFor({ operator: 'BETWEEN', columnType: 'numeric', range: { min: '9', max: '10' } })).toEqual(
      [],
    );
    expect(codesFor({ operator: 'BETWEEN', range: { min: 'a', max: 'A' } })).toEqual([]);
    expect(codesFor({ operator: 'CONTAINS', columnType: 'numeric', value: 'x' })).toEqual([]);
  });

  it('count the conditions of all clauses', () => {
    const clause = (length: number) => ({
      filterType: 'AND' as const,
      predicates: Array.from({ length }, () => good),
    });
    expect(reasonsFor({ filterType: 'OR', clauses: [clause(5), clause(5)] })).toEqual([]);
    const [reason] = explainCriteria({ filterType: 'OR', clauses: [clause(5), clause(6)] }, COLUMNS);
    expect(reason).toMatchObject({
      code: 'filter.conditions.limit.exceeded',
      params: { limit: '10', given: '11' },
    });
  });
});

describe('periods', () => {
  const HOUR = 3_600_000;
  it.each([
    ['P07DT00H00M', 7 * 24 * HOUR],
    ['P-01DT-08H-30M', -(32.5 * HOUR)],
    ['P1DT-1H', 23 * HOUR],
    ['PT90M', 1.5 * HOUR],
    ['P2D', 48 * HOUR],
  ])('%s', (text, ms) => {
    expect(readPeriod(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', '7D', 'P1W', 'P1.5D', 'P999999D', 'p1d', 'P1DTx'])('%j is none', (text) => {
    expect(readPeriod(text)).toBeUndefined();
  });
});
