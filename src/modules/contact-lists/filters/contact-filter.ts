/** How predicates or clauses are joined. */
export const JUNCTIONS = ['AND', 'OR'] as const;
export type Junction = (typeof JUNCTIONS)[number];

export const COLUMN_TYPES = ['numeric', 'alphabetic'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const OPERATORS = [
  'EQUALS',
  'LESS_THAN',
  'LESS_THAN_EQUALS',
  'GREATER_THAN',
  'GREATER_THAN_EQUALS',
  'CONTAINS',
  'BEGINS_WITH',
  'ENDS_WITH',
  'BEFORE',
  'AFTER',
  'BETWEEN',
  'IN',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Bounds of BETWEEN, which count only when they are inclusive, and the values of IN. */
export interface FilterRange {
  min?: string;
  max?: string;
  minInclusive?: boolean;
  maxInclusive?: boolean;
  inSet?: string[];
}

/** One condition on one column (Genesys Cloud API, contact list filters). */
export interface FilterPredicate {
  column: string;
  columnType: ColumnType;
  operator: Operator;
  value?: string;
  range?: FilterRange;
  inverted: boolean;
}

export interface FilterClause {
  /** May be missing while there is nothing to join. */
  filterType?: Junction;
  predicates: FilterPredicate[];
}

/** What selects contacts: saved in a filter, or sent with a request. */
export interface FilterCriteria {
  filterType?: Junction;
  clauses: FilterClause[];
}

/** Predicates of a filter altogether (Genesys Cloud, conditions of contact list filters). */
export const MAX_CONDITIONS = 10;
/** Longest value of a condition, in characters: as long as a cell. */
export const MAX_VALUE_LENGTH = 512;
