import {
  applyDecorators,
  type ArgumentsHost,
  type CallHandler,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { OAuthError } from '../oauth/oauth-error.js';
import { type LoginAttempt, LoginLimiter, LoginThrottled } from './login-limiter.js';

@Injectable()
class LoginThrottle implements NestInterceptor {
  constructor(private readonly limiter: LoginLimiter) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const attempt = attemptOf(context.switchToHttp().getRequest<FastifyRequest>());
    await this.limiter.begin(attempt);
    return next.handle().pipe(
      mergeMap((answer: unknown) => from(this.limiter.succeeded(attempt).then(() => answer))),
      catchError((error: unknown) => from(this.refused(attempt, error))),
    );
  }

  private async refused(attempt: LoginAttempt, error: unknown): Promise<never> {
    if (isWrongSecret(error)) await this.limiter.failed(attempt);
    throw error;
  }
}

/** Says how long to wait in the form of OAuth (RFC 6749, section 5.2) with the status 429. */
@Catch(LoginThrottled)
class LoginThrottledFilter implements ExceptionFilter<LoginThrottled> {
  catch(error: LoginThrottled, host: ArgumentsHost): void {
    const { message, retryAfterSeconds } = error;
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(429)
      .header('retry-after', retryAfterSeconds)
      .header('cache-control', 'no-store')
      .send({ error: 'invalid_request', description: message, error_description: message });
  }
}

/** Limits the attempts of a route that takes a client id and a secret. */
export const ThrottleLogin = (): MethodDecorator =>
  applyDecorators(UseInterceptors(LoginThrottle), UseFilters(LoginThrottledFilter));

function isWrongSecret(error: unknown): boolean {
  return error instanceof OAuthError && ['invalid_client', 'invalid_grant'].includes(error.code);
}

function attemptOf({ ip, headers, body }: FastifyRequest): LoginAttempt {
  const basic = /^basic\s+(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
  const sent = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':')[0]
    : (body as { client_id?: string } | undefined)?.client_id;
  return { address: ip, clientId: sent ?? '' };
}
