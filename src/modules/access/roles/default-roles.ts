import type { EntityManager } from 'typeorm';
import { BUMP_ACCESS_VERSION } from '../access-version.js';
import { PERMISSION_CATALOGUE, type PolicyTerms } from '../permissions/permission-catalogue.js';
import { Role, RolePolicy } from './role.entity.js';

/** A role that comes with the product. */
export interface DefaultRole {
  defaultRoleId: string;
  name: string;
  description: string;
  policies: PolicyTerms[];
}

/** The role that may do everything; it can't be changed, and somebody always holds it in all divisions. */
export const ADMIN_ROLE = 'admin';

const policy = (domain: string, entityName: string, ...actions: string[]): PolicyTerms => ({
  domain,
  entityName,
  actions,
});

const ADMIN: DefaultRole = {
  defaultRoleId: ADMIN_ROLE,
  name: 'admin',
  description: 'Every permission',
  policies: Object.keys(PERMISSION_CATALOGUE).map((domain) => policy(domain, '*', '*')),
};

// Just the permissions that the product's guide to creating a WhatsApp campaign asks for.
const CAMPAIGN_MANAGER: DefaultRole = {
  defaultRoleId: 'campaign-manager',
  name: 'campaign manager',
  description: 'Creates and edits WhatsApp campaigns and their integrations',
  policies: [
    policy('outbound', 'whatsAppCampaign', 'add', 'delete', 'edit', 'view'),
    policy('outbound', 'contactList', 'search'),
    policy('outbound', 'dncList', 'view'),
    policy('messaging', 'whatsappIntegration', 'add', 'delete', 'edit', 'view'),
  ],
};

const SUPERVISOR: DefaultRole = {
  defaultRoleId: 'supervisor',
  name: 'supervisor',
  description: 'Sees campaigns, lists and reports, and changes nothing',
  policies: [
    policy('outbound', '*', 'view'),
    policy('outbound', 'whatsAppCampaign', 'view', 'search', 'viewSchedule'),
    policy('outbound', 'contactList', 'view', 'search'),
    policy('outbound', 'dncList', 'view', 'search'),
    policy('messaging', '*', 'view'),
    policy('responses', '*', 'view'),
    policy('analytics', '*', 'view'),
    policy('analytics', 'dataExport', 'view', 'add'),
  ],
};

const INTEGRATOR: DefaultRole = {
  defaultRoleId: 'integrator',
  name: 'integrator',
  description: 'Feeds lists, runs campaigns and reads results through the API',
  policies: [
    policy('outbound', '*', '*'),
    policy('messaging', '*', 'view'),
    policy('responses', '*', '*'),
    policy('responseAssets', '*', '*'),
    policy('analytics', '*', '*'),
    policy('conversation', 'message', 'create'),
  ],
};

/** The roles that come with the product. */
export const DEFAULT_ROLES: readonly DefaultRole[] = [ADMIN, CAMPAIGN_MANAGER, SUPERVISOR, INTEGRATOR];

/**
 * Creates the default roles that are missing and brings the admin role up to the newest catalogue; the others stay as
 * administrators made them. Answers the admin role. For the bootstrap.
 */
export async function ensureDefaultRoles(manager: EntityManager): Promise<Role> {
  await manager.query(BUMP_ACCESS_VERSION);
  for (const role of DEFAULT_ROLES) {
    const existing = await manager.findOneBy(Role, { defaultRoleId: role.defaultRoleId });
    if (!existing) await createDefaultRole(manager, role);
    else if (role === ADMIN) await writePolicies(manager, existing.id, role.policies);
  }
  return manager.findOneByOrFail(Role, { defaultRoleId: ADMIN_ROLE });
}

/** Gives a default role back its description and policies; creates it when it is missing. */
export async function restoreDefaultRole(manager: EntityManager, role: DefaultRole): Promise<void> {
  const existing = await manager.findOneBy(Role, { defaultRoleId: role.defaultRoleId });
  if (!existing) return createDefaultRole(manager, role);
  await manager.update(Role, { id: existing.id }, { description: role.description, needsUpdate: false });
  await writePolicies(manager, existing.id, role.policies);
}

/** Replaces the policies of a role. */
export async function writePolicies(
  manager: EntityManager,
  roleId: string,
  policies: readonly PolicyTerms[],
): Promise<void> {
  await manager.delete(RolePolicy, { roleId });
  if (policies.length === 0) return;
  await manager.insert(
    RolePolicy,
    policies.map(({ domain, entityName, actions }) => ({
      roleId,
      domain,
      entityName,
      actions: [...actions],
    })),
  );
}

async function createDefaultRole(manager: EntityManager, role: DefaultRole): Promise<void> {
  const { name, description, defaultRoleId, policies } = role;
  // Somebody may have given the name to a role of their own before the product brought this one.
  const taken = await manager
    .createQueryBuilder(Role, 'role')
    .where('lower(role.name) = lower(:name)', { name })
    .getExists();
  const { identifiers } = await manager.insert(Role, {
    name: taken ? `${name} (default)` : name,
    description,
    defaultRoleId,
  });
  await writePolicies(manager, (identifiers[0] as { id: string }).id, policies);
}
