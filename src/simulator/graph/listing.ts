import { GraphError } from './graph-errors.js';
import type { Loose } from './graph-request.js';

/** Picks the asked fields and always the id; `a{b,c}` and `a.limit(3)` count as `a`. */
export function project(node: object, fields: string | undefined, defaults: readonly string[]): Loose {
  const wanted = fields === undefined ? defaults : splitFields(fields);
  const source = node as Loose;
  const picked: Loose = {};
  for (const name of wanted) if (source[name] !== undefined) picked[name] = source[name];
  picked.id = source.id;
  return picked;
}

const splitFields = (fields: string): string[] =>
  fields
    .replace(/\{[^}]*\}|\([^)]*\)/g, '')
    .split(',')
    .map((field) => field.trim().split('.')[0]!)
    .filter((field) => field !== '');

export interface PageQuery {
  limit?: string;
  after?: string;
  before?: string;
}

interface CursorPage<T> {
  items: T[];
  cursors: { before: string; after: string } | undefined;
  hasNext: boolean;
  hasPrevious: boolean;
}

const DEFAULT_LIMIT = 25;
const toCursor = (id: string): string => Buffer.from(id).toString('base64url');

/**
 * One page of a list by cursors that name the row before or after it.
 * @throws GraphError 131059 for a cursor that names no row, 100 for a bad limit.
 */
export function pageOf<T extends { id: string }>(all: readonly T[], query: PageQuery): CursorPage<T> {
  const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new GraphError(100, "Parameter 'limit' must be a positive integer");
  const [start, end] = rangeOf(all, query, limit);
  const items = all.slice(start, end);
  const cursors =
    items.length > 0 ? { before: toCursor(items[0]!.id), after: toCursor(items.at(-1)!.id) } : undefined;
  return { items, cursors, hasNext: end < all.length, hasPrevious: start > 0 };
}

function rangeOf(all: readonly { id: string }[], query: PageQuery, limit: number): [number, number] {
  if (query.after) {
    const start = indexOf(all, query.after) + 1;
    return [start, Math.min(all.length, start + limit)];
  }
  if (query.before) {
    const end = indexOf(all, query.before);
    return [Math.max(0, end - limit), end];
  }
  return [0, Math.min(all.length, limit)];
}

function indexOf(all: readonly { id: string }[], cursor: string): number {
  const index = all.findIndex(({ id }) => toCursor(id) === cursor);
  if (index < 0) throw new GraphError(131059, 'The paging cursor is not valid, start again without cursors');
  return index;
}

/** The `paging` block; links are present only if there is such a page. */
export function pagingBlock<T>(page: CursorPage<T>, url: URL): object | undefined {
  if (!page.cursors) return undefined;
  const link = (name: 'after' | 'before', cursor: string): string => {
    const target = new URL(url);
    for (const other of ['after', 'before', 'access_token']) target.searchParams.delete(other);
    target.searchParams.set(name, cursor);
    return target.href;
  };
  return {
    cursors: page.cursors,
    ...(page.hasNext ? { next: link('after', page.cursors.after) } : {}),
    ...(page.hasPrevious ? { previous: link('before', page.cursors.before) } : {}),
  };
}
