import type { FastifyInstance } from 'fastify';
import { GraphError } from '../graph/graph-errors.js';
import { bearerOf, isExpired, queryOf, VERSION } from '../graph/graph-request.js';
import type { Simulation } from '../simulation.js';
import type { World } from './world.js';

/** Token inspection (Graph API, debug_token). */
export function registerDebugRoutes(server: FastifyInstance, { world }: Simulation): void {
  server.get(`${VERSION}/debug_token`, (request, reply) => {
    const caller = bearerOf(request);
    const isApp = caller === `${world.app.id}|${world.app.secret}`;
    if (!isApp && (caller === undefined || !world.tokens.has(caller))) {
      throw new GraphError(190, 'Cannot parse access token', { title: 'Error validating access token' });
    }
    const input = queryOf(request, 'input_token');
    if (input === undefined) throw new GraphError(100, "Parameter 'input_token' is required");
    return reply.send({ data: describeToken(world, input) });
  });
}

function describeToken(world: World, input: string): object {
  const token = world.tokens.get(input);
  if (!token) {
    return { is_valid: false, scopes: [], error: { code: 190, message: 'Malformed access token' } };
  }
  const expired = isExpired(token);
  return {
    app_id: world.app.id,
    type: 'SYSTEM_USER',
    application: world.app.name,
    data_access_expires_at: 0,
    expires_at: token.expiresAt,
    is_valid: !expired,
    ...(expired ? { error: { code: 190, subcode: 463, message: 'Session has expired' } } : {}),
    scopes: token.scopes,
    granular_scopes: token.scopes.map((scope) => ({ scope, target_ids: token.wabaIds })),
  };
}
