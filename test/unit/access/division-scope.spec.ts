import fc from 'fast-check';
import { buildAbility, type GrantedPolicy } from '../../../src/modules/access/permissions/ability.js';
import {
  divisionScope,
  isInScope,
  scopeSql,
} from '../../../src/modules/access/permissions/division-scope.js';
import {
  ALL_PERMISSIONS,
  type Permission,
} from '../../../src/modules/access/permissions/permission-catalogue.js';

const policy = (divisionId: string | null, entityName: string, ...actions: string[]): GrantedPolicy => ({
  divisionId,
  domain: 'outbound',
  entityName,
  actions,
});
const scopeOf = (policies: GrantedPolicy[], ...anyOf: Permission[]) =>
  divisionScope(buildAbility(policies), anyOf);

describe('the scope of a permission', () => {
  it('is empty without a grant', () => {
    expect(scopeOf([], 'outbound:contactList:view')).toEqual({ kind: 'divisions', ids: [] });
  });

  it('is the divisions of the grants', () => {
    const policies = [
      policy('north', 'contactList', 'view'),
      policy('south', '*', '*'),
      policy('west', 'dncList', '*'),
    ];
    expect(scopeOf(policies, 'outbound:contactList:view')).toEqual({
      kind: 'divisions',
      ids: ['north', 'south'],
    });
  });

  it('is everywhere with a grant for all divisions', () => {
    const policies = [policy('north', 'contactList', 'view'), policy(null, 'contactList', '*')];
    expect(scopeOf(policies, 'outbound:contactList:view')).toEqual({ kind: 'all' });
  });

  it('unites several permissions', () => {
    const policies = [policy('north', 'contactList', 'view'), policy('south', 'contactList', 'search')];
    expect(scopeOf(policies, 'outbound:contactList:view', 'outbound:contactList:search')).toEqual({
      kind: 'divisions',
      ids: ['north', 'south'],
    });
  });

  it('reaches everywhere for permissions that know no divisions', () => {
    const policies: GrantedPolicy[] = [
      { divisionId: 'north', domain: 'messaging', entityName: 'integration', actions: ['view'] },
    ];
    expect(scopeOf(policies, 'messaging:integration:view')).toEqual({ kind: 'all' });
  });

  it('holds exactly where some grant holds, for any set of grants', () => {
    const divisions = ['a', 'b', 'c'];
    const anyPolicy = fc.record({
      divisionId: fc.constantFrom(...divisions, null),
      domain: fc.constantFrom('outbound', 'analytics'),
      entityName: fc.constantFrom('*', 'contactList', 'whatsAppCampaign', 'conversationDetail'),
      actions: fc.subarray(['*', 'view', 'edit', 'start'], { minLength: 1 }),
    });
    const aware = ALL_PERMISSIONS.filter((entry) => entry.divisionAware);
    fc.assert(
      fc.property(fc.array(anyPolicy, { maxLength: 6 }), fc.constantFrom(...aware), (policies, entry) => {
        const permission = `${entry.domain}:${entry.entity}:${entry.action}` as Permission;
        const scope = scopeOf(policies, permission);
        for (const division of divisions) {
          const granted = policies.some(
            (p) =>
              p.domain === entry.domain &&
              (p.entityName === '*' || p.entityName === entry.entity) &&
              (p.actions.includes('*') || p.actions.includes(entry.action)) &&
              (p.divisionId === null || p.divisionId === division),
          );
          expect(isInScope(scope, division)).toBe(granted);
        }
      }),
    );
  });
});

describe('a scope in SQL', () => {
  it('passes the divisions as a parameter', () => {
    const params: unknown[] = ['first'];
    expect(scopeSql({ kind: 'divisions', ids: ['x'] }, 'l.division_id', params)).toBe(
      'l.division_id = ANY($2::uuid[])',
    );
    expect(params).toEqual(['first', ['x']]);
  });

  it('is no condition for everywhere', () => {
    const params: unknown[] = [];
    expect(scopeSql({ kind: 'all' }, 'l.division_id', params)).toBe('TRUE');
    expect(params).toEqual([]);
  });
});
