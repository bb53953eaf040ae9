import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { correlationId } from '../logging/request-context.js';
import { Logger } from '../logging/logger.js';
import { translateDatabaseError } from '../database/database-errors.js';
import { ApiError, type ErrorKind } from './api-error.js';
import { type ErrorBody, toErrorBody } from './error-body.js';

const KIND_OF_STATUS: Partial<Record<number, [ErrorKind, string]>> = {
  400: ['invalid', 'bad.request'],
  401: ['unauthenticated', 'authentication.required'],
  403: ['forbidden', 'not.authorized'],
  404: ['not-found', 'not.found'],
  409: ['conflict', 'general.conflict'],
  413: ['too-large', 'response.entity.too.large'],
  415: ['unsupported-media-type', 'unsupported.media.type'],
  422: ['unprocessable', 'bad.request'],
  429: ['too-many-requests', 'too.many.requests'],
  503: ['unavailable', 'service.unavailable'],
};

/** Turns whatever a request threw into the Genesys error body. What nobody foresaw is logged and answered 500. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    this.answer(thrown, host.switchToHttp().getResponse<FastifyReply>());
  }

  /** Answers a request by what it threw, unless it has been answered. */
  answer(thrown: unknown, reply: FastifyReply): void {
    const body = this.toBody(thrown);
    if (reply.sent) return;
    void reply.status(body.status).type('application/json; charset=utf-8').send(body);
  }

  private toBody(thrown: unknown): ErrorBody {
    const contextId = correlationId();
    const known = toApiError(translateDatabaseError(thrown));
    if (known) return toErrorBody(known, contextId);
    this.logger.error({ err: thrown }, 'request failed');
    const message = 'The server could not answer; quote the context id to its operator.';
    return {
      message,
      code: 'internal.server.error',
      status: 500,
      messageWithParams: message,
      messageParams: {},
      contextId,
      details: [],
      errors: [],
    };
  }
}

/** Errors of the framework (routing, body parsing, limits) in our own class; undefined when it is a defect. */
function toApiError(thrown: unknown): ApiError | undefined {
  if (thrown instanceof ApiError) return thrown;
  const status = thrown instanceof HttpException ? thrown.getStatus() : frameworkStatus(thrown);
  const mapped = status === undefined ? undefined : KIND_OF_STATUS[status];
  if (!mapped) return undefined;
  return new ApiError(mapped[0], mapped[1], (thrown as Error).message);
}

function frameworkStatus(thrown: unknown): number | undefined {
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status < 500 ? status : undefined;
}
