import { randomUUID } from 'node:crypto';
import { AccessFixtures } from '../../medium/access/access-fixtures.js';
import { createCodeClient } from '../../medium/access/sign-in-fixtures.js';
import type { AccessWorld } from './access-world.js';
import { anyToken, organizationWide, type RouteEntry } from './route-entry.js';

const CLIENTS = '/api/v2/oauth/clients';

/** A client that signs in users; it holds no role itself, so anybody who may make clients may make it. */
const definition = (): object => ({
  name: `Client ${randomUUID()}`,
  authorizedGrantType: 'CODE',
  registeredRedirectUri: ['https://shop.example.com/callback'],
});

/** A program with a secret and without roles: its secret opens nothing that the caller lacks. */
const program = ({ app }: AccessWorld): Promise<string> => new AccessFixtures(app).aClient();

async function inactiveProgram(world: AccessWorld): Promise<string> {
  const id = await program(world);
  await world.app.db.query(`UPDATE oauth_clients SET state = 'inactive' WHERE id = $1`, [id]);
  return id;
}

export const clientRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/oauth/scopes': anyToken(200, () => '/api/v2/oauth/scopes'),
  'GET /api/v2/oauth/clients': organizationWide(['oauth:client:view'], 200, () => CLIENTS),
  'POST /api/v2/oauth/clients': organizationWide(['oauth:client:add'], 200, () => ({
    path: CLIENTS,
    body: definition(),
  })),
  'GET /api/v2/oauth/clients/:id': organizationWide(
    ['oauth:client:view'],
    200,
    async (world) => `${CLIENTS}/${await program(world)}`,
  ),
  'PUT /api/v2/oauth/clients/:id': organizationWide(['oauth:client:edit'], 200, async ({ app }) => ({
    path: `${CLIENTS}/${(await createCodeClient(app)).id}`,
    body: definition(),
  })),
  'DELETE /api/v2/oauth/clients/:id': organizationWide(
    ['oauth:client:delete'],
    200,
    async (world) => `${CLIENTS}/${await inactiveProgram(world)}`,
  ),
  'POST /api/v2/oauth/clients/:id/secret': organizationWide(
    ['oauth:client:edit'],
    200,
    async (world) => `${CLIENTS}/${await program(world)}/secret`,
  ),
};
