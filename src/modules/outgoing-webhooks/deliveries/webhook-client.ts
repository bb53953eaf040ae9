import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { Agent, type Dispatcher, request } from 'undici';
import { Config } from '../../../platform/config/config.js';
import { isPublicHost, lookUpPublic } from '../../../platform/http/address-guard.js';
import { ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { readRetryAfter } from './retry-plan.js';

const CONNECT_TIMEOUT_MS = 5_000;
const TOTAL_TIMEOUT_MS = 15_000;
const CONNECTIONS_PER_ORIGIN = 8;
const GONE = 410;

const ATTEMPT_SECONDS = {
  name: 'depesche_outgoing_webhook_seconds',
  help: 'Time that attempts to deliver to outgoing webhooks took',
  labels: ['result'],
};

/** How an attempt ended. Anything but a status of 200 to 299 has failed; redirects are not followed. */
export interface Attempt {
  ok: boolean;
  status?: number;
  /** Why it failed, for people. */
  error?: string;
  retryAfterMs: number;
  /** The receiver wants nothing any more (410). */
  isGone: boolean;
}

/** Posts to the addresses of webhooks; unless the installation allows it, never into private networks. */
@Injectable()
export class WebhookClient implements OnModuleDestroy {
  private readonly agent: Dispatcher;
  private readonly publicOnly: boolean;

  private readonly seconds: Histogram;

  constructor(config: Config, metrics: ProcessMetrics) {
    this.seconds = metrics.histogram(ATTEMPT_SECONDS);
    this.publicOnly = config.webhookTargets === 'public';
    this.agent = new Agent({
      connections: CONNECTIONS_PER_ORIGIN,
      pipelining: 1,
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        ...(this.publicOnly ? { lookup: lookUpPublic } : {}),
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }

  /** Never throws. */
  async post(url: string, body: string, headers: Record<string, string>): Promise<Attempt> {
    const startedAt = performance.now();
    const attempt = await this.send(url, body, headers);
    const result = attempt.ok ? 'delivered' : 'failed';
    this.seconds.observe({ result }, (performance.now() - startedAt) / 1_000);
    return attempt;
  }

  private async send(url: string, body: string, headers: Record<string, string>): Promise<Attempt> {
    // What is an address already is never looked up; and the setting may have been another when it was stored.
    if (this.publicOnly && !isPublicHost(new URL(url).hostname)) {
      return failedAttempt('the address is not a public one');
    }
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json', 'user-agent': 'depesche', ...headers },
        body,
        signal: AbortSignal.timeout(TOTAL_TIMEOUT_MS),
      });
      // The answer is of no interest, and may be endless.
      await answer.body.dump();
      return toAttempt(answer.statusCode, answer.headers['retry-after']);
    } catch (error) {
      return failedAttempt(describe(error as Error));
    }
  }
}

function toAttempt(status: number, retryAfter: string | string[] | undefined): Attempt {
  const ok = status >= 200 && status < 300;
  return {
    ok,
    status,
    error: ok ? undefined : `answered ${status}`,
    retryAfterMs: ok ? 0 : readRetryAfter([retryAfter].flat()[0], new Date()),
    isGone: status === GONE,
  };
}

/** An attempt that got no answer. */
export function failedAttempt(error: string): Attempt {
  return { ok: false, error, retryAfterMs: 0, isGone: false };
}

function describe(error: Error & { code?: string }): string {
  if (error.name === 'TimeoutError') return `no answer within ${TOTAL_TIMEOUT_MS / 1_000} s`;
  const nested = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return error.message || nested?.message || error.code || error.name;
}
