import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../../../platform/config/config.js';
import { Logger } from '../../../platform/logging/logger.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import type { Permission } from '../../access/index.js';

/** Something that happened, for whoever is subscribed to one of the topics and may know of it. */
export interface LiveEvent {
  type: 'event';
  topics: readonly string[];
  /** All are needed, in that division; in any, when what happened belongs to none. */
  permissions: readonly Permission[];
  divisionId?: string;
  /** Only for this user or program. */
  subjectId?: string;
  body: object;
}

/** The subscriptions of a channel have changed, or it is gone. */
interface ChannelChange {
  type: 'channel';
  channelId: string;
}

export type LiveEntry = LiveEvent | ChannelChange;

/** `id` is that of the stream, which grows. */
export type StoredEntry = LiveEntry & { id: string };

/** How far back a client can resume: this many events, and this long after the last one. */
const KEPT_ENTRIES = 20_000;
const KEPT_MS = 15 * 60_000;
const BATCH = 500;
/** Shorter than a command may take. */
const BLOCK_MS = 2_000;

type RawEntry = [id: string, fields: string[]];

/**
 * Carries events from the process in which they happen to those that have sockets: a Redis stream that all of them
 * append to and each reads at its own pace. It is also the memory from which a client resumes. Losing it loses events
 * of some minutes, which only ever say what a GET says as well.
 */
@Injectable()
export class LiveStream implements OnModuleDestroy {
  private readonly key: string;
  private reader: Redis | undefined;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly logger: Logger,
    config: Config,
  ) {
    this.key = `${config.redisPrefix}:live`;
  }

  onModuleDestroy(): void {
    this.reader?.disconnect();
  }

  /** Never fails: whoever did something is not to suffer because nobody can be told. */
  async append(entries: readonly LiveEntry[]): Promise<void> {
    const commands = this.redis.pipeline();
    for (const entry of entries) {
      commands.xadd(this.key, 'MAXLEN', '~', KEPT_ENTRIES, '*', 'entry', JSON.stringify(entry));
    }
    commands.pexpire(this.key, KEPT_MS);
    try {
      await commands.exec();
    } catch (error) {
      this.logger.debug({ err: error, entries: entries.length }, 'live events were lost');
    }
  }

  /** Id of the newest entry; everything that comes is behind it. */
  async end(): Promise<string> {
    const [newest] = await this.redis.xrevrange(this.key, '+', '-', 'COUNT', 1);
    return newest?.[0] ?? '0-0';
  }

  /** What was appended behind the entry `id`; `isComplete` is false when some of it may be forgotten already. */
  async since(id: string): Promise<{ entries: StoredEntry[]; isComplete: boolean }> {
    const [[oldest], raw] = await Promise.all([
      this.redis.xrange(this.key, '-', '+', 'COUNT', 1),
      this.redis.xrange(this.key, `(${id}`, '+'),
    ]);
    return { entries: raw.map(read), isComplete: oldest !== undefined && isNotAfter(oldest[0], id) };
  }

  /** Waits for entries behind `id`, for two seconds at most. */
  async next(id: string): Promise<StoredEntry[]> {
    this.reader ??= this.open();
    const answer = await this.reader.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', this.key, id);
    const [stream] = (answer ?? []) as unknown as [string, RawEntry[]][];
    return (stream?.[1] ?? []).map(read);
  }

  // Waiting blocks a connection, so it has its own.
  private open(): Redis {
    const reader = this.redis.duplicate();
    reader.on('error', ({ message }: Error) =>
      this.logger.debug({ reason: message }, 'live events wait for Redis'),
    );
    return reader;
  }
}

function read([id, fields]: RawEntry): StoredEntry {
  return { id, ...(JSON.parse(fields[1]!) as LiveEntry) };
}

/** True when the stream id `a` is `b` or before it. */
export function isNotAfter(a: string, b: string): boolean {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs < bMs || (aMs === bMs && aSeq <= bSeq);
}
