import { assertNever } from '../../../kernel/assert-never.js';
import { NUMBER, PLAIN_MOMENT, readPeriod, UTC_MOMENT, ZONED_MOMENT } from './cell-values.js';
import type {
  FilterClause,
  FilterCriteria,
  FilterPredicate,
  FilterRange,
  Junction,
} from './contact-filter.js';

/** Where the condition will stand. */
export interface FilterTarget {
  /** Of the row source that has the cells in `data jsonb`. */
  alias: string;
  /** Values of the statement so far; those of the condition are added. */
  params: unknown[];
  /** The moment that periods are counted from. */
  now: Date;
}

/**
 * The criteria as one SQL condition for a WHERE: true for the rows that match, false or NULL for others, so that the
 * planner may try the cheap parts first. Names of columns and values go to `params` only, so no text of a caller
 * becomes SQL. The criteria must have passed the rules.
 *
 * Text is compared whatever its case, and ordered by code points. A missing cell is an empty text. A condition on a
 * number or a moment never holds for a cell that is none, inverted or not: nobody is messaged because of a cell that
 * can't be read. The inversion of a condition on text does hold for an empty cell. CONTAINS, BEGINS_WITH and ENDS_WITH
 * look at the text of a cell also where the column is numeric; BEFORE and AFTER always look at the moment.
 */
export function criteriaSql(criteria: FilterCriteria, target: FilterTarget): string {
  const clauses = criteria.clauses.map((clause) => clauseSql(clause, target));
  return join(criteria.filterType, clauses);
}

function clauseSql({ filterType, predicates }: FilterClause, target: FilterTarget): string {
  return join(
    filterType,
    predicates.map((predicate) => predicateSql(predicate, target)),
  );
}

function join(junction: Junction = 'AND', conditions: string[]): string {
  if (conditions.length === 0) return 'TRUE';
  return `(${conditions.join(` ${junction} `)})`;
}

function predicateSql(predicate: FilterPredicate, target: FilterTarget): string {
  const test = testSql(predicate, target);
  return predicate.inverted ? `(NOT ${test})` : test;
}

// Each test is in parentheses, and NULL for a cell that can't be read.
function testSql(predicate: FilterPredicate, { alias, params, now }: FilterTarget): string {
  const bind = (value: unknown, type: string): string => `$${params.push(value)}::${type}`;
  const cell = `(${alias}.data ->> ${bind(predicate.column, 'text')})`;
  const text = (): string => `lower(coalesce(${cell}, ''))`;
  const value = (): string => `lower(${bind(predicate.value ?? '', 'text')})`;
  switch (predicate.operator) {
    case 'CONTAINS':
      return `(strpos(${text()}, ${value()}) > 0)`;
    case 'BEGINS_WITH':
      return `starts_with(${text()}, ${value()})`;
    case 'ENDS_WITH':
      return `starts_with(reverse(${text()}), reverse(${value()}))`;
    case 'BEFORE':
      return `(${momentSql(cell)} < ${bind(momentFrom(now, predicate.value), 'timestamptz')})`;
    case 'AFTER':
      return `(${momentSql(cell)} > ${bind(momentFrom(now, predicate.value), 'timestamptz')})`;
    default:
      return predicate.columnType === 'numeric'
        ? compareSql(predicate, predicate.operator, {
            cell: `(CASE WHEN ${cell} ~ '${NUMBER}' THEN ${cell}::numeric END)`,
            value: (given) => bind(given, 'numeric'),
            set: (given) => bind(given, 'numeric[]'),
          })
        : compareSql(predicate, predicate.operator, {
            cell: `(${text()} COLLATE "C")`,
            value: (given) => `lower(${bind(given, 'text')})`,
            set: (given) => `ARRAY(SELECT lower(v) FROM unnest(${bind(given, 'text[]')}) AS v)`,
          });
  }
}

interface Comparable {
  cell: string;
  value: (given: string) => string;
  set: (given: string[]) => string;
}

type Comparison = Exclude<
  FilterPredicate['operator'],
  'CONTAINS' | 'BEGINS_WITH' | 'ENDS_WITH' | 'BEFORE' | 'AFTER'
>;

function compareSql(
  { value = '', range = {} }: FilterPredicate,
  operator: Comparison,
  { cell, value: one, set }: Comparable,
): string {
  switch (operator) {
    case 'EQUALS':
      return `(${cell} = ${one(value)})`;
    case 'LESS_THAN':
      return `(${cell} < ${one(value)})`;
    case 'LESS_THAN_EQUALS':
      return `(${cell} <= ${one(value)})`;
    case 'GREATER_THAN':
      return `(${cell} > ${one(value)})`;
    case 'GREATER_THAN_EQUALS':
      return `(${cell} >= ${one(value)})`;
    case 'BETWEEN':
      return betweenSql(cell, range, one);
    case 'IN':
      return `(${cell} = ANY (${set(range.inSet ?? [])}))`;
    default:
      return assertNever(operator);
  }
}

function betweenSql(
  cell: string,
  { min = '', max = '', minInclusive, maxInclusive }: FilterRange,
  one: (given: string) => string,
): string {
  const [above, below] = [minInclusive ? '>=' : '>', maxInclusive ? '<=' : '<'];
  return `(${cell} ${above} ${one(min)} AND ${cell} ${below} ${one(max)})`;
}

function momentSql(cell: string): string {
  return (
    `(CASE WHEN ${cell} ~ '${PLAIN_MOMENT}' OR ${cell} ~ '${UTC_MOMENT}'` +
    ` THEN ${cell}::timestamp AT TIME ZONE 'UTC' WHEN ${cell} ~ '${ZONED_MOMENT}' THEN ${cell}::timestamptz END)`
  );
}

function momentFrom(now: Date, period = ''): string {
  return new Date(now.getTime() + (readPeriod(period) ?? Number.NaN)).toISOString();
}
