import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

// The built file lies in dist/console; pages are served from the sources as they are.
const PAGES = fileURLToPath(new URL('../../src/console/web/', import.meta.url));
/** Paths of programs: an unknown one below them is an error, never a page. */
const NOT_PAGES = /^\/(api|oauth|uploads|webhooks|health|metrics|docs|openapi)\b/u;

/** Serves the pages of the console, and its first page for every path that a browser asks for and nobody answers. */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyStatic, {
    root: PAGES,
    prefix: '/',
    wildcard: false,
    globIgnore: ['**/*.d.ts'],
    index: 'index.html',
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  fastify.get('/*', (request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') ?? false;
    if (wantsPage && !NOT_PAGES.test(request.url)) return reply.sendFile('index.html');
    return reply.callNotFound();
  });
}
