import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, mergeMap, type Observable } from 'rxjs';
import { ROUTE_ACCESS } from '../../../platform/http/public.decorator.js';
import { Logger } from '../../../platform/logging/logger.js';
import type { AuthenticatedRequest, RouteAccess } from '../access.decorators.js';
import type { PermissionEntity } from '../permissions/permission-entity.js';
import {
  type AuditedCall,
  type AuditedChange,
  AuditTrail,
  capitalized,
  withAuditedCall,
} from './audit-trail.js';

const READS = new Set(['view', 'search', 'viewSchedule']);
const ACTIONS: Readonly<Record<string, string>> = { add: 'Create', edit: 'Update', delete: 'Delete' };
const ACTION_OF_METHOD: Readonly<Record<string, string>> = {
  POST: 'Create',
  PUT: 'Update',
  PATCH: 'Update',
  DELETE: 'Delete',
};

/**
 * Puts every request that changes something into the audit trail. Services write what changed themselves, in their
 * transaction; where none did, the route and its permission say what happened, so that nothing goes by unseen.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly trail: AuditTrail,
    private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const change = request.caller && changeOf(request, access);
    if (!request.caller || !change) return next.handle();
    const call: AuditedCall = {
      caller: request.caller.identity,
      address: request.ip,
      userAgent: request.headers['user-agent'],
      isRecorded: false,
    };
    const answers = withAuditedCall(call, () => next.handle()) as Observable<unknown>;
    return answers.pipe(
      mergeMap((answer) =>
        from(withAuditedCall(call, () => this.recordUnlessDone(call, change)).then(() => answer)),
      ),
    );
  }

  // The change is committed: failing its request now would say that it was not.
  private async recordUnlessDone(call: AuditedCall, change: AuditedChange): Promise<void> {
    if (call.isRecorded) return;
    try {
      await this.trail.record(change);
    } catch (error) {
      this.logger.error({ err: error, change }, 'a change could not be written to the audit trail');
    }
  }
}

/** What a request does, as far as its route tells; undefined when it only reads. */
function changeOf({ method, params }: AuthenticatedRequest, access: RouteAccess): AuditedChange | undefined {
  const byMethod = ACTION_OF_METHOD[method];
  if (!byMethod || access.kind === 'public') return undefined;
  const id = Object.values((params ?? {}) as Record<string, string>).join('/') || undefined;
  if (access.kind === 'authenticated') return { action: byMethod, entity: 'oauth:token', id };
  const [domain, entity, action] = access.permissions[0]!.split(':') as [string, string, string];
  if (READS.has(action)) return undefined;
  return {
    action: ACTIONS[action] ?? capitalized(action),
    entity: `${domain}:${entity}` as PermissionEntity,
    id,
  };
}
