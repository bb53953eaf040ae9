import { BullModule } from '@nestjs/bull';
import {
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import Bull, { type QueueOptions } from 'bull';
import type { Redis, RedisOptions } from 'ioredis';
import { Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { connectRedis } from './connect-redis.js';

/** Injection token of the plain Redis connection (scripts, counters). */
export const REDIS = Symbol('REDIS');

/** Injection token of a Redis connection for what rather does without Redis than wait for it. */
export const FAST_REDIS = Symbol('FAST_REDIS');

const FAST_COMMAND_TIMEOUT_MS = 50;

/** A plain command that takes longer than this fails; its caller is rung again by a sweeper. */
const COMMAND_TIMEOUT_MS = 5_000;

/** All connections to Redis of this process, so that they can be closed. */
@Injectable()
class RedisConnections implements OnApplicationShutdown {
  private readonly all: Redis[] = [];

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  open(options: RedisOptions): Redis {
    if (!this.config.redisUrl)
      throw new Error('REDIS_URL is not set; npm start starts a Redis of its own and sets it');
    const redis = connectRedis(this.config.redisUrl, options);
    redis.on('error', ({ message }: Error) => {
      this.logger.warn({ reason: message }, 'Redis can not be reached; trying again');
    });
    this.all.push(redis);
    return redis;
  }

  onApplicationShutdown(): void {
    for (const redis of this.all) redis.disconnect();
  }
}

/** Closes the queues before anything that their jobs use: takes no more jobs and waits for those that run. */
@Injectable()
class QueueCloser implements OnModuleDestroy {
  constructor(private readonly discovery: DiscoveryService) {}

  async onModuleDestroy(): Promise<void> {
    const instances = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    const queues = instances.filter((instance): instance is Bull.Queue => instance instanceof Bull);
    await Promise.all(queues.map((queue) => queue.close()));
  }
}

/** Bull's connections: one client and one subscriber for all queues of a process, a blocking one per processor. */
function bullOptions(config: Config, connections: RedisConnections): QueueOptions {
  const shared = new Map<string, Redis>();
  const open = (): Redis => connections.open({ maxRetriesPerRequest: null, enableReadyCheck: false });
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

const plainRedis = {
  provide: REDIS,
  inject: [RedisConnections],
  useFactory: (connections: RedisConnections) =>
    connections.open({ maxRetriesPerRequest: null, commandTimeout: COMMAND_TIMEOUT_MS }),
};

const fastRedis = {
  provide: FAST_REDIS,
  inject: [RedisConnections],
  useFactory: (connections: RedisConnections) =>
    connections.open({
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: FAST_COMMAND_TIMEOUT_MS,
    }),
};

@Module({
  providers: [RedisConnections, plainRedis, fastRedis],
  exports: [RedisConnections, REDIS, FAST_REDIS],
})
class RedisModule {}

/** Redis: Bull's queues, and a plain connection for scripts. */
@Module({})
export class QueueModule {
  static of(): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        DiscoveryModule,
        RedisModule,
        BullModule.forRootAsync({
          imports: [RedisModule],
          inject: [Config, RedisConnections],
          useFactory: bullOptions,
        }),
      ],
      providers: [QueueCloser],
      exports: [RedisModule],
    };
  }
}
