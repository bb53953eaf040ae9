import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type DivisionScope } from '../../access/index.js';
import { WEBHOOKS_PATH } from '../webhooks/webhook.dto.js';
import { WebhooksService } from '../webhooks/webhooks.service.js';
import { type Delivery, DeliveriesRepository, type DeliveryState } from './deliveries.repository.js';
import { Deliverer, DELIVERY_LEASE_MS } from './deliverer.service.js';
import { type DeliveryDetailView, type DeliveryView, toDeliveryView } from './delivery.dto.js';
import { toBody } from './message-events.outlet.js';
import { TRIED_FOR_MS } from './retry-plan.js';

/** What was sent to a webhook and how it went; tests, and sending again. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: DeliveriesRepository,
    private readonly deliverer: Deliverer,
    private readonly audit: AuditTrail,
    private readonly uow: UnitOfWork,
  ) {}

  /** Throws 404 for the webhook. */
  async list(
    scope: DivisionScope,
    webhookId: string,
    state: DeliveryState | undefined,
    page: PageRequest,
  ): Promise<Page<DeliveryView>> {
    const webhook = await this.webhooks.get(scope, webhookId);
    const found = await this.deliveries.findPage(webhook.id, state, page);
    return mapPage(found, (delivery) => toDeliveryView(delivery, pathOf(webhook.id)));
  }

  /** Throws 404 for either. */
  async get(scope: DivisionScope, webhookId: string, id: string): Promise<DeliveryDetailView> {
    const webhook = await this.webhooks.get(scope, webhookId);
    const { body, ...delivery } = await this.require(webhook.id, id);
    return { ...toDeliveryView(delivery, pathOf(webhook.id)), body: JSON.parse(body) as unknown };
  }

  /** Sends a delivery without events, once and now, whatever the state of the webhook, and answers how it went. */
  async test(scope: DivisionScope, webhookId: string): Promise<DeliveryView> {
    const webhook = await this.webhooks.get(scope, webhookId);
    // Claimed with the same commit, or a worker would send it as well.
    const claimed = await this.uow.run(async () => {
      const body = toBody('webhook.test', new Date(), { webhook: { id: webhook.id, name: webhook.name } });
      const test = { webhookId: webhook.id, type: 'webhook.test', events: 0, body, triedForMs: 0 } as const;
      await this.audited('Test', webhook);
      const [id] = await this.deliveries.insert([test]);
      return this.deliveries.claim(id!, DELIVERY_LEASE_MS);
    });
    await this.deliverer.attempt(claimed);
    return toDeliveryView(await this.require(webhook.id, claimed.id), pathOf(webhook.id));
  }

  /** Sends it once more, and again until it is taken, as if it were new. Throws 404 for either. */
  async redeliver(scope: DivisionScope, webhookId: string, id: string): Promise<DeliveryView> {
    const webhook = await this.webhooks.get(scope, webhookId);
    const delivery = await this.require(webhook.id, id);
    await this.uow.run(async () => {
      await this.deliveries.restart(delivery.id, delivery.type === 'webhook.test' ? 0 : TRIED_FOR_MS);
      await this.audited('Redeliver', webhook);
    });
    return toDeliveryView(await this.require(webhook.id, id), pathOf(webhook.id));
  }

  private async require(webhookId: string, id: string): Promise<Delivery & { body: string }> {
    const found = await this.deliveries.find(webhookId, id);
    if (found) return found;
    throw new ApiError(
      'not-found',
      'webhook.delivery.not.found',
      'There is no delivery {id}; old ones are deleted.',
      { params: { id } },
    );
  }

  private async audited(action: string, { id, name }: { id: string; name: string }): Promise<void> {
    await this.audit.record({ action, entity: 'outbound:webhook', id, name });
  }
}

function pathOf(webhookId: string): string {
  return `${WEBHOOKS_PATH}/${webhookId}/deliveries`;
}
