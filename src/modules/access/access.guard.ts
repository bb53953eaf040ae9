import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { ROUTE_ACCESS } from '../../platform/http/public.decorator.js';
import type { AuthenticatedRequest, RouteAccess } from './access.decorators.js';
import type { Caller } from './caller.js';
import { requireLicense } from './license.js';
import { TokensService } from './oauth/tokens.service.js';
import { ApiRateLimiter } from './rate-limit/api-rate-limiter.js';

/** Lets a request in when its route is public, or its bearer token is valid and holds the permissions of the route. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokensService,
    private readonly limiter: ApiRateLimiter,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new Error('A route without access decorator must not have started');
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    const caller = await this.tokens.authenticate(token);
    request.caller = caller;
    request.accessToken = token;
    await this.limiter.count(caller.identity, context.switchToHttp().getResponse<FastifyReply>());
    if (access.kind === 'permission') {
      requireLicense(this.config.license, access);
      requirePermissions(caller, access);
    }
    return true;
  }
}

function bearerToken(header: string | undefined): string {
  const token = /^bearer\s+(\S+)$/iu.exec(header ?? '')?.[1];
  if (token) return token;
  throw new ApiError(
    'unauthenticated',
    'authentication.required',
    'No authentication bearer token was sent.',
  );
}

function requirePermissions(caller: Caller, access: RouteAccess & { kind: 'permission' }): void {
  const missing = access.permissions.filter((permission) => !caller.can(permission));
  if (missing.length === 0) return;
  if (access.mode === 'any' && missing.length < access.permissions.length) return;
  const several = access.mode === 'any' && missing.length > 1;
  throw new ApiError(
    'forbidden',
    several ? 'missing.any.permissions' : 'missing.permissions',
    several
      ? 'You need at least one of these permissions: {permissions}'
      : 'You lack these permissions: {permissions}',
    { params: { permissions: missing.join(', ') } },
  );
}
