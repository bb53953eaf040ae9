import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/graph-errors.js';
import { authenticate, jsonBody, pathOf, queryOf, VERSION } from '../graph/graph-request.js';
import type { Simulation } from '../simulation.js';
import type { PhoneNumber, World } from './world.js';

/** Registration of business phone numbers (WhatsApp Cloud API, registration). */
export function registerNumberRoutes(server: FastifyInstance, { world }: Simulation): void {
  server.post(`${VERSION}/:id/register`, (request, reply) => {
    const number = numberOf(world, request);
    const body = jsonBody(request);
    requireProduct(body.messaging_product ?? queryOf(request, 'messaging_product'));
    const pin = body.pin ?? queryOf(request, 'pin');
    if (typeof pin !== 'string' || !/^\d{6}$/.test(pin)) {
      throw new GraphError(100, "Parameter 'pin' must be a string of 6 digits");
    }
    if (number.pin !== undefined && number.pin !== pin) {
      throw new GraphError(133005, 'The PIN does not match the two-step verification PIN of this number');
    }
    number.pin = pin;
    number.isRegistered = true;
    world.save();
    return reply.send({ success: true });
  });

  server.post(`${VERSION}/:id/deregister`, (request, reply) => {
    const number = numberOf(world, request);
    if (!number.isRegistered) throw new GraphError(133010, 'The phone number is not registered');
    number.isRegistered = false;
    world.save();
    return reply.send({ success: true });
  });
}

function numberOf(world: World, request: FastifyRequest): PhoneNumber {
  const token = authenticate(world, request, 'whatsapp_business_management');
  return world.numberFor(token, pathOf(request, 'id'), 'POST');
}

function requireProduct(product: unknown): void {
  if (product !== 'whatsapp') throw new GraphError(100, "Parameter 'messaging_product' must be 'whatsapp'");
}
