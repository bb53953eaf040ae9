import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** What criteria look at; the alias of the row is `library`. Every library is in a division: `*` finds none. */
const FIELDS = {
  id: 'library.id::text',
  name: 'library.name',
  divisionId: 'library.division_id::text',
} as const;

const OPERATORS = {
  EQUALS: (field: string, value: string) => `lower(${field}) = lower(${value})`,
  NOTEQUALS: (field: string, value: string) => `lower(${field}) <> lower(${value})`,
  BEGINS_WITH: (field: string, value: string) => `starts_with(lower(${field}), lower(${value}))`,
  ENDS_WITH: (field: string, value: string) => `right(lower(${field}), length(${value})) = lower(${value})`,
  CONTAINS: (field: string, value: string) => `position(lower(${value}) in lower(${field})) > 0`,
} as const;

export const CRITERIA_KEYS = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
export const CRITERIA_OPERATORS = Object.keys(OPERATORS) as (keyof typeof OPERATORS)[];

interface Criterion {
  key: keyof typeof FIELDS;
  operator: keyof typeof OPERATORS;
  value?: string;
}

/** Criteria that belong together (Genesys Cloud API, QueryCriteriaGroup). */
export interface CriteriaGroup {
  and?: Criterion[];
  or?: Criterion[];
  not?: Criterion[];
  criteria?: Criterion;
}

/**
 * Narrows a query over libraries to those that meet all groups; within a group all of `and`, at least one of `or`, none
 * of `not`, and `criteria`. Compared without regard to case.
 */
export function narrowByCriteria<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  groups: readonly CriteriaGroup[],
): void {
  let count = 0;
  const toSql = ({ key, operator, value = '' }: Criterion): string => {
    const name = `criterion${count++}`;
    query.setParameter(name, value);
    return `(${OPERATORS[operator](FIELDS[key], `:${name}`)})`;
  };
  for (const { and = [], or = [], not = [], criteria } of groups) {
    for (const item of criteria ? [...and, criteria] : and) query.andWhere(toSql(item));
    if (or.length > 0) query.andWhere(`(${or.map(toSql).join(' OR ')})`);
    for (const item of not) query.andWhere(`NOT ${toSql(item)}`);
  }
}
