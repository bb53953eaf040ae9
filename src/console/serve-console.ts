import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

// The built file lies in dist/console; pages are served from the sources as they are.
const PAGES = fileURLToPath(new URL('../../src/console/web/', import.meta.url));

/** Serves the pages of the console for every path that no route answers. */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyStatic, { root: PAGES, prefix: '/', wildcard: false, index: 'index.html' });
}
