import { Redis, type RedisOptions } from 'ioredis';
import { sentinelOptions } from './redis-url.js';

/** A client of the Redis that REDIS_URL names: one server, or the master that its sentinels agree on. */
export function connectRedis(url: string, options: RedisOptions): Redis {
  const sentinels = sentinelOptions(url);
  return sentinels ? new Redis({ ...sentinels, ...options }) : new Redis(url, options);
}
