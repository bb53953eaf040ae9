import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import type { QueueOptions } from 'bull';
import { Redis } from 'ioredis';
import { Config } from '../config/config.js';

/** Injection token of the plain Redis connection (scripts, counters). */
export const REDIS = Symbol('REDIS');

/** Bull's connections: one client and one subscriber for all queues of a process, a blocking one per processor. */
function bullOptions(config: Config): QueueOptions {
  const url = requireRedisUrl(config);
  const shared = { maxRetriesPerRequest: null, enableReadyCheck: false };
  const connections = new Map<string, Redis>();
  return {
    prefix: `${config.redisPrefix}:bull`,
    createClient: (type) => {
      if (type === 'bclient') return new Redis(url, shared);
      const existing = connections.get(type) ?? new Redis(url, shared);
      connections.set(type, existing.setMaxListeners(0));
      return existing;
    },
    // Jobs carry ids only and may be lost: PostgreSQL is the truth and sweepers ring again.
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 100 },
    settings: { stalledInterval: 5_000, lockDuration: 15_000, lockRenewTime: 5_000, maxStalledCount: 3 },
  };
}

function requireRedisUrl(config: Config): string {
  if (!config.redisUrl)
    throw new Error('REDIS_URL is not set; npm start starts a Redis of its own and sets it');
  return config.redisUrl;
}

/** Redis: Bull's queues, and a plain connection for scripts. */
@Module({})
export class QueueModule {
  static of(): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [BullModule.forRootAsync({ inject: [Config], useFactory: bullOptions })],
      providers: [
        {
          provide: REDIS,
          inject: [Config],
          useFactory: (config: Config) => new Redis(requireRedisUrl(config), { maxRetriesPerRequest: null }),
        },
      ],
      exports: [REDIS],
    };
  }
}
