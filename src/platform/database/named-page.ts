import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type Page, pageOffset, type PageRequest } from '../../kernel/page.js';
import { ApiError } from '../errors/api-error.js';

export const MATCH_TYPES = ['Prefix', 'BeginsWith', 'EndsWith', 'Contains', 'Equals'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

/** Which of the named objects to list, and in which order. */
export interface NamedFilter {
  name?: string;
  match: MatchType;
  ids?: string[];
  divisionIds?: string[];
  /** A name on the wire, see the sortable columns of the caller. */
  sortBy?: string;
  descending: boolean;
}

/** Sortable fields by their name on the wire, case-insensitive. */
const SORTABLE: Readonly<Record<string, string>> = {
  name: 'name',
  datecreated: 'createdAt',
  datemodified: 'updatedAt',
};

/**
 * Narrows, sorts and pages a query over entities that have id, name, divisionId, createdAt and updatedAt; names are
 * compared without regard to case. Throws 400 for a field that can't be sorted by.
 */
export async function findNamedPage<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  filter: NamedFilter,
  page: PageRequest,
): Promise<Page<E>> {
  const of = (property: string): string => `${query.alias}.${property}`;
  if (filter.name) {
    query.andWhere(`${of('name')} ILIKE :namePattern`, {
      namePattern: likePattern(filter.name, filter.match),
    });
  }
  if (filter.ids) query.andWhere(`${of('id')} = ANY(:ids)`, { ids: filter.ids });
  if (filter.divisionIds) {
    query.andWhere(`${of('divisionId')} = ANY(:divisionIds)`, { divisionIds: filter.divisionIds });
  }
  const direction = filter.descending ? 'DESC' : 'ASC';
  const [entities, total] = await query
    .orderBy(of(sortProperty(filter.sortBy)), direction)
    .addOrderBy(of('id'), 'ASC')
    .offset(pageOffset(page))
    .limit(page.pageSize)
    .getManyAndCount();
  return { ...page, entities, total };
}

function sortProperty(sortBy: string | undefined): string {
  const property = SORTABLE[(sortBy ?? 'name').toLowerCase()];
  if (property) return property;
  throw new ApiError('invalid', 'invalid.query.param.value', 'sortBy must be one of {allowed}.', {
    params: { allowed: 'name, dateCreated, dateModified' },
  });
}

/** The pattern for LIKE that finds texts which match `text` in this way. */
export function likePattern(text: string, match: MatchType): string {
  const literal = text.replace(/[\\%_]/gu, '\\$&');
  switch (match) {
    case 'Equals':
      return literal;
    case 'EndsWith':
      return `%${literal}`;
    case 'Contains':
      return `%${literal}%`;
    case 'Prefix':
    case 'BeginsWith':
      return `${literal}%`;
  }
}
