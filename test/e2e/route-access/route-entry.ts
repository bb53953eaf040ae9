import type { Permission } from '../../../src/modules/access/index.js';
import type { AccessWorld } from './access-world.js';

/** A request that the right caller succeeds with. A text is the path alone. */
export type Prepared =
  | string
  | {
      path: string;
      headers?: Record<string, string>;
      body?: object;
      form?: Record<string, string>;
      csv?: string;
    };
export type Prepare = (world: AccessWorld, permission: Permission) => Prepared | Promise<Prepared>;

/**
 * What a caller with the permission in another division gets: a 404 as for something that does not exist, a list
 * without what is not theirs, a 403 for wanting to act in a division of others, or the same as everybody because the
 * things of this kind belong to no division.
 */
export type Foreign = 'hidden' | 'empty' | 'refused' | 'open';

export interface RouteEntry {
  /** Nobody is asked who they are; any token will do; or these permissions. */
  access: 'public' | 'authenticated' | Permission[];
  /** All of the permissions are needed, not one of them. */
  needsAll?: boolean;
  /** What the request needs besides the permission of its route. */
  also?: Permission[];
  foreign: Foreign;
  /** One of the permissions that knows no divisions: wherever it was granted, it holds for the things of all. */
  everywhere?: Permission;
  /** The route acts in the home division, so that is the right one, not the one in which everything is made. */
  actsInHome?: boolean;
  /** For what is hidden: another status than 404. */
  foreignStatus?: number;
  /** A token for who is logged in, when that of a program will not do. */
  token?: (world: AccessWorld) => Promise<string>;
  /** Status for who may. */
  ok: number;
  prepare: Prepare;
}

/** A route for everybody, whatever token they send. */
export const open = (ok: number, prepare: Prepare): RouteEntry => ({
  access: 'public',
  foreign: 'open',
  ok,
  prepare,
});

/** A route for everybody who is logged in. */
export const anyToken = (ok: number, prepare: Prepare): RouteEntry => ({
  access: 'authenticated',
  foreign: 'open',
  ok,
  prepare,
});

/** A route about things that belong to no division. */
export const organizationWide = (permissions: Permission[], ok: number, prepare: Prepare): RouteEntry => ({
  access: permissions,
  foreign: 'open',
  ok,
  prepare,
});

/** A route about one thing of a division. */
export const hidden = (permissions: Permission[], ok: number, prepare: Prepare): RouteEntry => ({
  access: permissions,
  foreign: 'hidden',
  ok,
  prepare,
});

/** A route that lists things of divisions. */
export const listing = (permissions: Permission[], prepare: Prepare): RouteEntry => ({
  access: permissions,
  foreign: 'empty',
  ok: 200,
  prepare,
});

/** A route that acts in a division that everybody may know of, but not everybody may act in. */
export const actingIn = (permissions: Permission[], ok: number, prepare: Prepare): RouteEntry => ({
  access: permissions,
  foreign: 'refused',
  ok,
  prepare,
});

/** A route that creates a thing in a division. */
export const creating = (permissions: Permission[], prepare: Prepare): RouteEntry =>
  actingIn(permissions, 200, prepare);

/** How many things an answer lists. */
export function countOf(body: Record<string, unknown>): number {
  const { total, totalHits, results, conversations, grants, roles } = body;
  if (Array.isArray(body)) return body.length;
  const values = Object.values(body);
  if (values.length > 0 && values.every((value) => typeof value === 'number')) return Math.max(...values);
  if (Array.isArray(grants)) return grants.length;
  if (Array.isArray(roles)) return roles.length;
  if (Array.isArray(results)) return results.length;
  if (Array.isArray(conversations)) return Number(totalHits ?? conversations.length);
  return Number(total ?? totalHits ?? (results as { total?: number } | undefined)?.total ?? NaN);
}
