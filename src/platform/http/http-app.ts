import { randomUUID } from 'node:crypto';
import http from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { type DynamicModule, type Type, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { ErrorFilter } from '../errors/error.filter.js';
import { Logger } from '../logging/logger.js';
import { ProcessMetrics } from '../metrics/process-metrics.js';
import { Tracing } from '../tracing/tracing.js';
import { registerBodyParsers } from './body-parsers.js';
import { DirectRoutes } from './direct-routes.js';
import { registerRequestHooks, REQUEST_SECONDS } from './request-hooks.js';
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

/** What Fastify gives to its server, in milliseconds; 0 is none. */
type ServerTimes = Record<'keepAliveTimeout' | 'requestTimeout' | 'connectionTimeout', number>;

const FASTIFY_OPTIONS = {
  bodyLimit: BODY_LIMIT_BYTES,
  trustProxy: 'loopback',
  requestIdHeader: false,
  genReqId: () => randomUUID(),
  return503OnClosing: true,
} as const;

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
  const direct = new DirectRoutes(FASTIFY_OPTIONS);
  const adapter = new FastifyAdapter({
    ...FASTIFY_OPTIONS,
    forceCloseConnections: 'idle',
    serverFactory: (others: http.RequestListener, options: object) =>
      serverOf(direct, others, options as ServerTimes),
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
  const watch = {
    logger,
    tracing: app.get(Tracing),
    seconds: app.get(ProcessMetrics).histogram(REQUEST_SECONDS),
  };
  for (const instance of [fastify, direct.fastify]) registerRequestHooks(instance, watch);
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fields: 20, fileSize: 1024 * MEBIBYTE } });
  await app.register(helmet, helmetOptions(config));
  await direct.open(app);
  fastify.addHook('preClose', () => direct.fastify.close());
  return app;
}

/** The server that Fastify would make, whose requests for direct routes take the short way. */
function serverOf(direct: DirectRoutes, others: http.RequestListener, options: ServerTimes): http.Server {
  const server = http.createServer((request, response) => {
    if (direct.match(request)) direct.handle(request, response);
    else others(request, response);
  });
  server.keepAliveTimeout = options.keepAliveTimeout;
  server.requestTimeout = options.requestTimeout;
  return server.setTimeout(options.connectionTimeout);
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
