import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Redis } from 'ioredis';
import { type RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../../../platform/config/config.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { FAST_REDIS } from '../../../platform/queue/queue.module.js';
import type { CallerIdentity } from '../caller.js';
import { createLimiter } from './create-limiter.js';
import { secondsOf, setRateLimitHeaders } from './rate-limit-headers.js';

const WINDOW_SECONDS = 60;

/**
 * Limits the requests of each OAuth client in a minute, over all processes; users who share a client are counted one
 * by one (Genesys Cloud API, rate limits).
 */
@Injectable()
export class ApiRateLimiter {
  private readonly limiter: RateLimiterRedis;
  private readonly allowed: number;

  constructor(@Inject(FAST_REDIS) redis: Redis, config: Config) {
    this.allowed = config.apiRateLimitPerMinute;
    const keyPrefix = `${config.redisPrefix}:rate:api`;
    this.limiter = createLimiter(redis, { keyPrefix, points: this.allowed, duration: WINDOW_SECONDS });
  }

  /** Counts one request and tells in the headers of the reply how many are left. Throws 429 `too.many.requests`. */
  async count({ clientId, subjectId }: CallerIdentity, reply: FastifyReply): Promise<void> {
    try {
      const state = await this.limiter.consume(`${clientId}:${subjectId}`);
      setRateLimitHeaders(reply, state, this.allowed);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      setRateLimitHeaders(reply, refused, this.allowed);
      void reply.header('retry-after', secondsOf(refused));
      throw tooManyRequests(this.allowed);
    }
  }
}

function tooManyRequests(limit: number): ApiError {
  return new ApiError(
    'too-many-requests',
    'too.many.requests',
    'Rate limit exceeded the maximum [{limit}] requests within [{seconds}] seconds',
    {
      params: { limit, seconds: WINDOW_SECONDS },
      limit: { key: 'client.requests.per.minute', namespace: 'platform.api', value: limit },
    },
  );
}
