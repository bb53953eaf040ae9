import { assertNever } from '../../../kernel/assert-never.js';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { type Dimension, type DimensionSource, dimensionSource, isCounted } from './dimensions.js';
import { type MessageMetric, metricSource } from './message-metrics.js';

export type Junction = 'and' | 'or';

/** Numbers between bounds; a bound left out holds nothing back. */
export interface NumericRange {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

/** One test of one dimension or metric; `value` or `range` is needed by `matches`, which is the default. */
export interface Predicate {
  type?: 'dimension' | 'metric';
  dimension?: Dimension;
  metric?: MessageMetric;
  operator?: 'matches' | 'exists' | 'notExists';
  value?: string;
  range?: NumericRange;
}

export interface Clause {
  type: Junction;
  predicates: readonly Predicate[];
}

/** Predicates and clauses joined by `type`; one without any lets everything through. */
export interface Filter {
  type: Junction;
  predicates?: readonly Predicate[];
  clauses?: readonly Clause[];
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;
const INTEGER = /^-?\d{1,9}$/u;
const NUL = '\u0000';
const COMPARISONS = [
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
] as const;

/**
 * Filters as one SQL condition over the interactions or their counts; all of them must hold.
 *
 * Values are pushed to `params` and appear as `$n` only, so no text of a caller becomes SQL. A value that the column
 * cannot hold (no UUID, no number) matches nothing instead of failing in the database.
 */
export function filtersSql(filters: readonly Filter[], params: unknown[]): string {
  return join(
    'and',
    filters.map((filter) =>
      join(filter.type, [
        ...(filter.predicates ?? []).map((predicate) => predicateSql(predicate, params)),
        ...(filter.clauses ?? []).map((clause) => clauseSql(clause, params)),
      ]),
    ),
  );
}

/** How many predicates the filters have together. */
export function countPredicates(filters: readonly Filter[]): number {
  return predicatesOf(filters).length;
}

/** True when the counts of interactions know everything that the filters ask for. */
export function areCounted(filters: readonly Filter[]): boolean {
  return predicatesOf(filters).every(({ type, dimension, metric }) =>
    type === 'metric'
      ? metric !== undefined && metricSource(metric).counted
      : !dimension || isCounted(dimension),
  );
}

/** A range as a condition over an expression of ours. */
export function rangeSql(expression: string, range: NumericRange, params: unknown[]): string {
  const bounds = COMPARISONS.flatMap(([name, operator]) => {
    const bound = range[name];
    return bound === undefined ? [] : [`${expression} ${operator} ${bind(bound, params)}::float8`];
  });
  return join('and', [`${expression} IS NOT NULL`, ...bounds]);
}

function predicatesOf(filters: readonly Filter[]): Predicate[] {
  return filters.flatMap(({ predicates = [], clauses = [] }) => [
    ...predicates,
    ...clauses.flatMap((clause) => clause.predicates),
  ]);
}

function clauseSql(clause: Clause, params: unknown[]): string {
  return join(
    clause.type,
    clause.predicates.map((predicate) => predicateSql(predicate, params)),
  );
}

function predicateSql(predicate: Predicate, params: unknown[]): string {
  const { type, dimension, metric, operator = 'matches', value = '', range = {} } = predicate;
  if (type === 'metric' && metric) {
    const { sql } = metricSource(metric);
    if (operator === 'matches') return rangeSql(`(${sql})`, range, params);
    return `(${sql}) IS ${operator === 'exists' ? 'NOT NULL' : 'NULL'}`;
  }
  if (!dimension) return 'FALSE';
  const source = dimensionSource(dimension);
  switch (operator) {
    case 'matches':
      return matchesSql(source, value, params);
    case 'exists':
      return 'sql' in source ? `${source.sql} IS NOT NULL` : source.kind === 'constant' ? 'TRUE' : 'FALSE';
    case 'notExists':
      return 'sql' in source ? `${source.sql} IS NULL` : source.kind === 'constant' ? 'FALSE' : 'TRUE';
    default:
      return assertNever(operator);
  }
}

function matchesSql(source: DimensionSource, value: string, params: unknown[]): string {
  switch (source.kind) {
    case 'absent':
      return 'FALSE';
    case 'constant':
      return value === source.value ? 'TRUE' : 'FALSE';
    case 'uuid':
      return UUID.test(value) ? `${source.sql} = ${bind(value, params)}::uuid` : 'FALSE';
    case 'integer':
      return INTEGER.test(value) ? `${source.sql} = ${bind(Number(value), params)}::int` : 'FALSE';
    case 'text':
      return value.includes(NUL) ? 'FALSE' : `${source.sql} = ${bind(value, params)}::text`;
    case 'moment': {
      const at = new Date(value);
      // The wire knows milliseconds, the column microseconds.
      return Number.isNaN(at.getTime())
        ? 'FALSE'
        : `date_trunc('milliseconds', ${source.sql}) = ${bind(at, params)}::timestamptz`;
    }
    case 'address': {
      const address = readWhatsAppId(value);
      return address.ok ? `${source.sql} = ${bind(address.id, params)}::text` : 'FALSE';
    }
    default:
      return assertNever(source);
  }
}

function bind(value: unknown, params: unknown[]): string {
  params.push(value);
  return `$${params.length}`;
}

function join(type: Junction, parts: readonly string[]): string {
  if (parts.length === 0) return 'TRUE';
  return `(${parts.join(type === 'and' ? ' AND ' : ' OR ')})`;
}
