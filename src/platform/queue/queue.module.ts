import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { QueueOptions } from 'bull';
import { Redis, type RedisOptions } from 'ioredis';
import { Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';

/** Injection token of the plain Redis connection (scripts, counters). */
export const REDIS = Symbol('REDIS');

/** A plain command that takes longer than this fails; its caller is rung again by a sweeper. */
const COMMAND_TIMEOUT_MS = 5_000;

/** Bull's connections: one client and one subscriber for all queues of a process, a blocking one per processor. */
function bullOptions(config: Config, logger: Logger): QueueOptions {
  const shared = new Map<string, Redis>();
  const open = (): Redis => connect(config, logger, { maxRetriesPerRequest: null, enableReadyCheck: false });
  return {
    prefix: `${config.redisPrefix}:bull`,
    createClient: (type) => {
      if (type === 'bclient') return open();
      const client = shared.get(type) ?? open();
      shared.set(type, client.setMaxListeners(0));
      return client;
    },
    // Jobs carry ids only and may be lost: PostgreSQL is the truth and sweepers ring again.
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 100 },
    settings: { stalledInterval: 5_000, lockDuration: 15_000, lockRenewTime: 5_000, maxStalledCount: 3 },
  };
}

function connect(config: Config, logger: Logger, options: RedisOptions): Redis {
  if (!config.redisUrl) throw new Error('REDIS_URL is not set; npm start starts a Redis of its own and sets it');
  const redis = new Redis(config.redisUrl, options);
  redis.on('error', (error: Error) => logger.warn({ reason: error.message }, 'Redis can not be reached; trying again'));
  return redis;
}

@Injectable()
class RedisConnection implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/** Redis: Bull's queues, and a plain connection for scripts. */
@Module({})
export class QueueModule {
  static of(): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [BullModule.forRootAsync({ inject: [Config, Logger], useFactory: bullOptions })],
      providers: [
        RedisConnection,
        {
          provide: REDIS,
          inject: [Config, Logger],
          useFactory: (config: Config, logger: Logger) =>
            connect(config, logger, { maxRetriesPerRequest: null, commandTimeout: COMMAND_TIMEOUT_MS }),
        },
      ],
      exports: [REDIS],
    };
  }
}
