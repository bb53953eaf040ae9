import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../../../platform/config/config.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import { waitAfter } from './back-off.js';

/** Failures after which the next attempt has to wait, and the longest wait. An address may stand for many users. */
const LIMITS = {
  account: { free: 5, longestSeconds: 15 * 60 },
  address: { free: 30, longestSeconds: 15 * 60 },
} as const;

/** Failures count for so long, in seconds. */
const MEMORY_SECONDS = 24 * 60 * 60;

type Kind = keyof typeof LIMITS;

interface Counters {
  /** Attempts that have not succeeded. */
  attempts: RateLimiterRedis;
  /** One turn per wait: of many attempts at the same moment only one gets it. */
  turns: RateLimiterRedis;
}

/**
 * Slows down guessing of passwords: beyond a few failures each attempt has to wait, longer each time, for the account
 * as well as for the address it comes from. Unknown accounts count like known ones, so that nobody learns which exist.
 * An attempt is counted before the password is looked at, therefore attempts at the same moment don't slip through.
 */
@Injectable()
export class SignInAttempts {
  private readonly counters: Record<Kind, Counters>;

  constructor(@Inject(REDIS) redis: Redis, config: Config) {
    const limiter = (name: string, points: number): RateLimiterRedis =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${config.redisPrefix}:sign-in:${name}`,
        points,
        duration: MEMORY_SECONDS,
      });
    const of = (kind: Kind): Counters => ({
      attempts: limiter(`${kind}-attempts`, LIMITS[kind].free),
      turns: limiter(`${kind}-turns`, 1),
    });
    this.counters = { account: of('account'), address: of('address') };
  }

  /** Counts an attempt; returns the seconds to wait when it may not be made now, else 0. */
  async admit(account: string, address: string): Promise<number> {
    try {
      const waits = await Promise.all([
        this.admitKind('account', keyOf(account)),
        this.admitKind('address', keyOf(address)),
      ]);
      return Math.max(...waits);
    } catch (error) {
      throw new ApiError('unavailable', 'service.unavailable', 'Nobody can sign in now; try again soon.', {
        cause: error,
      });
    }
  }

  /** The attempt was right: the account starts afresh, the address gets this one attempt back. */
  async succeeded(account: string, address: string): Promise<void> {
    const { account: accounts, address: addresses } = this.counters;
    await Promise.all([
      accounts.attempts.delete(keyOf(account)),
      accounts.turns.delete(keyOf(account)),
      addresses.attempts.reward(keyOf(address)),
      addresses.turns.delete(keyOf(address)),
    ]);
  }

  private async admitKind(kind: Kind, key: string): Promise<number> {
    const { free, longestSeconds } = LIMITS[kind];
    const { attempts, turns } = this.counters[kind];
    const { consumedPoints } = await attempts.penalty(key);
    if (consumedPoints <= free) return 0;
    const customDuration = waitAfter(consumedPoints - free, longestSeconds);
    try {
      await turns.consume(key, 1, { customDuration });
      return 0;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      throw refusal;
    }
  }
}

// Keys in Redis hold no e-mail or network address in clear.
function keyOf(value: string): string {
  return createHash('sha256').update(value.trim().toLowerCase()).digest('base64url').slice(0, 22);
}
