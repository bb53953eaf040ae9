import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { REDIS } from '../queue/queue.module.js';

export interface Readiness {
  status: 'ready' | 'not ready';
  /** Each part with `ok` or why it does not work. */
  parts: Record<string, string>;
}

const PROBE_TIMEOUT_MS = 2_000;

/** Whether the parts of this process work right now. */
@Injectable()
export class HealthService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  async readiness(): Promise<Readiness> {
    const [database, redis] = await Promise.all([
      probe(() => this.dataSource.query('SELECT 1')),
      probe(() => this.redis.ping()),
    ]);
    const parts = { database, redis };
    return { status: Object.values(parts).every((part) => part === 'ok') ? 'ready' : 'not ready', parts };
  }
}

async function probe(work: () => Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${PROBE_TIMEOUT_MS} ms`), PROBE_TIMEOUT_MS);
  });
  const answer = work().then(
    () => 'ok',
    (error: Error) => error.message || 'failed',
  );
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}
