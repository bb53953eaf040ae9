import { DEFAULT_ROLES } from '../../../src/modules/access/roles/default-roles.js';
import { explainPolicies, mergePolicies } from '../../../src/modules/access/roles/policy-rules.js';
import {
  ALL_PERMISSIONS,
  findPermission,
  spellOut,
} from '../../../src/modules/access/permissions/permission-catalogue.js';

const policy = (domain: string, entityName: string, ...actionSet: string[]) => ({
  domain,
  entityName,
  actionSet,
});
const fieldsOf = (...policies: Parameters<typeof explainPolicies>[0]) =>
  explainPolicies(policies).map(({ code, field }) => `${code} ${field}`);

describe('the policies of a role', () => {
  it('may use wildcards for the entity and for the actions', () => {
    expect(explainPolicies([policy('outbound', '*', '*'), policy('outbound', '*', 'view', 'start')])).toEqual(
      [],
    );
  });

  it('are refused with every reason at once', () => {
    expect(
      fieldsOf(
        policy('outbund', 'contactList', 'view'),
        policy('outbound', 'contactlist', 'view'),
        policy('outbound', 'contactList', 'view', 'fly', 'start'),
        policy('*', '*', '*'),
      ),
    ).toEqual([
      'permission.not.found permissionPolicies.0.domain',
      'permission.not.found permissionPolicies.1.entityName',
      'permission.not.found permissionPolicies.2.actionSet',
      'permission.not.found permissionPolicies.2.actionSet',
      'permission.not.found permissionPolicies.3.domain',
    ]);
  });

  it('name what is possible instead', () => {
    const [reason] = explainPolicies([policy('oauth', 'clients', 'view')]);
    expect(reason?.message).toContain('"oauth:clients"');
    expect(reason?.message).toContain('*, client, token');
  });

  it('must not have conditions, because dropping one would give more than was asked for', () => {
    const conditional = {
      ...policy('outbound', 'contactList', 'view'),
      resourceConditionNode: { conjunction: 'AND' },
      namedResources: ['x'],
    };
    expect(fieldsOf(conditional)).toEqual([
      'policy.condition.not.supported permissionPolicies.0.namedResources',
      'policy.condition.not.supported permissionPolicies.0.resourceConditionNode',
    ]);
    expect(
      explainPolicies([{ ...policy('outbound', '*', '*'), resourceConditionNode: {}, namedResources: [] }]),
    ).toEqual([]);
  });

  it('of the same entity become one', () => {
    expect(
      mergePolicies([
        policy('outbound', 'contactList', 'view', 'add'),
        policy('outbound', 'dncList', 'view'),
        policy('outbound', 'contactList', 'view', 'edit'),
      ]),
    ).toEqual([
      { domain: 'outbound', entityName: 'contactList', actions: ['view', 'add', 'edit'] },
      { domain: 'outbound', entityName: 'dncList', actions: ['view'] },
    ]);
  });
});

describe('the catalogue', () => {
  it('labels every permission for people', () => {
    expect(findPermission('outbound:whatsAppCampaign:viewSchedule')?.label).toBe(
      'Outbound > WhatsApp campaign > View schedule',
    );
    expect(findPermission('messaging:whatsappIntegration:add')?.label).toBe(
      'Messaging > WhatsApp integration > Add',
    );
    expect(findPermission('outbound:dncList:view')?.label).toBe('Outbound > DNC list > View');
    expect(ALL_PERMISSIONS.filter(({ label }) => !/^[A-Z]\S* .+ > [A-Z]/u.test(label))).toEqual([]);
  });

  it.each([
    'outbound:emailCampaign:start',
    'outbound:messagingCampaignSchedule:edit',
    'outbound:contactListTemplate:add',
    'outbound:importTemplate:add',
    'outbound:fileSpecificationTemplate:add',
    'outbound:attemptLimits:edit',
    'outbound:wrapUpCodeMapping:edit',
    'outbound:campaignSequenceSchedule:view',
    'responseAssets:asset:add',
  ])('has %s', (permission) => {
    expect(findPermission(permission)).toBeDefined();
  });
});

describe('the default roles', () => {
  const permissionsOf = (id: string) =>
    spellOut(DEFAULT_ROLES.find((role) => role.defaultRoleId === id)!.policies).map(
      (entry) => entry.permission,
    );

  it('have policies that the catalogue knows', () => {
    for (const { policies } of DEFAULT_ROLES) {
      const sent = policies.map(({ domain, entityName, actions }) => policy(domain, entityName, ...actions));
      expect(explainPolicies(sent)).toEqual([]);
    }
  });

  it('let the admin do everything', () => {
    expect(permissionsOf('admin')).toHaveLength(ALL_PERMISSIONS.length);
  });

  it('give the campaign manager just the prerequisites of a WhatsApp campaign', () => {
    expect(permissionsOf('campaign-manager').sort()).toEqual([
      'messaging:whatsappIntegration:add',
      'messaging:whatsappIntegration:delete',
      'messaging:whatsappIntegration:edit',
      'messaging:whatsappIntegration:view',
      'outbound:contactList:search',
      'outbound:dncList:view',
      'outbound:whatsAppCampaign:add',
      'outbound:whatsAppCampaign:delete',
      'outbound:whatsAppCampaign:edit',
      'outbound:whatsAppCampaign:view',
    ]);
  });

  it('let the supervisor change nothing', () => {
    const actions = permissionsOf('supervisor').filter((name) => !/:(view|search|viewSchedule)$/u.test(name));
    expect(actions).toEqual(['analytics:dataExport:add']);
  });

  it('keep the integrator away from access', () => {
    expect(
      permissionsOf('integrator').filter((name) => /^(authorization|oauth|directory)/u.test(name)),
    ).toEqual([]);
  });
});
