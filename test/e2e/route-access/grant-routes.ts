import { AUTH } from '../../medium/access/access-fixtures.js';
import type { AccessWorld } from './access-world.js';
import { actingIn, anyToken, listing, organizationWide, type RouteEntry } from './route-entry.js';

const ROLES = `${AUTH}/roles`;

const SUBJECTS = `${AUTH}/subjects`;

/** A grant in the north that exists, as the route of a single grant names it. */
async function heldGrant(world: AccessWorld): Promise<string> {
  const { userId, roleId } = await world.grant();
  return `${SUBJECTS}/${userId}/divisions/${world.north}/roles/${roleId}`;
}

const inNorth = (world: AccessWorld, roleId: string): object => ({
  grants: [{ roleId, divisionId: world.north }],
});

export const roleMemberRoutes: Record<string, RouteEntry> = {
  'POST /api/v2/authorization/roles/:roleId': actingIn(['authorization:grant:add'], 204, async (world) => ({
    path: `${ROLES}/${await world.role()}`,
    body: { subjectIds: [await world.user()], divisionIds: [world.north] },
  })),
  'GET /api/v2/authorization/roles/:roleId/subjectgrants': organizationWide(
    ['authorization:role:view'],
    200,
    async (world) => `${ROLES}/${(await world.grant()).roleId}/subjectgrants`,
  ),
  'GET /api/v2/authorization/roles/:roleId/users': anyToken(
    200,
    async (world) => `${ROLES}/${(await world.grant()).roleId}/users`,
  ),
  'PUT /api/v2/authorization/roles/:roleId/users/add': {
    ...actingIn(['authorization:grant:add'], 200, async (world) => ({
      path: `${ROLES}/${await world.role()}/users/add`,
      body: [await world.user()],
    })),
    actsInHome: true,
  },
  'PUT /api/v2/authorization/roles/:roleId/users/remove': actingIn(
    ['authorization:grant:delete'],
    200,
    async (world) => {
      const { userId, roleId } = await world.grant();
      return { path: `${ROLES}/${roleId}/users/remove`, body: [userId] };
    },
  ),
  'GET /api/v2/users/:subjectId/roles': listing(
    ['authorization:grant:view'],
    async (world) => `/api/v2/users/${(await world.grant()).userId}/roles`,
  ),
  'PUT /api/v2/users/:subjectId/roles': {
    ...actingIn(['authorization:grant:add'], 200, async (world) => ({
      path: `/api/v2/users/${await world.user()}/roles`,
      body: [await world.role()],
    })),
    actsInHome: true,
  },
};

export const grantRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/authorization/subjects/me': anyToken(200, () => `${SUBJECTS}/me`),
  'GET /api/v2/authorization/subjects/rolecounts': listing(
    ['authorization:grant:view'],
    async (world) => `${SUBJECTS}/rolecounts?id=${(await world.grant()).userId}`,
  ),
  'GET /api/v2/authorization/subjects/:subjectId': listing(
    ['authorization:grant:view'],
    async (world) => `${SUBJECTS}/${(await world.grant()).userId}`,
  ),
  'POST /api/v2/authorization/subjects/:subjectId/divisions/:divisionId/roles/:roleId': actingIn(
    ['authorization:grant:add'],
    204,
    async (world) => `${SUBJECTS}/${await world.user()}/divisions/${world.north}/roles/${await world.role()}`,
  ),
  'DELETE /api/v2/authorization/subjects/:subjectId/divisions/:divisionId/roles/:roleId': actingIn(
    ['authorization:grant:delete'],
    204,
    heldGrant,
  ),
  'POST /api/v2/authorization/subjects/:subjectId/bulkadd': actingIn(
    ['authorization:grant:add'],
    204,
    async (world) => ({
      path: `${SUBJECTS}/${await world.user()}/bulkadd`,
      body: inNorth(world, await world.role()),
    }),
  ),
  'POST /api/v2/authorization/subjects/:subjectId/bulkremove': actingIn(
    ['authorization:grant:delete'],
    204,
    async (world) => {
      const { userId, roleId } = await world.grant();
      return { path: `${SUBJECTS}/${userId}/bulkremove`, body: inNorth(world, roleId) };
    },
  ),
  'POST /api/v2/authorization/subjects/:subjectId/bulkreplace': {
    ...actingIn(['authorization:grant:add', 'authorization:grant:delete'], 204, async (world) => ({
      path: `${SUBJECTS}/${(await world.grant()).userId}/bulkreplace`,
      body: inNorth(world, await world.role()),
    })),
    needsAll: true,
  },
};
