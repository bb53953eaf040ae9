import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import type { GrantedPolicy } from './ability.js';
import { isInScope } from './division-scope.js';
import { type Permission, type PolicyTerms, spellOut } from './permission-catalogue.js';

/** A division, or null for all divisions. */
export type GrantDivision = string | null;

/** How "all divisions" is written in paths and bodies (Genesys Cloud API, grants). */
export const ALL_DIVISIONS = '*';

/** Throws 403 `missing.division.permissions` unless the permission is held in the division; null stands for all. */
export function requireHeldIn(caller: Caller, permission: Permission, divisionId: GrantDivision): void {
  if (divisionId !== null) return caller.requireIn(divisionId, permission);
  if (caller.scope(permission).kind === 'all') return;
  throw new ApiError(
    'forbidden',
    'missing.division.permissions',
    'You lack the permission {permissions} in all divisions ({divisionId}).',
    { params: { permissions: permission, divisionId: ALL_DIVISIONS } },
  );
}

/** The permissions of the policies that the caller does not hold in each of the divisions, nor anywhere if none. */
export function permissionsBeyond(
  caller: Caller,
  policies: readonly PolicyTerms[],
  divisionIds: readonly GrantDivision[],
): Permission[] {
  return spellOut(policies)
    .filter(({ permission, divisionAware }) => {
      if (!caller.can(permission)) return true;
      if (!divisionAware) return false;
      const scope = caller.scope(permission);
      return divisionIds.some((id) => (id === null ? scope.kind !== 'all' : !isInScope(scope, id)));
    })
    .map(({ permission }) => permission);
}

/** The permissions that the granted policies give, and that the caller lacks in at least one of their divisions. */
export function permissionsBeyondGrants(caller: Caller, granted: readonly GrantedPolicy[]): Permission[] {
  return [...new Set(granted.flatMap((policy) => permissionsBeyond(caller, [policy], [policy.divisionId])))];
}

/**
 * Nobody hands out more than they hold: throws 403 `missing.permissions` unless the caller holds every permission of
 * the role in each of the divisions in which others have it, or get it.
 */
export function requireMayHandOut(
  caller: Caller,
  role: { name: string; policies: readonly PolicyTerms[] },
  divisionIds: readonly GrantDivision[],
): void {
  const beyond = permissionsBeyond(caller, role.policies, divisionIds);
  if (beyond.length === 0) return;
  throw new ApiError(
    'forbidden',
    'missing.permissions',
    'You can not hand out more than you hold yourself: you lack these permissions of the role "{role}" there: {permissions}',
    { params: { role: role.name, permissions: beyond.join(', ') } },
  );
}

/** The rule as the API documentation tells it. */
export const HAND_OUT_RULE =
  'Nobody hands out more than they hold: a role is granted, and written, only by somebody who holds all of its permissions in the divisions in question; else `missing.permissions` names those that are lacking.';

/** What protects the organisation from locking itself out, as the API documentation tells it. */
export const LAST_ADMIN_RULE =
  'The last grant of the role admin in all divisions can not be taken back: `last.admin.grant`.';
