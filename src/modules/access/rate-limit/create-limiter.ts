import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

/** @param duration seconds after the first point in which `points` may be used */
export interface LimiterOptions {
  keyPrefix: string;
  points: number;
  duration: number;
}

/** A counter in Redis. While Redis does not answer at once, this process counts by itself. */
export function createLimiter(redis: Redis, options: LimiterOptions): RateLimiterRedis {
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(options),
  });
}
