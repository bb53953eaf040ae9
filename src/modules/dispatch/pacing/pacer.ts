import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../../../platform/config/config.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import { HORIZON_MS, LEAD_MS, SLACK_MS } from './pace.js';

/** A row of evenly spaced moments at which one message each may leave, on the clock of Redis. */
export interface Slots {
  firstUs: number;
  spacingUs: number;
  count: number;
}

export interface PaceRequest {
  campaignId: string;
  spacingUs: number;
  /** End of the last slot given out as PostgreSQL knows it; makes a Redis without memory harmless. */
  pacedUntilUs: number;
}

interface PaceRedis extends Redis {
  paceOpen(key: string, ...args: (string | number)[]): Promise<[string, string, string]>;
  paceTake(key: string, ...args: (string | number)[]): Promise<[string, string, string]>;
}

// Where the next slot begins: never before the last reservation that Redis or PostgreSQL remembers. A reservation
// reaches at most one horizon, one gap and the slack ahead; one further away comes from a clock that jumped back.
const NEXT_SLOT = `
  local t = redis.call('TIME')
  local now = t[1] * 1000000 + t[2]
  local spacing, floor, lead, horizon, slack =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local nxt = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), floor)
  local furthest = now + horizon + spacing + slack
  if nxt > furthest then nxt = furthest end
  if nxt < now + lead then nxt = now + lead end`;

const OPEN_SLOTS = `${NEXT_SLOT}
  local count = math.floor((now + horizon - nxt) / spacing) + 1
  if count < 0 then count = 0 end
  return { tostring(count), string.format('%.0f', nxt), string.format('%.0f', now) }`;

const TAKE_SLOTS = `${NEXT_SLOT}
  local after = nxt + spacing * tonumber(ARGV[6])
  redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 60000)
  return { string.format('%.0f', nxt), string.format('%.0f', after), string.format('%.0f', now) }`;

/**
 * Gives out the moments at which messages of a campaign may leave. One ticker per campaign asks at a time, so what `open` shows
 * is still there when `take` reserves it.
 */
@Injectable()
export class Pacer {
  private readonly redis: PaceRedis;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly config: Config,
  ) {
    redis.defineCommand('paceOpen', { numberOfKeys: 1, lua: OPEN_SLOTS });
    redis.defineCommand('paceTake', { numberOfKeys: 1, lua: TAKE_SLOTS });
    this.redis = redis as PaceRedis;
  }

  /** How many slots begin within the horizon, and in how many milliseconds the next one begins. */
  async open(request: PaceRequest): Promise<{ count: number; nextInMs: number }> {
    const [count, next, now] = await this.redis.paceOpen(this.key(request), ...args(request));
    return { count: Number(count), nextInMs: (Number(next) - Number(now)) / 1000 };
  }

  /** Reserves `count` slots. The next one may begin at `endUs`, in `nextInMs`. */
  async take(
    request: PaceRequest,
    count: number,
  ): Promise<{ slots: Slots; endUs: number; nextInMs: number }> {
    const [first, end, now] = await this.redis.paceTake(this.key(request), ...args(request), count);
    const slots = { firstUs: Number(first), spacingUs: request.spacingUs, count };
    return { slots, endUs: Number(end), nextInMs: (Number(end) - Number(now)) / 1000 };
  }

  private key({ campaignId }: PaceRequest): string {
    return `${this.config.redisPrefix}:pace:${campaignId}`;
  }
}

function args({ spacingUs, pacedUntilUs }: PaceRequest): number[] {
  return [spacingUs, pacedUntilUs, LEAD_MS * 1000, HORIZON_MS * 1000, SLACK_MS * 1000];
}
