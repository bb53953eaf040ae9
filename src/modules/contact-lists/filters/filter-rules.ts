import type { Reason } from '../../../kernel/reason.js';
import { isUnstorable } from '../../../kernel/storable.js';
import { isNumber, readPeriod } from './cell-values.js';
import {
  type FilterCriteria,
  type FilterPredicate,
  MAX_CONDITIONS,
  MAX_VALUE_LENGTH,
} from './contact-filter.js';

/** A condition as it was sent: whatever is missing is a reason to refuse it. */
export type PredicateDraft = Omit<FilterPredicate, 'column' | 'operator'> &
  Partial<Pick<FilterPredicate, 'column' | 'operator'>>;

/** Criteria as they were sent. */
export interface CriteriaDraft {
  filterType?: FilterCriteria['filterType'];
  clauses?: { filterType?: FilterCriteria['filterType']; predicates?: PredicateDraft[] }[];
}

type Refuse = (code: string, field: string, message: string, params?: Record<string, string>) => void;

/**
 * Everything that is wrong with criteria for a list with these columns; undefined columns are not checked
 * (Genesys Cloud API, errors of contact list filters). `path` says where in the body the criteria are.
 */
export function explainCriteria(
  criteria: CriteriaDraft,
  columnNames: readonly string[] | undefined,
  path = '',
): Reason[] {
  const reasons: Reason[] = [];
  const refuse: Refuse = (code, field, message, params) => {
    const place = [path, field].filter(Boolean).join('.');
    reasons.push({ code, field: place, message: `${place}: ${message}.`, params });
  };
  const clauses = criteria.clauses ?? [];
  if (clauses.length === 0) refuse('clauses.required', 'clauses', 'at least one clause is needed');
  if (clauses.length > 1 && !criteria.filterType) {
    const message = 'say by AND or OR how the clauses are joined';
    refuse('filter.type.required.for.multiple.clauses', 'filterType', message);
  }
  for (const [at, { filterType, predicates = [] }] of clauses.entries()) {
    const clause = `clauses.${at}`;
    if (predicates.length === 0) {
      const message = 'at least one condition is needed';
      refuse('at.least.one.predicate.required', `${clause}.predicates`, message);
    }
    if (predicates.length > 1 && !filterType) {
      const message = 'say by AND or OR how the conditions are joined';
      refuse('filter.type.required.for.multiple.predicates', `${clause}.filterType`, message);
    }
    for (const [position, predicate] of predicates.entries()) {
      const below: Refuse = (code, field, message, params) =>
        refuse(code, `${clause}.predicates.${position}.${field}`, message, params);
      explainPredicate(predicate, columnNames, below);
    }
  }
  explainNumber(clauses.flatMap(({ predicates = [] }) => predicates).length, refuse);
  return reasons;
}

function explainNumber(conditions: number, refuse: Refuse): void {
  if (conditions <= MAX_CONDITIONS) return;
  const params = { limit: String(MAX_CONDITIONS), given: String(conditions) };
  const message = `a filter may have at most ${MAX_CONDITIONS} conditions, there are ${conditions}`;
  refuse('filter.conditions.limit.exceeded', 'clauses', message, params);
}

function explainPredicate(
  predicate: PredicateDraft,
  columnNames: readonly string[] | undefined,
  refuse: Refuse,
): void {
  const { column, operator } = predicate;
  if (!column) refuse('column.required', 'column', 'name a column of the contact list');
  else if (columnNames && !columnNames.includes(column)) {
    refuse('column.does.not.match.contact.list', 'column', `the contact list has no column "${column}"`);
  }
  switch (operator) {
    case undefined:
      return refuse('operator.required', 'operator', 'say how the column is compared');
    case 'BETWEEN':
      return explainBounds(predicate, refuse);
    case 'IN':
      return explainSet(predicate, refuse);
    case 'BEFORE':
    case 'AFTER':
      return explainMoment(predicate.value, refuse);
    case 'CONTAINS':
    case 'BEGINS_WITH':
    case 'ENDS_WITH':
      return explainValue({ ...predicate, columnType: 'alphabetic' }, refuse);
    default:
      return explainValue(predicate, refuse);
  }
}

function explainValue({ value, columnType }: PredicateDraft, refuse: Refuse): void {
  if (!value) return refuse('value.required', 'value', 'a value to compare with is needed');
  const problem = explainFit(value, columnType);
  if (problem) refuse('value.did.not.match.column.type', 'value', problem);
}

function explainMoment(value: string | undefined, refuse: Refuse): void {
  if (!value) {
    return refuse('value.required', 'value', 'a period from now is needed, for example P07DT00H00M');
  }
  if (readPeriod(value) !== undefined) return;
  const message = 'must be a period from now such as P07DT00H00M, or P-01DT-08H-30M for the past';
  refuse('invalid.date.value', 'value', message);
}

function explainBounds({ range, columnType }: PredicateDraft, refuse: Refuse): void {
  if (!range) return refuse('range.required', 'range', 'a range with min and max is needed');
  const sound = (['min', 'max'] as const).filter((bound) => {
    const value = range[bound];
    if (!value) refuse(`range.${bound}.required`, `range.${bound}`, `the range needs its ${bound}`);
    const problem = value ? explainFit(value, columnType) : undefined;
    if (problem) refuse(`${bound}.did.not.match.column.type`, `range.${bound}`, problem);
    return value && !problem;
  });
  if (sound.length < 2 || !isAbove(range.min!, range.max!, columnType)) return;
  refuse('max.less.than.min', 'range.max', 'max must not be less than min');
}

function explainSet({ range, columnType }: PredicateDraft, refuse: Refuse): void {
  if (!range?.inSet?.length) {
    return refuse('range.set.required', 'range.inSet', 'at least one value is needed');
  }
  for (const [at, value] of range.inSet.entries()) {
    const problem = explainFit(value, columnType);
    if (problem) refuse('value.did.not.match.column.type', `range.inSet.${at}`, problem);
  }
}

function explainFit(value: string, columnType: FilterPredicate['columnType']): string | undefined {
  if (value.length > MAX_VALUE_LENGTH) return `has more than ${MAX_VALUE_LENGTH} characters`;
  if (isUnstorable(value)) return 'has a character that no text has';
  if (columnType === 'numeric' && !isNumber(value)) return 'must be a number such as 120 or -0.5';
  return undefined;
}

// Equal to the order of the database but for digits beyond double precision and rare letters: a range that is empty
// all the same matches nobody, which is no harm.
function isAbove(min: string, max: string, columnType: FilterPredicate['columnType']): boolean {
  if (columnType === 'numeric') return Number(min) > Number(max);
  return Buffer.compare(Buffer.from(min.toLowerCase()), Buffer.from(max.toLowerCase())) > 0;
}

/** The criteria without what was left open; to be called for criteria that the rules let pass. */
export function toCriteria({ filterType, clauses = [] }: CriteriaDraft): FilterCriteria {
  return {
    filterType,
    clauses: clauses.map((clause) => ({
      filterType: clause.filterType,
      predicates: (clause.predicates ?? []) as FilterPredicate[],
    })),
  };
}
