import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../../../platform/logging/logger.js';
import type { IdempotencyState } from './idempotency.interceptor.js';
import { IdempotencyStore, type KeptAnswer } from './idempotency.store.js';

const SERVER_ERROR = 500;

/** Keeps the answers of requests with an idempotency key as they leave, and puts kept ones in the place of new ones. */
@Injectable()
export class IdempotencyHook implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly store: IdempotencyStore,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    fastify?.addHook('onSend', (request, reply, payload) => this.onSend(request, reply, payload));
  }

  private async onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const state = request.idempotency;
    if (!state) return payload;
    if (state.kind === 'replay') return replay(reply, state.answer);
    // The work is done: an answer that can't be kept must still go out.
    await this.keep(state, reply, payload).catch((error: unknown) => {
      this.logger.error({ err: error }, 'the answer for an idempotency key could not be kept');
    });
    return payload;
  }

  private async keep(
    { key, token }: IdempotencyState & { kind: 'ours' },
    reply: FastifyReply,
    payload: unknown,
  ): Promise<void> {
    const { statusCode: status } = reply;
    if (status >= SERVER_ERROR) return this.store.release(key, token);
    const contentType = reply.getHeader('content-type');
    const answer = { status, contentType: contentType ? String(contentType) : null, body: textOf(payload) };
    return this.store.complete(key, token, answer);
  }
}

function replay(reply: FastifyReply, { status, contentType, body }: KeptAnswer): string | null {
  void reply.status(status).header('idempotent-replayed', 'true');
  if (contentType) void reply.header('content-type', contentType);
  return body === '' ? null : body;
}

function textOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  if (typeof payload === 'string') return payload;
  if (Buffer.isBuffer(payload)) return payload.toString('utf8');
  throw new Error('An answer that is a stream has no idempotency key');
}
