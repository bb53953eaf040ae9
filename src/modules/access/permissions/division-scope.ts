import type { Condition, FieldCondition } from '@ucast/core';
import { rulesToAST } from '@casl/ability/extra';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type AccessAbility, subjectOf } from './ability.js';
import type { Permission } from './permission-catalogue.js';

/** The divisions whose objects a caller reaches with a permission. */
export type DivisionScope = { kind: 'all' } | { kind: 'divisions'; ids: readonly string[] };

export const EVERYWHERE: DivisionScope = { kind: 'all' };

/** Where `ability` holds at least one of the permissions: CASL's conditions read as a set of divisions. */
export function divisionScope(ability: AccessAbility, anyOf: readonly Permission[]): DivisionScope {
  const ids = new Set<string>();
  for (const permission of anyOf) {
    const [domain, entity, action] = permission.split(':') as [string, string, string];
    const condition = rulesToAST(ability, action, subjectOf(domain, entity));
    if (condition === null) continue;
    if (collectDivisions(condition, ids) === 'all') return EVERYWHERE;
  }
  return { kind: 'divisions', ids: [...ids] };
}

function collectDivisions(condition: Condition, ids: Set<string>): 'all' | 'some' {
  switch (condition.operator) {
    case 'and':
    case 'or': {
      const parts = condition.value as Condition[];
      // An empty "and" is CASL's form of "no condition".
      if (parts.length === 0) return 'all';
      if (condition.operator === 'and' && parts.length > 1)
        throw new Error('Division rules are never combined by "and"');
      return parts.some((part) => collectDivisions(part, ids) === 'all') ? 'all' : 'some';
    }
    case 'in':
    case 'eq':
      if ((condition as FieldCondition).field !== 'divisionId') break;
      for (const id of [condition.value].flat() as string[]) ids.add(id);
      return 'some';
  }
  throw new Error(`Unexpected access condition: ${condition.operator}`);
}

/** True when an object of the division is within the scope. */
export function isInScope(scope: DivisionScope, divisionId: string): boolean {
  return scope.kind === 'all' || scope.ids.includes(divisionId);
}

/**
 * The scope as SQL for plain statements: `column = ANY($n)` with its value pushed to `params`, or TRUE.
 * `column` is written by us, never by a caller.
 */
export function scopeSql(scope: DivisionScope, column: string, params: unknown[]): string {
  if (scope.kind === 'all') return 'TRUE';
  params.push(scope.ids);
  return `${column} = ANY($${params.length}::uuid[])`;
}

/** The scope as a condition of a TypeORM query; `property` is for example `list.divisionId`. */
export function whereInScope<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  property: string,
  scope: DivisionScope,
): SelectQueryBuilder<E> {
  if (scope.kind === 'all') return query;
  return query.andWhere(`${property} = ANY(:scopeDivisionIds)`, { scopeDivisionIds: scope.ids });
}
