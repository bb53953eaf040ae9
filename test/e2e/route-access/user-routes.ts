import { randomUUID } from 'node:crypto';
import type { Permission } from '../../../src/modules/access/index.js';
import {
  createCodeClient,
  createPerson,
  PASSWORD,
  signedInTokens,
} from '../../medium/access/sign-in-fixtures.js';
import type { AccessWorld } from './access-world.js';
import {
  anyToken,
  creating,
  hidden,
  listing,
  organizationWide,
  type Prepare,
  type RouteEntry,
} from './route-entry.js';

const USERS = '/api/v2/users';

const NEW_PASSWORD = 'velvet cactus in the rain';

const ORGANIZATION_ADMIN = 'directory:organization:admin';

/** A route about a user, for who may `permission` in their division and for who looks after the organization. */
const administering = (permission: Permission, ok: number, prepare: Prepare): RouteEntry => ({
  ...hidden([permission, ORGANIZATION_ADMIN], ok, prepare),
  everywhere: ORGANIZATION_ADMIN,
});

/** The token of somebody without roles who has just signed in with PASSWORD. */
async function signedIn({ app, north }: AccessWorld): Promise<string> {
  const person = await createPerson(app, { divisionId: north });
  const tokens = await signedInTokens(app, await createCodeClient(app), person);
  return tokens.access_token;
}

export const userRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/users': listing(['directory:user:view'], async (world) => {
    await world.user();
    return USERS;
  }),
  'POST /api/v2/users': creating(['directory:user:add'], ({ north }) => ({
    path: USERS,
    body: { name: 'Kim', email: `${randomUUID()}@example.com`, divisionId: north },
  })),
  'GET /api/v2/users/:id': hidden(
    ['directory:user:view'],
    200,
    async (world) => `${USERS}/${await world.user()}`,
  ),
  'PATCH /api/v2/users/:id': administering('directory:user:edit', 200, async (world) => ({
    path: `${USERS}/${await world.user()}`,
    body: { version: 1, title: 'Buyer' },
  })),
  'DELETE /api/v2/users/:id': administering(
    'directory:user:delete',
    200,
    async (world) => `${USERS}/${await world.user()}`,
  ),
  'POST /api/v2/users/:id/invite': administering(
    'directory:user:edit',
    200,
    async (world) => `${USERS}/${await world.user()}/invite`,
  ),
  'POST /api/v2/users/:id/password': administering('directory:user:edit', 204, async (world) => ({
    path: `${USERS}/${await world.user()}/password`,
    body: { newPassword: NEW_PASSWORD },
  })),
  'GET /api/v2/users/me': { ...anyToken(200, () => `${USERS}/me`), token: signedIn },
  'POST /api/v2/users/me/password': {
    ...anyToken(204, () => ({
      path: `${USERS}/me/password`,
      body: { oldPassword: PASSWORD, newPassword: NEW_PASSWORD },
    })),
    token: signedIn,
  },
  'DELETE /api/v2/tokens/:userId': organizationWide(
    ['oauth:token:delete'],
    200,
    async (world) => `/api/v2/tokens/${await world.user()}`,
  ),
};
