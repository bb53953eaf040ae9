import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { type ClaimedDelivery, DeliveriesRepository } from './deliveries.repository.js';
import { Deliverer, DELIVERY_LEASE_MS } from './deliverer.service.js';

/** Attempts of one webhook at the same time, in one process. */
const PER_WEBHOOK = 8;

/** Sends what is due. An attempt that lasts keeps nothing else waiting. */
@Injectable()
export class DeliverySender extends RepeatingWork {
  protected readonly everyMs = 250;
  private readonly underway = new Map<string, Set<Promise<void>>>();

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly deliverer: Deliverer,
  ) {
    super();
  }

  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    await Promise.all([...this.underway.values()].flatMap((attempts) => [...attempts]));
  }

  protected async work(): Promise<boolean> {
    const claimed = await this.deliveries.claimDue([...this.underway.keys()], PER_WEBHOOK, DELIVERY_LEASE_MS);
    for (const delivery of claimed) this.begin(delivery);
    return claimed.length > 0;
  }

  private begin(delivery: ClaimedDelivery): void {
    const { id: deliveryId, webhookId } = delivery;
    const attempts = this.underway.get(webhookId) ?? new Set();
    this.underway.set(webhookId, attempts);
    const attempt = this.deliverer
      .attempt(delivery)
      .catch((error: unknown) => {
        this.logger.warn({ err: error, deliveryId, webhookId }, 'a webhook was not sent; trying again later');
      })
      .finally(() => {
        attempts.delete(attempt);
        if (attempts.size === 0) this.underway.delete(webhookId);
      });
    attempts.add(attempt);
  }
}
