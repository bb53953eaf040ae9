import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { EventLog } from '../../event-log/index.js';
import { WebhookHealth } from '../webhooks/webhook-health.repository.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import { type ClaimedDelivery, DeliveriesRepository } from './deliveries.repository.js';
import { signatureHeaders } from './delivery-signature.js';
import { GIVEN_UP_AFTER_MS, retryDelayMs } from './retry-plan.js';
import { type Attempt, failedAttempt, WebhookClient } from './webhook-client.js';

/** Longer than an attempt can last. */
export const DELIVERY_LEASE_MS = 60_000;

/** Tries deliveries and draws the consequences. */
@Injectable()
export class Deliverer {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly deliveries: DeliveriesRepository,
    private readonly health: WebhookHealth,
    private readonly secrets: WebhookSecrets,
    private readonly client: WebhookClient,
    private readonly events: EventLog,
    private readonly logger: Logger,
  ) {}

  /** One attempt of a delivery that was claimed. A failure is written down, not thrown. */
  async attempt(delivery: ClaimedDelivery): Promise<void> {
    const startedAt = new Date();
    const attempt = await this.send(delivery, startedAt);
    const ms = Date.now() - startedAt.getTime();
    const { status, error } = attempt;
    await this.uow.run(async () => {
      const { state, dueInMs } = explainNext(delivery, attempt);
      const logged = { at: startedAt.toISOString(), ms, status, error };
      await this.deliveries.finish(delivery, state, dueInMs, logged);
      if (delivery.type !== 'webhook.test') await this.judge(delivery, attempt);
    });
    if (!attempt.ok) {
      const { id: deliveryId, webhookId, attempts } = delivery;
      this.logger.info(
        { deliveryId, webhookId, attempts, reason: error },
        'a webhook could not be delivered',
      );
    }
  }

  private async send(delivery: ClaimedDelivery, now: Date): Promise<Attempt> {
    const { id, webhookId, url, body } = delivery;
    const secrets = this.secrets.open(webhookId, delivery);
    if (secrets.length === 0)
      return failedAttempt('its secret opens with none of the encryption keys; make a new one');
    const timestamp = Math.floor(now.getTime() / 1_000);
    return this.client.post(url, body, signatureHeaders({ id, timestamp, body }, secrets));
  }

  private async judge(delivery: ClaimedDelivery, attempt: Attempt): Promise<void> {
    const { webhookId, webhookName } = delivery;
    if (attempt.ok) return this.health.succeeded(webhookId);
    const reason = attempt.isGone
      ? 'The receiver answered 410: it wants nothing any more.'
      : `Nothing could be delivered for ${GIVEN_UP_AFTER_MS / 86_400_000} days; at last: ${attempt.error}.`;
    const isDisabled = await this.health.failed(webhookId, {
      disableAfterMs: attempt.isGone ? 0 : GIVEN_UP_AFTER_MS,
      reason,
    });
    if (!isDisabled) return;
    await this.events.record({
      code: 'OUTGOING_WEBHOOK_DISABLED',
      message: 'The outgoing webhook "{name}" was switched off. {reason}',
      params: { name: webhookName, reason },
      entity: { kind: 'outgoingWebhook', id: webhookId, name: webhookName },
    });
  }
}

function explainNext(
  { attempts, expiresAt }: ClaimedDelivery,
  { ok, retryAfterMs }: Attempt,
): { state: 'pending' | 'delivered' | 'failed'; dueInMs: number } {
  if (ok) return { state: 'delivered', dueInMs: 0 };
  const dueInMs = retryDelayMs(attempts, Math.random(), retryAfterMs);
  return Date.now() + dueInMs > expiresAt.getTime()
    ? { state: 'failed', dueInMs: 0 }
    : { state: 'pending', dueInMs };
}
