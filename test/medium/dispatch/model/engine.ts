import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { Doorbell, type TickJob } from '../../../../src/modules/dispatch/doorbell.js';
import { Ticker } from '../../../../src/modules/dispatch/runs/ticker.js';
import { ChunkSender } from '../../../../src/modules/dispatch/sending/chunk-sender.js';
import { Sweeper } from '../../../../src/modules/dispatch/sweeper.js';
import {
  type MessageStatus,
  StatusesRepository,
} from '../../../../src/modules/dispatch/webhooks/statuses.repository.js';
import { TemplatesService } from '../../../../src/modules/templates/index.js';
import { WhatsAppService } from '../../../../src/modules/whatsapp/index.js';
import { Config } from '../../../../src/platform/config/config.js';
import { loadConfig } from '../../../../src/platform/config/load-config.js';
import { Logger } from '../../../../src/platform/logging/logger.js';
import { FAST_REDIS, REDIS } from '../../../../src/platform/queue/queue.module.js';
import type { CrashPoints } from './crash-points.js';
import { crashable } from './crash-points.js';
import { Instances } from './instances.js';
import type { ModelProvider } from './model-provider.js';

const TEMPLATE = {
  name: 'Order update',
  divisionId: null,
  metaName: 'order_update',
  language: 'en_US',
  body: 'Hello.',
  buttons: [],
  substitutions: [],
};

/** What all engines of a schedule have outside of themselves. */
export interface Surroundings {
  db: DataSource;
  redis: Redis;
  redisPrefix: string;
  provider: ModelProvider;
  /** Takes a job that an engine adds to a queue. */
  enqueue: (job: TickJob, inMs: number) => void;
}

/** One worker process: the classes of the engine as they are, every word to the outside between two crash points. */
export class Engine {
  private readonly ticker: Ticker;
  private readonly sweeper: Sweeper;
  private readonly statuses: StatusesRepository;
  private readonly sender: ChunkSender;
  /** Resolves when what it had of PostgreSQL is free after its death. */
  readonly buried: Promise<void>;

  constructor(
    { db, redis, redisPrefix, provider, enqueue }: Surroundings,
    readonly points: CrashPoints,
  ) {
    const own = crashable(db, points);
    this.buried = points.died.then(() => own.abandon());
    const ownRedis = points.around(redis, 'Redis', ['defineCommand', 'on']);
    const queue = points.around(
      {
        add: (job: TickJob, { delay }: { delay: number }) => {
          if (job?.campaignId) enqueue(job, delay);
        },
      },
      'the queue',
    );
    const templates = {
      find: (_scope: unknown, ids: string[]) => Promise.resolve(ids.map((id) => ({ ...TEMPLATE, id }))),
    };
    const instances = new Instances(
      [
        [Config, loadConfig({ REDIS_PREFIX: redisPrefix })],
        [Logger, new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' })],
        [DataSource, own.db],
        [REDIS, ownRedis],
        [FAST_REDIS, ownRedis],
        [WhatsAppService, provider.seenBy(points)],
        [TemplatesService, templates],
      ],
      (token) => {
        if (typeof token === 'string' && token.startsWith('BullQueue_')) return queue;
        throw new Error(`The model has no ${String(token)}`);
      },
    );
    instances.get(Doorbell);
    this.ticker = instances.get(Ticker);
    this.sweeper = instances.get(Sweeper);
    this.statuses = instances.get(StatusesRepository);
    this.sender = instances.get(ChunkSender);
  }

  /** False when it failed; then somebody else finds the work. */
  tick(job: TickJob): Promise<boolean> {
    return this.doing(this.ticker.tick(job));
  }

  sweep(): Promise<boolean> {
    return this.doing(this.sweeper.sweep());
  }

  /** True when the statuses have been applied. */
  apply(statuses: readonly MessageStatus[]): Promise<boolean> {
    return this.doing(this.statuses.merge(statuses));
  }

  /** Ends as by SIGTERM. */
  async stop(): Promise<void> {
    await this.doing(this.sender.beforeApplicationShutdown());
    this.points.crash('after its end');
    await this.buried;
  }

  private doing(work: Promise<unknown>): Promise<boolean> {
    const done = work.then(
      () => true,
      () => false,
    );
    return Promise.race([done, this.points.died.then(() => false)]);
  }
}
