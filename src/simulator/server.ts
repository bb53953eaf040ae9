import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { registerDebugRoutes } from './accounts/debug.routes.js';
import { registerNodeRoutes } from './accounts/nodes.routes.js';
import { registerNumberRoutes } from './accounts/numbers.routes.js';
import { registerSubscriptionRoutes } from './accounts/subscriptions.routes.js';
import { registerTemplateRoutes } from './accounts/templates.routes.js';
import { registerControlRoutes } from './control/control.routes.js';
import { GraphError, toEnvelope } from './graph/graph-errors.js';
import { nextTraceId } from './graph/graph-request.js';
import { registerMessageRoutes } from './sending/messages.routes.js';
import type { Simulation } from './simulation.js';

const BODY_LIMIT = 8 * 1_024 * 1_024;

/** The HTTP surface: Graph API routes under any version, control routes under `/__sim`. */
export function createServer(simulation: Simulation, controlKey: string | undefined): FastifyInstance {
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: 75_000,
    forceCloseConnections: true,
    genReqId: nextTraceId,
    exposeHeadRoutes: false,
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', (request, reply, done) => {
    const version = /^\/(v\d+\.\d+)\//.exec(request.url)?.[1];
    if (version !== undefined) reply.header('facebook-api-version', version);
    reply.header('x-fb-trace-id', request.id);
    done();
  });
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request, reply) => {
    const details = `There is no ${request.method} ${request.url.split('?')[0]}`;
    return sendError(new GraphError(2500, details), request, reply);
  });
  registerDebugRoutes(server, simulation);
  registerNodeRoutes(server, simulation);
  registerNumberRoutes(server, simulation);
  registerSubscriptionRoutes(server, simulation);
  registerTemplateRoutes(server, simulation);
  registerMessageRoutes(server, simulation);
  void server.register((control, _options, done) => {
    registerControlRoutes(control, simulation, controlKey);
    done();
  });
  return server;
}

function sendError(
  error: FastifyError | GraphError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const graphError = error instanceof GraphError ? error : fromFastify(error);
  const { retryAfterSeconds } = graphError.options;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply.status(graphError.status).send(toEnvelope(graphError, request.id));
}

function fromFastify(error: FastifyError): GraphError {
  const status = error.statusCode ?? 500;
  return status < 500
    ? new GraphError(100, error.message, { status })
    : new GraphError(1, error.message, { status });
}
