import fc from 'fast-check';
import { Caller, type CallerIdentity } from '../../../src/modules/access/caller.js';
import { buildAbility, type GrantedPolicy } from '../../../src/modules/access/permissions/ability.js';
import { permissionsBeyondGrants } from '../../../src/modules/access/permissions/delegation.js';

const exceeds = (holder: GrantedPolicy[], asked: GrantedPolicy[]): string[] =>
  permissionsBeyondGrants(new Caller({} as CallerIdentity, buildAbility(holder)), asked);

const policy = (
  divisionId: string | null,
  domain: string,
  entityName: string,
  ...actions: string[]
): GrantedPolicy => ({ divisionId, domain, entityName, actions });

describe('handing on permissions', () => {
  const holder = [
    policy('north', 'outbound', 'contactList', 'view', 'edit'),
    policy(null, 'outbound', 'dncList', '*'),
  ];

  it('is fine for what the holder has, in its divisions', () => {
    expect(exceeds(holder, [])).toEqual([]);
    expect(exceeds(holder, holder)).toEqual([]);
    expect(exceeds(holder, [policy('north', 'outbound', 'contactList', 'view')])).toEqual([]);
    expect(exceeds(holder, [policy('south', 'outbound', 'dncList', 'add')])).toEqual([]);
  });

  it('names what is too much: another action, another division, all divisions', () => {
    const view = 'outbound:contactList:view';
    expect(exceeds(holder, [policy('north', 'outbound', 'contactList', 'view', 'delete')])).toEqual([
      'outbound:contactList:delete',
    ]);
    expect(exceeds(holder, [policy('south', 'outbound', 'contactList', 'view')])).toEqual([view]);
    expect(exceeds(holder, [policy(null, 'outbound', 'contactList', 'view')])).toEqual([view]);
    expect(exceeds([], [policy('north', 'oauth', 'token', 'delete')])).toEqual(['oauth:token:delete']);
  });

  it('spells wildcards out', () => {
    expect(exceeds(holder, [policy('north', 'outbound', 'dncList', '*')])).toEqual([]);
    expect(exceeds(holder, [policy('north', 'outbound', 'contactList', '*')])).toEqual([
      'outbound:contactList:add',
      'outbound:contactList:delete',
      'outbound:contactList:search',
      'outbound:contactList:upload',
    ]);
  });

  it('ignores the division of permissions that have none', () => {
    const admin = [policy('north', 'oauth', 'client', 'view')];
    expect(exceeds(admin, [policy(null, 'oauth', 'client', 'view')])).toEqual([]);
  });

  it('never lets a subset exceed, nor a stranger gain', () => {
    const anyPolicy = fc.record({
      divisionId: fc.constantFrom(null, 'north', 'south'),
      domain: fc.constantFrom('outbound', 'oauth', 'directory'),
      entityName: fc.constantFrom('*', 'contactList', 'client', 'user'),
      actions: fc.subarray(['*', 'view', 'add', 'edit'], { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(anyPolicy), fc.array(anyPolicy), (some, more) => {
        expect(exceeds([...some, ...more], some)).toEqual([]);
        const gained = exceeds(some, [...some, ...more]);
        expect(exceeds(some, more)).toEqual(gained);
      }),
    );
  });
});
