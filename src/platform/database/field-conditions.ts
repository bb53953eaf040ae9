import { isISO8601 } from 'class-validator';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Reason } from '../../kernel/reason.js';
import { likePattern } from './named-page.js';

/** How a field may be compared. Of a list, one of its texts has to match. */
export type FieldType = 'text' | 'number' | 'date' | 'boolean' | 'list';

/** A field by which objects can be found. */
export interface FilterableField {
  /** Of the entity. */
  property: string;
  type: FieldType;
}

const COMPARISONS = {
  lessthan: '<',
  lessthanequalto: '<=',
  greaterthan: '>',
  greaterthanequalto: '>=',
} as const;
const PATTERNS = {
  contains: 'Contains',
  prefix: 'Prefix',
  beginswith: 'BeginsWith',
  endswith: 'EndsWith',
} as const;
type Operator = 'equals' | keyof typeof COMPARISONS | keyof typeof PATTERNS;

const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: ['equals', ...(Object.keys(PATTERNS) as Operator[])],
  list: ['equals', ...(Object.keys(PATTERNS) as Operator[])],
  number: ['equals', ...(Object.keys(COMPARISONS) as Operator[])],
  date: ['equals', ...(Object.keys(COMPARISONS) as Operator[])],
  boolean: ['equals'],
};
const PREFIX = /^([a-z]+):(.*)$/isu;

/** One comparison of a field. */
export interface FieldCondition extends FilterableField {
  operator: Operator;
  value: string;
}

/**
 * Reads filters such as `dateCreated=greaterthan:2026-01-01T00:00:00Z` (Genesys Cloud API, filter types): a value with
 * a prefix is compared in that way, one without equals the field. Tells every reason against them.
 */
export function readFieldConditions(
  fields: Readonly<Record<string, FilterableField>>,
  given: Readonly<Record<string, readonly string[] | undefined>>,
): { conditions: FieldCondition[]; reasons: Reason[] } {
  const conditions: FieldCondition[] = [];
  const reasons: Reason[] = [];
  for (const [name, field] of Object.entries(fields)) {
    for (const text of given[name] ?? []) {
      const { operator, value } = split(text, field.type);
      if (isValue(field.type, value)) conditions.push({ ...field, operator, value });
      else reasons.push(invalid(name, field.type));
    }
  }
  return { conditions, reasons };
}

/**
 * Narrows a query to objects that meet the conditions: of those that ask a field to equal something one is enough, all
 * others must hold. Texts are compared without regard to case.
 */
export function narrowByFields<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  conditions: readonly FieldCondition[],
): void {
  const equal = new Map<string, string[]>();
  conditions.forEach((condition, at) => {
    const sql = toSql(query, condition, `field${at}`);
    const { property, operator } = condition;
    if (operator === 'equals') equal.set(property, [...(equal.get(property) ?? []), sql]);
    else query.andWhere(sql);
  });
  for (const alternatives of equal.values()) query.andWhere(`(${alternatives.join(' OR ')})`);
}

function toSql<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { property, type, operator, value }: FieldCondition,
  parameter: string,
): string {
  const field = `${query.alias}.${property}`;
  if (type === 'text' || type === 'list') {
    const match = operator in PATTERNS ? PATTERNS[operator as keyof typeof PATTERNS] : 'Equals';
    query.setParameter(parameter, likePattern(value, match));
    return type === 'text'
      ? `${field} ILIKE :${parameter}`
      : `EXISTS (SELECT 1 FROM unnest(${field}) AS item WHERE item ILIKE :${parameter})`;
  }
  query.setParameter(parameter, type === 'date' ? new Date(value) : value);
  const comparison = operator in COMPARISONS ? COMPARISONS[operator as keyof typeof COMPARISONS] : '=';
  return `${field} ${comparison} :${parameter}`;
}

// What stands before a colon is a value's own when it is no operator, such as the date in a time.
function split(text: string, type: FieldType): { operator: Operator; value: string } {
  const [, word = '', rest = ''] = PREFIX.exec(text) ?? [];
  const operator = OPERATORS[type].find((known) => known === word.toLowerCase());
  return operator ? { operator, value: rest.trim() } : { operator: 'equals', value: text.trim() };
}

function isValue(type: FieldType, value: string): boolean {
  switch (type) {
    case 'text':
    case 'list':
      return value !== '';
    case 'number':
      return /^\d{1,9}$/u.test(value);
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'date':
      return isISO8601(value, { strict: true });
  }
}

const EXAMPLES: Readonly<Record<FieldType, string>> = {
  text: 'Europe/Berlin',
  list: 'phone',
  number: '3',
  date: '2026-01-31T00:00:00Z',
  boolean: 'true',
};

function invalid(field: string, type: FieldType): Reason {
  const prefixes = OPERATORS[type].map((operator) => `${operator}:`).join(', ');
  const message = `${field} must be a value such as ${EXAMPLES[type]}, which may have one of ${prefixes} before it.`;
  return { code: 'invalid.query.param.value', field, message };
}
