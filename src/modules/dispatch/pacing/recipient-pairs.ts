import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../../../platform/config/config.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import { HORIZON_MS, SLACK_MS } from './pace.js';

/** A number may send one message in this time to the same person (WhatsApp Cloud API, throughput: pair rate). */
const PAIR_INTERVAL_MS = 6_000;
/** A claim holds the person from before the slot, in which the message leaves so much later at most. */
const HOLD_MS = PAIR_INTERVAL_MS + HORIZON_MS + SLACK_MS;

/**
 * KEYS: the number, which the keys of its persons begin with. ARGV: for how long, in milliseconds, then each person and
 * the message. Answers for how many milliseconds each person is taken by another message; 0: it is this one's now.
 */
const TAKE = `
  local answer = {}
  for index = 2, #ARGV, 2 do
    local key, own = KEYS[1] .. ARGV[index], ARGV[index + 1]
    local wait = 0
    if not redis.call('SET', key, own, 'NX', 'PX', ARGV[1]) then
      if redis.call('GET', key) == own then
        redis.call('PEXPIRE', key, ARGV[1])
      else
        wait = math.max(1, redis.call('PTTL', key))
      end
    end
    answer[index / 2] = wait
  end
  return answer`;

interface PairRedis extends Redis {
  takePairs(number: string, ...args: (string | number)[]): Promise<number[]>;
}

/**
 * Keeps the messages apart that one number sends to one person, whatever campaigns they are of. A courtesy: a Redis that
 * lost its memory costs a refusal by WhatsApp, after which the message waits.
 */
@Injectable()
export class RecipientPairs {
  private readonly redis: PairRedis;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly config: Config,
  ) {
    redis.defineCommand('takePairs', { numberOfKeys: 1, lua: TAKE });
    this.redis = redis as PairRedis;
  }

  /** In how many milliseconds each message may go to its person, in their order; 0: now, and no other one meanwhile. */
  async take(
    integrationId: string,
    messages: readonly { id: string; matchKey: string }[],
  ): Promise<number[]> {
    if (messages.length === 0) return [];
    const args: (string | number)[] = [HOLD_MS];
    for (const { id, matchKey } of messages) args.push(matchKey, id);
    return this.redis.takePairs(this.keyOf(integrationId, ''), ...args);
  }

  /** WhatsApp says that the number has sent too much to the person: nothing goes there for a while. */
  async rest(integrationId: string, matchKey: string, ms: number): Promise<void> {
    await this.redis.set(this.keyOf(integrationId, matchKey), 'rests', 'PX', Math.ceil(ms));
  }

  private keyOf(integrationId: string, matchKey: string): string {
    return `${this.config.redisPrefix}:pair:${integrationId}:${matchKey}`;
  }
}
