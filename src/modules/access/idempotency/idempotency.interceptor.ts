import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable, of } from 'rxjs';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Logger } from '../../../platform/logging/logger.js';
import type { AuthenticatedRequest } from '../access.decorators.js';
import {
  type IdempotencyKey,
  IdempotencyStore,
  type KeptAnswer,
  LEASE_SECONDS,
} from './idempotency.store.js';

/** Set while a request holds its key, or is answered from an earlier one. */
export type IdempotencyState =
  { kind: 'ours'; key: IdempotencyKey; token: string } | { kind: 'replay'; answer: KeptAnswer };

declare module 'fastify' {
  interface FastifyRequest {
    idempotency?: IdempotencyState;
  }
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/u;

/**
 * Carries out a POST with an `Idempotency-Key` once: a repetition within 24 hours gets the first answer again. Runs
 * after the guard, so that a repetition needs the same rights. IdempotencyHook sees the answer that goes out.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = keyOf(request);
    if (!key) return next.handle();
    const claim = await this.store.claim(key, hashOf(request));
    switch (claim.kind) {
      case 'ours': {
        request.idempotency = { kind: 'ours', key, token: claim.token };
        const renewing = this.keepRenewing(key, claim.token);
        return next.handle().pipe(finalize(() => clearInterval(renewing)));
      }
      case 'done':
        request.idempotency = { kind: 'replay', answer: claim.answer };
        return of(undefined);
      case 'running':
        throw inProgress();
      case 'other-request':
        throw reused();
      case 'not-kept':
        throw answerNotKept(claim.status);
    }
  }

  private keepRenewing(key: IdempotencyKey, token: string): NodeJS.Timeout {
    const renew = (): void => {
      this.store.renew(key, token).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'an idempotency key could not be renewed; trying again');
      });
    };
    return setInterval(renew, (LEASE_SECONDS * 1000) / 3).unref();
  }
}

function keyOf({ method, url, headers, caller }: AuthenticatedRequest): IdempotencyKey | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || method !== 'POST' || !caller || !url.startsWith('/api/v2/')) return undefined;
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) throw invalidKey();
  const { clientId, subjectId } = caller.identity;
  return { scope: `${clientId}:${subjectId}`, key };
}

/** What the request asks for: method, path with query, and the exact bytes of its body. */
function hashOf({ method, url, rawBody, body }: AuthenticatedRequest): Buffer {
  if (!rawBody && body !== undefined && body !== null) {
    throw new ApiError(
      'invalid',
      'idempotency.key.not.supported',
      'An Idempotency-Key can be used with a JSON body only.',
    );
  }
  return createHash('sha256')
    .update(`${method} ${url}\n`)
    .update(rawBody ?? '')
    .digest();
}

function invalidKey(): ApiError {
  return new ApiError(
    'invalid',
    'idempotency.key.invalid',
    'The Idempotency-Key must have 1 to 255 visible ASCII characters without spaces.',
  );
}

function inProgress(): ApiError {
  return new ApiError(
    'conflict',
    'idempotency.key.in.progress',
    'The first request with this Idempotency-Key is still running; ask again shortly.',
  );
}

function reused(): ApiError {
  return new ApiError(
    'unprocessable',
    'idempotency.key.reused',
    'This Idempotency-Key was used for a different request; take a new key for a new request.',
  );
}

function answerNotKept(status: number): ApiError {
  return new ApiError(
    'conflict',
    'idempotency.answer.not.kept',
    'The request with this Idempotency-Key was carried out and answered {status}; its answer is no longer at hand.',
    { params: { status } },
  );
}
