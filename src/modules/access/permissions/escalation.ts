import { buildAbility, type GrantedPolicy } from './ability.js';
import { divisionScope, isInScope } from './division-scope.js';
import { ALL_PERMISSIONS, type Permission } from './permission-catalogue.js';

/**
 * The permissions that `asked` gives and `holder` lacks, at least in one of the divisions asked for; empty when the
 * holder may hand on all of it. Both sides are compared as abilities, wildcards spelt out.
 */
export function exceeds(holder: readonly GrantedPolicy[], asked: readonly GrantedPolicy[]): string[] {
  const held = buildAbility(holder);
  const wanted = buildAbility(asked);
  return ALL_PERMISSIONS.map(
    ({ domain, entity, action }) => `${domain}:${entity}:${action}` as Permission,
  ).filter((permission) => {
    const wantedScope = divisionScope(wanted, [permission]);
    const heldScope = divisionScope(held, [permission]);
    if (wantedScope.kind === 'all') return heldScope.kind !== 'all';
    return wantedScope.ids.some((id) => !isInScope(heldScope, id));
  });
}
