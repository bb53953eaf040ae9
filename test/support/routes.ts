import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Every route of every controller, as `GET /api/v2/things/:id`, sorted. */
export function routesOf(app: NestFastifyApplication): string[] {
  const discovery = app.get(DiscoveryService, { strict: false });
  const scanner = new MetadataScanner();
  const reflector = app.get(Reflector);
  const paths = (target: object): string[] =>
    [reflector.get<string | string[]>(PATH_METADATA, target as () => unknown)].flat();
  const routes = discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype = Object.getPrototypeOf(instance as object) as Record<string, () => unknown>;
    return scanner
      .getAllMethodNames(prototype)
      .map((name) => prototype[name]!)
      .filter((handler) => Reflect.hasMetadata(PATH_METADATA, handler))
      .flatMap((handler) => {
        const method = RequestMethod[reflector.get<RequestMethod>(METHOD_METADATA, handler)];
        return paths(metatype as object).flatMap((base) =>
          paths(handler).map((path) => `${method} /${[base, path].map(trimmed).filter(Boolean).join('/')}`),
        );
      });
  });
  return [...new Set(routes)].sort();
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/gu, '');
}
