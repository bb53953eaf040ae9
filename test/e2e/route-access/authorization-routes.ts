import { randomUUID } from 'node:crypto';
import type { Permission } from '../../../src/modules/access/index.js';
import { AUTH } from '../../medium/access/access-fixtures.js';
import type { AccessWorld } from './access-world.js';
import { actingIn, anyToken, organizationWide, type RouteEntry } from './route-entry.js';

const DIVISIONS = `${AUTH}/divisions`;

const PERMITTED = `${AUTH}/divisionspermitted`;

const ROLES = `${AUTH}/roles`;

const LIMITS = '/api/v2/organizations/limits/namespaces/outbound';

const WANTED = 'permission=outbound:contactList:view';

const newName = (): { name: string } => ({ name: `Name ${randomUUID()}` });

/** What the default role "campaign manager" allows. */
const CAMPAIGN_MANAGER: Permission[] = [
  'outbound:whatsAppCampaign:add',
  'outbound:whatsAppCampaign:delete',
  'outbound:whatsAppCampaign:edit',
  'outbound:whatsAppCampaign:view',
  'outbound:contactList:search',
  'outbound:dncList:view',
  'messaging:whatsappIntegration:add',
  'messaging:whatsappIntegration:delete',
  'messaging:whatsappIntegration:edit',
  'messaging:whatsappIntegration:view',
];

/** The objects that can be moved, by the permission that moving them takes. */
const MOVABLE = {
  'outbound:contactList:edit': ['CONTACTLIST', (world: AccessWorld) => world.list()],
  'outbound:dncList:edit': ['DNCLIST', (world: AccessWorld) => world.dncList()],
  'outbound:whatsAppCampaign:edit': [
    'MESSAGINGCAMPAIGN',
    async (world: AccessWorld) => (await world.campaign()).id,
  ],
  'responses:library:edit': ['RESPONSELIBRARY', (world: AccessWorld) => world.library()],
  'directory:user:edit': ['USER', (world: AccessWorld) => world.user()],
} as const;

export const catalogueRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/authorization/permissions': anyToken(200, () => `${AUTH}/permissions`),
  'GET /api/v2/authorization/products': anyToken(200, () => `${AUTH}/products`),
  'GET /api/v2/organizations/limits/namespaces/:namespaceName': anyToken(200, () => LIMITS),
  'GET /api/v2/organizations/limits/namespaces/:namespaceName/defaults': anyToken(
    200,
    () => `${LIMITS}/defaults`,
  ),
};

export const divisionRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/authorization/divisions': anyToken(200, () => DIVISIONS),
  'POST /api/v2/authorization/divisions': {
    ...organizationWide(['authorization:division:add', 'authorization:grant:add'], 200, () => ({
      path: DIVISIONS,
      body: newName(),
    })),
    needsAll: true,
  },
  'GET /api/v2/authorization/divisions/limit': anyToken(200, () => `${DIVISIONS}/limit`),
  'GET /api/v2/authorization/divisions/query': anyToken(200, () => `${DIVISIONS}/query`),
  'GET /api/v2/authorization/divisions/deleted': organizationWide(
    ['authorization:divisionDeleted:view'],
    200,
    () => `${DIVISIONS}/deleted`,
  ),
  'GET /api/v2/authorization/divisions/:divisionId': anyToken(200, (world) => `${DIVISIONS}/${world.north}`),
  'PUT /api/v2/authorization/divisions/:divisionId': organizationWide(
    ['authorization:division:edit'],
    200,
    async (world) => ({ path: `${DIVISIONS}/${await world.division()}`, body: newName() }),
  ),
  'DELETE /api/v2/authorization/divisions/:divisionId': organizationWide(
    ['authorization:division:delete'],
    204,
    async (world) => `${DIVISIONS}/${await world.division()}`,
  ),
  'POST /api/v2/authorization/divisions/:divisionId/restore': organizationWide(
    ['authorization:division:add'],
    200,
    async (world) => `${DIVISIONS}/${await world.deletedDivision()}/restore`,
  ),
  'POST /api/v2/authorization/divisions/:divisionId/objects/:objectType': actingIn(
    Object.keys(MOVABLE) as Permission[],
    204,
    async (world, permission) => {
      const [type, anObject] = MOVABLE[permission as keyof typeof MOVABLE];
      return { path: `${DIVISIONS}/${world.north}/objects/${type}`, body: [await anObject(world)] };
    },
  ),
  'GET /api/v2/authorization/divisions/:divisionId/grants': actingIn(
    ['authorization:grant:view'],
    200,
    (world) => `${DIVISIONS}/${world.north}/grants`,
  ),
  'GET /api/v2/authorization/divisionspermitted/me': anyToken(200, () => `${PERMITTED}/me?${WANTED}`),
  'GET /api/v2/authorization/divisionspermitted/paged/me': anyToken(
    200,
    () => `${PERMITTED}/paged/me?${WANTED}`,
  ),
  'GET /api/v2/authorization/divisionspermitted/paged/:subjectId': anyToken(
    200,
    async (world) => `${PERMITTED}/paged/${await world.user()}?${WANTED}`,
  ),
};

export const roleRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/authorization/roles': organizationWide(['authorization:role:view'], 200, () => ROLES),
  'POST /api/v2/authorization/roles': organizationWide(['authorization:role:add'], 200, () => ({
    path: ROLES,
    body: newName(),
  })),
  'POST /api/v2/authorization/roles/default': organizationWide(
    ['authorization:role:edit'],
    200,
    () => `${ROLES}/default`,
  ),
  'PUT /api/v2/authorization/roles/default': {
    ...organizationWide(['authorization:role:edit'], 200, () => ({
      path: `${ROLES}/default`,
      body: [{ defaultRoleId: 'campaign-manager' }],
    })),
    also: CAMPAIGN_MANAGER,
  },
  'GET /api/v2/authorization/roles/:roleId': organizationWide(
    ['authorization:role:view'],
    200,
    async (world) => `${ROLES}/${await world.role()}`,
  ),
  'PUT /api/v2/authorization/roles/:roleId': organizationWide(
    ['authorization:role:edit'],
    200,
    async (world) => ({ path: `${ROLES}/${await world.role()}`, body: newName() }),
  ),
  'PATCH /api/v2/authorization/roles/:roleId': organizationWide(
    ['authorization:role:edit'],
    200,
    async (world) => ({ path: `${ROLES}/${await world.role()}`, body: { roleNeedsUpdate: true } }),
  ),
  'DELETE /api/v2/authorization/roles/:roleId': organizationWide(
    ['authorization:role:delete'],
    204,
    async (world) => `${ROLES}/${await world.role()}`,
  ),
};
