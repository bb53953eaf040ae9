import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditTrail } from './audit/audit-trail.js';
import { AuditsController } from './audit/audits.controller.js';
import { AuditsService } from './audit/audits.service.js';
import { IdempotencyHook } from './idempotency/idempotency.hook.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyStore } from './idempotency/idempotency.store.js';
import { AbilityCache } from './permissions/ability-cache.js';
import { ApiRateLimiter } from './rate-limit/api-rate-limiter.js';
import { LoginLimiter } from './rate-limit/login-limiter.js';

/** What stands around every route besides permissions: rate limits, idempotency keys, the audit trail. */
@Module({
  controllers: [AuditsController],
  providers: [
    AbilityCache,
    ApiRateLimiter,
    AuditTrail,
    AuditsService,
    IdempotencyHook,
    IdempotencyStore,
    LoginLimiter,
    // The first is the outermost: an answer that is replayed is not audited again.
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AbilityCache, ApiRateLimiter, AuditTrail, IdempotencyStore, LoginLimiter],
})
export class GuardsModule {}
