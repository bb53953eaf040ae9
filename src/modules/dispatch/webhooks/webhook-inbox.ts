import { setTimeout as sleep } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import type { Histogram } from 'prom-client';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { APPLY_WEBHOOKS_QUEUE } from '../dispatch.queues.js';

export interface WebhookEvent {
  id: string;
  body: Buffer;
}

interface Waiting {
  body: Buffer;
  stored: () => void;
  failed: (reason: unknown) => void;
}

/** Webhooks that come within this time are stored by one statement and one commit. */
const STORE_EVERY_MS = 5;
/** Webhooks that come within this time are applied together. */
const APPLY_EVERY_MS = 50;
const RETENTION = '3 days';
const STORED_AT_ONCE = 500;
const BYTES_STORED_AT_ONCE = 4_000_000;
/** More than this waits only while PostgreSQL is away; the provider sends again what is refused. */
const MOST_WAITING = 10_000;
const MOST_BYTES_WAITING = 64_000_000;

/** The platform may put a thousand statuses into one event. */
const MOST_BYTES_AT_ONCE = 400_000;

/** Lock: whether they are urgent, how many at most, bytes at most unless the first alone has more. */
const LOCK = `
  WITH next AS (
    SELECT id, octet_length(body) AS bytes FROM webhook_events
     WHERE applied_at IS NULL AND urgent = $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), summed AS (
    SELECT id, sum(bytes) OVER (ORDER BY id) - bytes AS before, count(*) OVER ()::int AS "all" FROM next
  )
  SELECT e.id, e.body, s."all" FROM summed s JOIN webhook_events e ON e.id = s.id
   WHERE s.before < $3 ORDER BY e.id`;

const LAG = {
  name: 'depesche_webhook_apply_lag_seconds',
  help: 'Age of webhooks of WhatsApp when what they say was applied',
};

/**
 * All bodies as one value, and where each begins (from 1) and how long it is: an array of bodies would be sent as text
 * of twice the length and be parsed again.
 */
const STORE = `
  INSERT INTO webhook_events (body)
  SELECT substring($1::bytea FROM part.at FOR part.length) FROM unnest($2::int[], $3::int[]) AS part (at, length)`;

/** Ids of events and an error. Old events, which have the lowest ids, go in the same breath, faster than they come. */
const MARK_APPLIED = `
  WITH old AS (
    DELETE FROM webhook_events WHERE id IN (
      SELECT id FROM (SELECT id, applied_at FROM webhook_events ORDER BY id LIMIT 500) oldest
       WHERE applied_at < now() - interval '${RETENTION}'))
  UPDATE webhook_events SET applied_at = now(), error = $2 WHERE id = ANY ($1::bigint[])
  RETURNING extract(epoch FROM clock_timestamp() - received_at)::float AS age`;

/** Webhooks of the provider, stored as they came before they are acknowledged, applied afterwards. */
@Injectable()
export class WebhookInbox {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private storing = false;
  private rungFor = 0;
  private readonly lag: Histogram;

  constructor(
    private readonly uow: UnitOfWork,
    @InjectQueue(APPLY_WEBHOOKS_QUEUE) private readonly queue: Queue,
    private readonly logger: Logger,
    metrics: ProcessMetrics,
  ) {
    this.lag = metrics.histogram(LAG);
  }

  /**
   * Resolves when the event is committed. Events that come while others are being written share the next INSERT and
   * its commit. Throws 503 `webhook.inbox.full` when too many wait already, or too large ones.
   */
  async store(body: Buffer): Promise<void> {
    if (this.waiting.length >= MOST_WAITING || this.waitingBytes + body.length > MOST_BYTES_WAITING) {
      throw new ApiError(
        'unavailable',
        'webhook.inbox.full',
        'Too many events wait to be stored; send again.',
      );
    }
    this.waitingBytes += body.length;
    const done = new Promise<void>((stored, failed) => this.waiting.push({ body, stored, failed }));
    if (!this.storing) void this.storeWaiting();
    return done;
  }

  private async storeWaiting(): Promise<void> {
    this.storing = true;
    while (this.waiting.length > 0) {
      if (this.waiting.length < STORED_AT_ONCE) await sleep(STORE_EVERY_MS);
      const batch = this.takeBatch();
      try {
        await this.uow.manager.query(STORE, parametersOf(batch));
        for (const { stored } of batch) stored();
        this.ring();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
      for (const { body } of batch) this.waitingBytes -= body.length;
    }
    this.storing = false;
  }

  private takeBatch(): Waiting[] {
    let bytes = 0;
    const batch = this.waiting.slice(0, STORED_AT_ONCE);
    const full = batch.findIndex(({ body }, at) => (bytes += body.length) > BYTES_STORED_AT_ONCE && at > 0);
    return this.waiting.splice(0, full < 0 ? batch.length : full);
  }

  /** Wakes a worker to apply what waits. Never waits for Redis. */
  ring(): void {
    const at = (Math.floor(Date.now() / APPLY_EVERY_MS) + 1) * APPLY_EVERY_MS;
    if (this.rungFor === at) return;
    this.rungFor = at;
    this.queue.add({}, { jobId: `apply:${at}`, delay: at - Date.now() }).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'could not ring for webhooks; the sweeper will');
    });
  }

  /**
   * Locks waiting events until the transaction ends: those in which people say something, or when there are none the
   * oldest others. No more than are applied in a fraction of a second, so that nobody who says stop waits for long.
   */
  async lockWaiting(limit: number): Promise<{ events: WebhookEvent[]; mayHaveMore: boolean }> {
    for (const urgent of [true, false]) {
      const rows = await this.uow.manager.query<(WebhookEvent & { all: number })[]>(LOCK, [
        urgent,
        limit,
        MOST_BYTES_AT_ONCE,
      ]);
      const [first] = rows;
      if (!first) continue;
      return { events: rows, mayHaveMore: urgent || first.all === limit || rows.length < first.all };
    }
    return { events: [], mayHaveMore: false };
  }

  /** Notes that events were applied; `error` says why one could not be. Old ones go in the same breath. */
  async markApplied(ids: readonly string[], error?: string): Promise<void> {
    const [events] = await this.uow.manager.query<[{ age: number }[], number]>(MARK_APPLIED, [
      ids,
      error ?? null,
    ]);
    for (const { age } of events) this.lag.observe(age);
  }

  async hasWaiting(): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ waiting: boolean }]>(
      `SELECT EXISTS (SELECT FROM webhook_events WHERE applied_at IS NULL) AS waiting`,
    );
    return row.waiting;
  }
}

function parametersOf(batch: readonly Waiting[]): [Buffer, number[], number[]] {
  const lengths = batch.map(({ body }) => body.length);
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  return [Buffer.concat(batch.map(({ body }) => body)), starts, lengths];
}
