import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../../../platform/config/config.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import { HORIZON_MS, SLACK_MS } from './pace.js';

/** A number may send one message in this time to the same person (WhatsApp Cloud API, throughput: pair rate). */
const PAIR_INTERVAL_MS = 6_000;
/** A claim holds the person from before the slot, in which the message leaves so much later at most. */
const HOLD_MS = PAIR_INTERVAL_MS + HORIZON_MS + SLACK_MS;

/** `now` in milliseconds, on the clock of Redis. */
const READ_CLOCK = `local t = redis.call('TIME')
  local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * KEYS: what the keys of the number begin with. ARGV: for how long, in milliseconds, and each person followed by the
 * message, as one list in JSON, since to send hundreds of arguments takes a worker longer than all the rest. Answers
 * which of them, counted from 1, are taken by another message, each with the milliseconds until they are free; all
 * others are this one's now.
 *
 * Who was taken in one stretch of that time is in one hash, of which only the last two still matter: a command looks up
 * or writes all persons of a claim, and none has a key that Redis has to let expire.
 */
const TAKE = `
  local hold, given, people, most = tonumber(ARGV[1]), cjson.decode(ARGV[2]), {}, 1000
  for index = 1, #given, 2 do people[#people + 1] = given[index] end
  ${READ_CLOCK}
  local stretch = math.floor(now / hold)
  local current, before, resting = KEYS[1] .. stretch, KEYS[1] .. (stretch - 1), KEYS[1] .. 'resting'
  redis.call('UNLINK', KEYS[1] .. (stretch - 2))
  local rests = redis.call('EXISTS', resting) == 1
  local until_then = ',' .. string.format('%.0f', now + hold)
  local answer, mine = {}, {}

  local function wait_of(value, own)
    local message, free = string.match(value, '^(.+),(%d+)$')
    if message == own then return 0 end
    return tonumber(free) - now
  end

  for first = 1, #people, most do
    local last = math.min(first + most - 1, #people)
    local late = redis.call('HMGET', current, unpack(people, first, last))
    local early = redis.call('HMGET', before, unpack(people, first, last))
    local taken = {}
    for index = first, last do
      local person, own = people[index], given[index * 2]
      local value = mine[person] or late[index - first + 1] or early[index - first + 1]
      local wait = value and wait_of(value, own) or 0
      if rests then wait = math.max(wait, tonumber(redis.call('ZSCORE', resting, person) or '0') - now) end
      if wait > 0 then
        answer[#answer + 1], answer[#answer + 2] = index, wait
      else
        mine[person] = own .. until_then
        taken[#taken + 1], taken[#taken + 2] = person, mine[person]
      end
    end
    if #taken > 0 then redis.call('HSET', current, unpack(taken)) end
  end
  redis.call('PEXPIRE', current, 3 * hold)
  return answer`;

/** KEYS: persons who rest. ARGV: the person, for how many milliseconds. */
const REST = `
  ${READ_CLOCK}
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2])))`;

interface PairRedis extends Redis {
  takePairs(number: string, holdMs: number, people: string): Promise<number[]>;
  restPair(resting: string, person: string, ms: number): Promise<void>;
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
    redis.defineCommand('restPair', { numberOfKeys: 1, lua: REST });
    this.redis = redis as PairRedis;
  }

  /** In how many milliseconds each message may go to its person, in their order; 0: now, and no other one meanwhile. */
  async take(
    integrationId: string,
    messages: readonly { id: string; matchKey: string }[],
  ): Promise<number[]> {
    if (messages.length === 0) return [];
    const people = JSON.stringify(messages.flatMap(({ id, matchKey }) => [matchKey, id]));
    const taken = await this.redis.takePairs(this.keyOf(integrationId), HOLD_MS, people);
    const waits = new Array<number>(messages.length).fill(0);
    for (let at = 0; at < taken.length; at += 2) waits[taken[at]! - 1] = taken[at + 1]!;
    return waits;
  }

  /** WhatsApp says that the number has sent too much to the person: nothing goes there for a while. */
  async rest(integrationId: string, matchKey: string, ms: number): Promise<void> {
    await this.redis.restPair(`${this.keyOf(integrationId)}resting`, matchKey, Math.ceil(ms));
  }

  private keyOf(integrationId: string): string {
    return `${this.config.redisPrefix}:pairs:${integrationId}:`;
  }
}
