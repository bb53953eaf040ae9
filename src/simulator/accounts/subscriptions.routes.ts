import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/graph-errors.js';
import { authenticate, jsonBody, pathOf, queryOf, VERSION } from '../graph/graph-request.js';
import type { Simulation } from '../simulation.js';
import type { Subscription } from '../state.js';
import type { Waba } from './world.js';

const MAX_CALLBACK_LENGTH = 200;

/** Subscription of the app to the webhooks of a business account (WhatsApp Cloud API, webhooks: override). */
export function registerSubscriptionRoutes(server: FastifyInstance, simulation: Simulation): void {
  const { world, emitter } = simulation;
  const wabaOf = (request: FastifyRequest): Waba => {
    const token = authenticate(world, request, 'whatsapp_business_management');
    return world.wabaFor(token, pathOf(request, 'id'), request.method);
  };

  server.post(`${VERSION}/:id/subscribed_apps`, async (request, reply) => {
    const waba = wabaOf(request);
    const subscription = readSubscription(world.app.id, request);
    const url = subscription.overrideCallbackUri;
    if (url !== undefined) {
      const verifyToken = subscription.overrideVerifyToken ?? world.app.verifyToken;
      const problem = await emitter.verify({ url, verifyToken });
      if (problem !== undefined) {
        throw new GraphError(2200, `Callback verification failed with the following errors: ${problem}`);
      }
    }
    waba.subscription = subscription;
    world.save();
    emitter.prepare(waba.id);
    return reply.send({ success: true });
  });

  server.get(`${VERSION}/:id/subscribed_apps`, (request, reply) => {
    const { subscription } = wabaOf(request);
    const override = subscription?.overrideCallbackUri;
    const app = {
      id: world.app.id,
      name: world.app.name,
      link: `https://www.facebook.com/games/?app_id=${world.app.id}`,
    };
    const row = {
      whatsapp_business_api_data: app,
      ...(override === undefined ? {} : { override_callback_uri: override }),
    };
    return reply.send({ data: subscription ? [row] : [] });
  });

  server.delete(`${VERSION}/:id/subscribed_apps`, (request, reply) => {
    wabaOf(request).subscription = undefined;
    world.save();
    return reply.send({ success: true });
  });
}

/** @throws GraphError 100 for a callback that is no HTTP address or too long. */
function readSubscription(appId: string, request: FastifyRequest): Subscription {
  const body = jsonBody(request);
  const url = body.override_callback_uri ?? queryOf(request, 'override_callback_uri');
  const verifyToken = body.verify_token ?? queryOf(request, 'verify_token');
  if (url === undefined) return { appId };
  if (
    typeof url !== 'string' ||
    url.length > MAX_CALLBACK_LENGTH ||
    !/^https?:\/\//.test(url) ||
    !URL.canParse(url)
  ) {
    throw new GraphError(
      100,
      `Parameter 'override_callback_uri' must be a URL of at most ${MAX_CALLBACK_LENGTH} characters`,
    );
  }
  if (typeof verifyToken !== 'string' || verifyToken === '') {
    throw new GraphError(100, "Parameter 'verify_token' is required with 'override_callback_uri'");
  }
  return { appId, overrideCallbackUri: url, overrideVerifyToken: verifyToken };
}
