import type { FastifyReply } from 'fastify';
import type { RateLimiterRes } from 'rate-limiter-flexible';

/** Whole seconds until the limit is fresh again, at least one. */
export function secondsOf({ msBeforeNext }: Pick<RateLimiterRes, 'msBeforeNext'>): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

/** Requests counted in this window, requests allowed, seconds until the next window (Genesys Cloud API, rate limits). */
export function setRateLimitHeaders(reply: FastifyReply, state: RateLimiterRes, allowed: number): void {
  void reply
    .header('inin-ratelimit-count', state.consumedPoints)
    .header('inin-ratelimit-allowed', allowed)
    .header('inin-ratelimit-reset', secondsOf(state));
}
