import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Histogram } from 'prom-client';
import type { Logger } from '../logging/logger.js';
import { withCorrelation } from '../logging/request-context.js';
import type { OpenSpan, Tracing } from '../tracing/tracing.js';

/** The figure of all requests; its route is the template, never the path, because ids would make a series each. */
export const REQUEST_SECONDS = {
  name: 'depesche_http_request_seconds',
  help: 'Time that HTTP requests took',
  labels: ['method', 'route', 'status'],
};

/** What is told of requests, and where. */
export interface RequestWatch {
  logger: Logger;
  tracing: Tracing;
  seconds: Histogram;
}

/** What every request has, whichever way it takes: a correlation id, a line in the log, a span and a figure. */
export function registerRequestHooks(
  fastify: FastifyInstance,
  { logger, tracing, seconds }: RequestWatch,
): void {
  registerHooks(fastify, logger);
  registerTraces(fastify, tracing);
  registerMetrics(fastify, seconds);
}

function registerHooks(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('ININ-Correlation-Id', request.id);
    withCorrelation(request.id, {}, done);
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    dropEmptyQueryValues(request);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    logger.debug(
      { correlationId: request.id, method, route: routeOptions.url, status: reply.statusCode, ms },
      'answered',
    );
    done();
  });
}

// The route's template, never its path: a path may have a telephone number in it.
function registerTraces(fastify: FastifyInstance, tracing: Tracing): void {
  if (!tracing.isOn) return;
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions } = request;
    const attributes = { 'http.request.method': method, 'http.route': routeOptions.url ?? 'none' };
    const span = tracing.begin(
      { name: `${method} ${attributes['http.route']}`, kind: 'server', attributes },
      request.headers,
    )!;
    spans.set(request, span);
    span.run(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    spans.get(request)?.end({ 'http.response.status_code': statusCode }, statusCode >= 500);
    done();
  });
}

function registerMetrics(fastify: FastifyInstance, seconds: Histogram): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}

// The SDK sends null and '' as `name=`: an empty value means that the parameter is absent.
function dropEmptyQueryValues(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) if (value === '') delete query[name];
}
