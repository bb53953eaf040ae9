import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { APPLY_WEBHOOKS_QUEUE } from '../dispatch.queues.js';

export interface WebhookEvent {
  id: string;
  body: Buffer;
}

/** Webhooks that come within this time are applied together. */
const GATHER_MS = 50;
const RETENTION = '3 days';

/** Webhooks of the provider, stored as they came before they are acknowledged, applied afterwards. */
@Injectable()
export class WebhookInbox {
  constructor(
    private readonly uow: UnitOfWork,
    @InjectQueue(APPLY_WEBHOOKS_QUEUE) private readonly queue: Queue,
    private readonly logger: Logger,
  ) {}

  async store(body: Buffer): Promise<void> {
    await this.uow.manager.query(`INSERT INTO webhook_events (body) VALUES ($1)`, [body]);
    this.ring();
  }

  /** Wakes a worker to apply what waits. Never waits for Redis. */
  ring(): void {
    const at = (Math.floor(Date.now() / GATHER_MS) + 1) * GATHER_MS;
    this.queue.add({}, { jobId: `apply:${at}`, delay: at - Date.now() }).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'could not ring for webhooks; the sweeper will');
    });
  }

  /** Locks the oldest waiting events until the transaction ends. */
  async lockWaiting(limit: number): Promise<WebhookEvent[]> {
    return this.uow.manager.query<WebhookEvent[]>(
      `SELECT id, body FROM webhook_events WHERE applied_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
  }

  /** Notes that events were applied; `error` says why one could not be. Old ones go in the same breath. */
  async markApplied(ids: readonly string[], error?: string): Promise<void> {
    await this.uow.manager.query(
      `WITH old AS (
         DELETE FROM webhook_events WHERE id IN (
           SELECT id FROM webhook_events WHERE applied_at < now() - interval '${RETENTION}' LIMIT 1000))
       UPDATE webhook_events SET applied_at = now(), error = $2 WHERE id = ANY ($1::bigint[])`,
      [ids, error ?? null],
    );
  }

  async hasWaiting(): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ waiting: boolean }]>(
      `SELECT EXISTS (SELECT FROM webhook_events WHERE applied_at IS NULL) AS waiting`,
    );
    return row.waiting;
  }
}
