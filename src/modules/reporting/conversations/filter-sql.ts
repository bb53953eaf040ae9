import { assertNever } from '../../../kernel/assert-never.js';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { type Dimension, type DimensionSource, dimensionSource } from './dimensions.js';

export type Junction = 'and' | 'or';

/** One test of one dimension; `value` is needed by `matches`, which is the default. */
export interface Predicate {
  dimension: Dimension;
  operator?: 'matches' | 'exists' | 'notExists';
  value?: string;
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

/**
 * Filters as one SQL condition over the view of messages; all of them must hold.
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
  return filters.reduce(
    (sum, { predicates = [], clauses = [] }) =>
      sum + predicates.length + clauses.reduce((inner, clause) => inner + clause.predicates.length, 0),
    0,
  );
}

function clauseSql(clause: Clause, params: unknown[]): string {
  return join(
    clause.type,
    clause.predicates.map((predicate) => predicateSql(predicate, params)),
  );
}

function predicateSql({ dimension, operator = 'matches', value = '' }: Predicate, params: unknown[]): string {
  const source = dimensionSource(dimension);
  switch (operator) {
    case 'matches':
      return matchesSql(source, value, params);
    case 'exists':
      return source.kind === 'constant' ? 'TRUE' : `${source.sql} IS NOT NULL`;
    case 'notExists':
      return source.kind === 'constant' ? 'FALSE' : `${source.sql} IS NULL`;
    default:
      return assertNever(operator);
  }
}

function matchesSql(source: DimensionSource, value: string, params: unknown[]): string {
  switch (source.kind) {
    case 'constant':
      return value === source.value ? 'TRUE' : 'FALSE';
    case 'uuid':
      return UUID.test(value) ? `${source.sql} = ${bind(value, params)}::uuid` : 'FALSE';
    case 'integer':
      return INTEGER.test(value) ? `${source.sql} = ${bind(Number(value), params)}::int` : 'FALSE';
    case 'text':
      return value.includes(NUL) ? 'FALSE' : `${source.sql} = ${bind(value, params)}::text`;
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
