import pg from 'pg';
import { connectRedis } from '../queue/connect-redis.js';

const RETRY_MS = 500;
const ATTEMPT_MS = 5_000;

/**
 * Waits until PostgreSQL and Redis answer. `report` hears about each part whenever its state changes:
 * `ok`, or why it can't be reached. Stops waiting when `signal` is aborted.
 */
export async function waitForServers(
  urls: { databaseUrl: string; redisUrl: string },
  report: (part: 'database' | 'redis', state: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await Promise.all([
    waitFor(
      () => pingDatabase(urls.databaseUrl),
      (state) => report('database', state),
      signal,
    ),
    waitFor(
      () => pingRedis(urls.redisUrl),
      (state) => report('redis', state),
      signal,
    ),
  ]);
}

async function waitFor(
  ping: () => Promise<void>,
  report: (state: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  let last = '';
  while (!signal?.aborted) {
    const state = await ping().then(
      () => 'ok',
      (error: Error & { code?: string }) => error.message || error.code || 'failed',
    );
    if (state !== last) report((last = state));
    if (state === 'ok') return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function pingDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: ATTEMPT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function pingRedis(url: string): Promise<void> {
  const redis = connectRedis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    connectTimeout: ATTEMPT_MS,
    maxRetriesPerRequest: 0,
  });
  let reason: Error | undefined;
  redis.on('error', (error: Error) => (reason = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}
