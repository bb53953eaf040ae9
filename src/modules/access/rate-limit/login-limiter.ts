import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { type RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../../../platform/config/config.js';
import { FAST_REDIS } from '../../../platform/queue/queue.module.js';
import { createLimiter } from './create-limiter.js';
import { secondsOf } from './rate-limit-headers.js';

/** Failures in a row that cost nothing; from the next on each doubles the wait. */
const FREE_FAILURES = 5;
const MAX_WAIT_SECONDS = 300;
const FORGET_FAILURES_SECONDS = 900;
const WINDOW_SECONDS = 60;
const REMEMBER_SUCCESS_SECONDS = 86_400;

/** Who tries to log in: as whom, from where. */
export interface LoginAttempt {
  address: string;
  clientId: string;
}

/** Come again in that many seconds. */
export class LoginThrottled extends Error {
  constructor(readonly retryAfterSeconds: number) {
    super(`rate limit exceeded; try again in ${retryAfterSeconds} seconds`);
  }
}

/**
 * Slows down who guesses secrets: so many logins a minute from one address, so many failed ones a minute for one
 * client from everywhere, and a wait that doubles with each failure for one client from one address. Strangers can't
 * lock a client out: where it logged in within the last day, the failures of other addresses do not count.
 */
@Injectable()
export class LoginLimiter {
  private readonly perAddress: RateLimiterRedis;
  private readonly failuresOfClient: RateLimiterRedis;
  private readonly streaks: RateLimiterRedis;
  private readonly waits: RateLimiterRedis;
  private readonly successes: RateLimiterRedis;

  constructor(@Inject(FAST_REDIS) redis: Redis, config: Config) {
    const limiter = (name: string, points: number, duration: number): RateLimiterRedis =>
      createLimiter(redis, { keyPrefix: `${config.redisPrefix}:rate:${name}`, points, duration });
    const perMinute = config.loginRateLimitPerMinute;
    this.perAddress = limiter('login', perMinute, WINDOW_SECONDS);
    this.failuresOfClient = limiter('login-failures', perMinute, WINDOW_SECONDS);
    this.streaks = limiter('login-streak', Number.MAX_SAFE_INTEGER, FORGET_FAILURES_SECONDS);
    this.waits = limiter('login-wait', 0, MAX_WAIT_SECONDS);
    this.successes = limiter('login-success', 1, REMEMBER_SUCCESS_SECONDS);
  }

  /** Counts a login before its secret is looked at. Throws LoginThrottled. */
  async begin(attempt: LoginAttempt): Promise<void> {
    const { client, pair } = keysOf(attempt);
    await orThrottle(this.perAddress.consume(attempt.address));
    const [wait, failures, success] = await Promise.all([
      this.waits.get(pair),
      this.failuresOfClient.get(client),
      this.successes.get(pair),
    ]);
    if (wait) throw new LoginThrottled(secondsOf(wait));
    if (failures?.remainingPoints === 0 && !success) throw new LoginThrottled(secondsOf(failures));
  }

  /** The secret was wrong, or there is no such client; both count alike. */
  async failed(attempt: LoginAttempt): Promise<void> {
    const { client, pair } = keysOf(attempt);
    await this.failuresOfClient.consume(client).catch(ignoreFull);
    const { consumedPoints } = await this.streaks.consume(pair);
    const surplus = consumedPoints - FREE_FAILURES;
    if (surplus >= 0) await this.waits.block(pair, Math.min(2 ** surplus, MAX_WAIT_SECONDS));
  }

  async succeeded(attempt: LoginAttempt): Promise<void> {
    const { pair } = keysOf(attempt);
    await Promise.all([this.streaks.delete(pair), this.successes.set(pair, 1, REMEMBER_SUCCESS_SECONDS)]);
  }
}

// Ids come from strangers: hashed, they are short and reveal nothing in Redis.
function keysOf({ address, clientId }: LoginAttempt): { client: string; pair: string } {
  const client = createHash('sha256').update(clientId).digest('base64url');
  return { client, pair: `${client}:${address}` };
}

async function orThrottle(consumed: Promise<RateLimiterRes>): Promise<void> {
  try {
    await consumed;
  } catch (refused) {
    throw refused instanceof RateLimiterRes ? new LoginThrottled(secondsOf(refused)) : refused;
  }
}

function ignoreFull(refused: unknown): void {
  if (!(refused instanceof RateLimiterRes)) throw refused;
}
