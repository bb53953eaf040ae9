import { Injectable } from '@nestjs/common';
import { type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { EventStatus } from './message-events.js';

export type DeliveryType = 'message.status' | 'webhook.test';
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One attempt, as it is kept. */
export interface LoggedAttempt {
  at: string;
  ms: number;
  status?: number;
  error?: string;
}

/** A delivery without its body. */
export interface Delivery {
  id: string;
  webhookId: string;
  type: DeliveryType;
  state: DeliveryState;
  events: number;
  createdAt: Date;
  dueAt: Date;
  expiresAt: Date;
  finishedAt: Date | null;
  attempts: number;
  /** The newest attempts, oldest first. */
  log: LoggedAttempt[];
}

/** A delivery that this process is to try now. */
export interface ClaimedDelivery {
  id: string;
  webhookId: string;
  type: DeliveryType;
  body: string;
  expiresAt: Date;
  /** This one included. */
  attempts: number;
  url: string;
  webhookName: string;
  secret: Buffer;
  previousSecret: Buffer | null;
}

/** Whom to tell of the messages of a division. */
export interface Recipient {
  id: string;
  divisionId: string;
  statuses: EventStatus[];
}

export interface NewDelivery {
  webhookId: string;
  type: DeliveryType;
  events: number;
  body: string;
  /** Tried at least once, and again until then. */
  triedForMs: number;
}

const COLUMNS = `id, webhook_id AS "webhookId", type, state, events, created_at AS "createdAt", due_at AS "dueAt",
  expires_at AS "expiresAt", finished_at AS "finishedAt", attempts, log`;

const KEPT_ATTEMPTS = 10;

/** How long deliveries are kept for the log, whatever became of them. */
const KEPT = `interval '7 days'`;

const INSERT = `
  INSERT INTO outgoing_webhook_deliveries (webhook_id, type, events, body, expires_at)
  SELECT (x ->> 'webhookId')::uuid, x ->> 'type', (x ->> 'events')::int, x ->> 'body',
         now() + (x ->> 'triedForMs')::bigint * interval '1 millisecond'
    FROM jsonb_array_elements($1::jsonb) AS x
  RETURNING id`;

// Each webhook gives a few at a time, so that a slow one keeps none of the others waiting. While a delivery is tried,
// due_at says when another process may take it: later than any attempt can last.
const CLAIM = `
  WITH due AS (
    SELECT d.id FROM outgoing_webhooks w
     CROSS JOIN LATERAL (
       SELECT id FROM outgoing_webhook_deliveries
        WHERE webhook_id = w.id AND state = 'pending' AND due_at <= now()
        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) d
     WHERE w.state = 'active' AND NOT w.id = ANY ($1::uuid[])
  )
  UPDATE outgoing_webhook_deliveries d
     SET attempts = attempts + 1, due_at = now() + $3 * interval '1 millisecond'
    FROM due, outgoing_webhooks w
   WHERE d.id = due.id AND w.id = d.webhook_id
  RETURNING ${claimed('d', 'w')}`;

const CLAIM_ONE = `
  UPDATE outgoing_webhook_deliveries d
     SET attempts = attempts + 1, due_at = now() + $2 * interval '1 millisecond'
    FROM outgoing_webhooks w
   WHERE d.id = $1 AND w.id = d.webhook_id AND d.state = 'pending'
  RETURNING ${claimed('d', 'w')}`;

// Only the attempt that was the last to begin says how it ended: another process may have begun one since.
const FINISH = `
  UPDATE outgoing_webhook_deliveries
     SET state = $3, finished_at = CASE WHEN $3 <> 'pending' THEN now() END,
         due_at = now() + $4 * interval '1 millisecond',
         log = (SELECT coalesce(jsonb_agg(entry ORDER BY nth), '[]')
                  FROM jsonb_array_elements(log || $5::jsonb) WITH ORDINALITY AS l (entry, nth)
                 WHERE nth > jsonb_array_length(log) + 1 - ${KEPT_ATTEMPTS})
   WHERE id = $1 AND attempts = $2 AND state = 'pending'`;

/** What is to be sent, what was, and how it went. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async isAnybodyTold(): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ told: boolean }]>(
      `SELECT EXISTS (SELECT FROM outgoing_webhooks WHERE state = 'active') AS told`,
    );
    return row.told;
  }

  /** Age of the oldest delivery that a webhook which is on did not take yet; 0 without one. */
  async lagSeconds(): Promise<number> {
    const [row] = await this.uow.manager.query<[{ lag: number }]>(
      `SELECT coalesce(extract(epoch FROM now() - min(d.created_at)), 0)::float AS lag
         FROM outgoing_webhook_deliveries d JOIN outgoing_webhooks w ON w.id = d.webhook_id
        WHERE d.state = 'pending' AND w.state = 'active'`,
    );
    return row.lag;
  }

  findRecipients(divisionIds: readonly string[]): Promise<Recipient[]> {
    return this.uow.manager.query<Recipient[]>(
      `SELECT id, division_id AS "divisionId", statuses FROM outgoing_webhooks
        WHERE state = 'active' AND division_id = ANY ($1::uuid[])`,
      [divisionIds],
    );
  }

  /** Answers the ids in their order. */
  async insert(deliveries: readonly NewDelivery[]): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(INSERT, [JSON.stringify(deliveries)]);
    return rows.map(({ id }) => id);
  }

  /** Takes what is due, of each webhook up to `perWebhook`, and of those in `busyIds` nothing. */
  async claimDue(
    busyIds: readonly string[],
    perWebhook: number,
    leaseMs: number,
  ): Promise<ClaimedDelivery[]> {
    const [rows] = await this.uow.manager.query<[ClaimedDelivery[], number]>(CLAIM, [
      busyIds,
      perWebhook,
      leaseMs,
    ]);
    return rows;
  }

  /** Takes this pending one, due or not, whatever the state of its webhook. */
  async claim(id: string, leaseMs: number): Promise<ClaimedDelivery> {
    const [[row]] = await this.uow.manager.query<[[ClaimedDelivery], number]>(CLAIM_ONE, [id, leaseMs]);
    return row;
  }

  /** Notes how the attempt ended; nothing when another one was begun since. */
  async finish(
    { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
    state: DeliveryState,
    dueInMs: number,
    attempt: LoggedAttempt,
  ): Promise<void> {
    await this.uow.manager.query(FINISH, [id, attempts, state, dueInMs, JSON.stringify([attempt])]);
  }

  async findPage(
    webhookId: string,
    state: DeliveryState | undefined,
    page: PageRequest,
  ): Promise<Page<Delivery>> {
    const where = `webhook_id = $1 AND ($2::text IS NULL OR state = $2)`;
    const [count] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM outgoing_webhook_deliveries WHERE ${where}`,
      [webhookId, state ?? null],
    );
    const entities = await this.uow.manager.query<Delivery[]>(
      `SELECT ${COLUMNS} FROM outgoing_webhook_deliveries WHERE ${where}
        ORDER BY created_at DESC, id LIMIT $3 OFFSET $4`,
      [webhookId, state ?? null, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: count.total };
  }

  async find(webhookId: string, id: string): Promise<(Delivery & { body: string }) | undefined> {
    const [row] = await this.uow.manager.query<(Delivery & { body: string })[]>(
      `SELECT ${COLUMNS}, body FROM outgoing_webhook_deliveries WHERE webhook_id = $1 AND id = $2`,
      [webhookId, id],
    );
    return row;
  }

  /** Makes the delivery due now, once more for `triedForMs`, whatever became of it. */
  async restart(id: string, triedForMs: number): Promise<void> {
    await this.uow.manager.query(
      `UPDATE outgoing_webhook_deliveries
          SET state = 'pending', finished_at = NULL, due_at = now(),
              expires_at = now() + $2 * interval '1 millisecond'
        WHERE id = $1`,
      [id, triedForMs],
    );
  }

  /** Gives up what nobody tried in its time, because its webhook was off. */
  async expire(): Promise<void> {
    await this.uow.manager.query(
      `UPDATE outgoing_webhook_deliveries SET state = 'failed', finished_at = now()
        WHERE state = 'pending' AND expires_at < now() AND due_at < now() AND webhook_id IN (
          SELECT id FROM outgoing_webhooks WHERE state <> 'active')`,
    );
  }

  /** Deletes up to `limit` that are past the time they are kept; answers how many. */
  async deleteOld(limit: number): Promise<number> {
    const [, deleted] = await this.uow.manager.query<[unknown, number]>(
      `DELETE FROM outgoing_webhook_deliveries WHERE id IN (
         SELECT id FROM outgoing_webhook_deliveries
          WHERE state <> 'pending' AND created_at < now() - ${KEPT} LIMIT $1)`,
      [limit],
    );
    return deleted;
  }
}

function claimed(delivery: string, webhook: string): string {
  return `${delivery}.id, ${delivery}.webhook_id AS "webhookId", ${delivery}.type, ${delivery}.body,
    ${delivery}.expires_at AS "expiresAt", ${delivery}.attempts, ${webhook}.url, ${webhook}.name AS "webhookName",
    ${webhook}.secret,
    CASE WHEN ${webhook}.previous_secret_until > now() THEN ${webhook}.previous_secret END AS "previousSecret"`;
}
