import type { Reason } from '../../../kernel/reason.js';
import { NUMBER } from '../filters/cell-values.js';
import { repeated } from '../lists/contact-list-definition.js';

/** An order of contacts by a column; the first of several has the highest priority. */
export interface ContactSort {
  fieldName: string;
  direction: 'ASC' | 'DESC';
  /** Compares as numbers instead of text. */
  numeric: boolean;
}

/** Greatest number of columns to sort by (Genesys Cloud API, limits). */
export const MAX_CONTACT_SORTS = 4;

/**
 * Terms of an ORDER BY for contacts `c`. Column names go to `params`, never into the text. A cell that is no number
 * sorts last where numbers are asked for; an empty cell sorts last everywhere. Dates sort as text, so ISO dates sort
 * right.
 */
export function sortTerms(sorts: readonly ContactSort[], params: unknown[]): string[] {
  return sorts.map(({ fieldName, direction, numeric }) => {
    const cell = `nullif(c.data ->> $${params.push(fieldName)}::text, '')`;
    const value = numeric ? `CASE WHEN ${cell} ~ '${NUMBER}' THEN (${cell})::numeric END` : cell;
    return `${value} ${direction === 'DESC' ? 'DESC' : 'ASC'} NULLS LAST`;
  });
}

/**
 * Everything that is wrong with `contactSorts` (Genesys Cloud API, messaging campaigns); columns are checked when
 * the list is given.
 */
export function explainSorts(
  sorts: readonly ContactSort[],
  list: { name: string; columnNames: readonly string[] } | undefined,
): Reason[] {
  const refuse = (code: string, message: string): Reason => ({ code, field: 'contactSorts', message });
  const reasons: Reason[] = [];
  if (sorts.length > MAX_CONTACT_SORTS) {
    const message = `Contacts can be sorted by ${MAX_CONTACT_SORTS} columns at most; ${sorts.length} are named.`;
    reasons.push(refuse('contact.sorts.limit.exceeded', message));
  }
  const names = sorts.map((sort) => sort.fieldName);
  if (names.some((name) => name.trim() === '')) {
    reasons.push(refuse('contact.sorts.invalid.field.name', 'Each sort needs the name of a column.'));
  }
  for (const name of repeated(names)) {
    reasons.push(refuse('contact.sorts.duplicate.field.names', `The column "${name}" is sorted by twice.`));
  }
  const isUnknown = (name: string) => name.trim() !== '' && list && !list.columnNames.includes(name);
  for (const name of new Set(names.filter(isUnknown))) {
    const message = `The contact list "${list?.name}" has no column "${name}" to sort by.`;
    reasons.push(refuse('contact.sort.field.not.found', message));
  }
  return reasons;
}
