import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { type DynamicModule, type Type, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { ErrorFilter } from '../errors/error.filter.js';
import { Logger } from '../logging/logger.js';
import { withCorrelation } from '../logging/request-context.js';
import { type OpenSpan, Tracing } from '../tracing/tracing.js';
import { registerBodyParsers } from './body-parsers.js';
import { validationError } from './validation-error.js';

const MEBIBYTE = 1024 * 1024;
/** 1,000 contacts of ordinary size in one call; larger loads go through an upload. */
const BODY_LIMIT_BYTES = 16 * MEBIBYTE;

/** Headers of answers that scripts of other origins may read. */
const EXPOSED_HEADERS = [
  'ININ-Correlation-Id',
  'Retry-After',
  'Idempotent-Replayed',
  'inin-ratelimit-count',
  'inin-ratelimit-allowed',
  'inin-ratelimit-reset',
];

declare module 'fastify' {
  interface FastifyRequest {
    /** The exact bytes of a JSON body, for signatures. */
    rawBody?: Buffer;
  }
}

/** Builds the HTTP application with the transport rules of the Genesys API, without listening yet. */
export async function createHttpApp(
  module: Type | DynamicModule,
  config: Config,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: 'loopback',
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  const logger = app.get(Logger);
  app.useLogger(logger);
  app.useGlobalFilters(new ErrorFilter(logger));
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: validationError,
    }),
  );
  // Any web page may call the API: a call carries its token itself, and never a cookie.
  app.enableCors({ origin: '*', credentials: false, exposedHeaders: EXPOSED_HEADERS, maxAge: 86_400 });
  const fastify: FastifyInstance = adapter.getInstance();
  registerBodyParsers(fastify);
  registerHooks(fastify, logger);
  registerTraces(fastify, app.get(Tracing));
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fields: 20, fileSize: 1024 * MEBIBYTE } });
  await app.register(helmet, helmetOptions(config));
  return app;
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

// The SDK sends null and '' as `name=`: an empty value means that the parameter is absent.
function dropEmptyQueryValues(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) if (value === '') delete query[name];
}

function helmetOptions(config: Config): Record<string, unknown> {
  const https = config.publicUrl.startsWith('https:');
  return {
    strictTransportSecurity: https,
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: https ? [] : null,
      },
    },
  };
}
