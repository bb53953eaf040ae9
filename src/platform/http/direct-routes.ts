import type { IncomingMessage, ServerResponse } from 'node:http';
import { SetMetadata } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { ErrorFilter } from '../errors/error.filter.js';
import { Logger } from '../logging/logger.js';
import { ROUTE_ACCESS } from './public.decorator.js';

const DIRECT_ROUTE = 'depesche:direct-route';

/**
 * For a POST that comes thousands of times a second, such as a webhook: its requests go to the method straight from
 * the socket, by no guard, pipe, interceptor or filter, and without cookies and headers for browsers. So the route must
 * be `@Public()` and the method look after itself. It gets the request and nothing else, with the bytes of a JSON body,
 * unread, in `rawBody`; it resolves to the text of the answer, and throws as any other.
 */
export const Direct = (): MethodDecorator => SetMetadata(DIRECT_ROUTE, true);

type Handler = (request: FastifyRequest) => Promise<string>;

/** The routes that are marked so: a bare Fastify in front of the one that all others go through. */
export class DirectRoutes {
  readonly fastify: FastifyInstance;
  private readonly paths = new Set<string>();

  constructor(options: FastifyServerOptions) {
    this.fastify = fastify(options);
    this.fastify.removeAllContentTypeParsers();
    this.fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      request.rawBody = body as Buffer;
      done(null, undefined);
    });
  }

  /** Takes the requests of the routes of this application that are marked, once it has all its hooks. */
  async open(app: NestFastifyApplication): Promise<void> {
    const errors = new ErrorFilter(app.get(Logger));
    this.fastify.setErrorHandler((thrown, _request, reply) => errors.answer(thrown, reply));
    const scanner = new MetadataScanner();
    for (const { instance, metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
      const controller = instance as Record<string, Handler>;
      for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(controller) as object)) {
        if (Reflect.hasMetadata(DIRECT_ROUTE, controller[name]!)) this.add(controller, name, metatype!);
      }
    }
    await this.fastify.ready();
  }

  /** Whether the request is for one of them. */
  match({ method, url = '' }: IncomingMessage): boolean {
    return method === 'POST' && this.paths.has(url.split('?', 1)[0]!);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.fastify.routing(request, response);
  }

  private add(controller: Record<string, Handler>, name: string, metatype: object): void {
    const handler = controller[name]!;
    const access = [handler, metatype].map((of) => Reflect.getMetadata(ROUTE_ACCESS, of) as { kind: string });
    const isPublic = access.find((one) => one !== undefined)?.kind === 'public';
    if (!isPublic)
      throw new Error(`${name} is a direct route, which no guard looks after: it must be public`);
    const parts = [metatype, handler].map((of) => Reflect.getMetadata(PATH_METADATA, of) as string);
    const path = `/${parts
      .map((part) => part.replace(/^\/|\/$/gu, ''))
      .filter(Boolean)
      .join('/')}`;
    this.paths.add(path);
    this.fastify.post(path, (request) => handler.call(controller, request));
  }
}
