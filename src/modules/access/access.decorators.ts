import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ROUTE_ACCESS } from '../../platform/http/public.decorator.js';
import type { Caller } from './caller.js';
import type { Permission } from './permissions/permission-catalogue.js';

/** How a route is opened. */
export type RouteAccess =
  | { kind: 'public' }
  | { kind: 'authenticated' }
  | { kind: 'permission'; mode: 'any' | 'all'; permissions: Permission[] };

/** Open to every valid token; the reference lists no permission for it. */
export const Authenticated = (): MethodDecorator & ClassDecorator => access({ kind: 'authenticated' });

/** Needs at least one of the permissions, in whichever division; the service narrows by `caller.scope`. */
export const RequirePermission = (...anyOf: Permission[]): MethodDecorator & ClassDecorator =>
  access({ kind: 'permission', mode: 'any', permissions: anyOf });

/** Needs every one of the permissions. */
export const RequireAllPermissions = (...all: Permission[]): MethodDecorator & ClassDecorator =>
  access({ kind: 'permission', mode: 'all', permissions: all });

export type AuthenticatedRequest = FastifyRequest & { caller?: Caller; accessToken?: string };

/** The caller of this request. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw new Error('A public route has no caller');
  return caller;
});

function access(value: RouteAccess): MethodDecorator & ClassDecorator {
  return SetMetadata(ROUTE_ACCESS, value);
}
