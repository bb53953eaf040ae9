import { Injectable, type OnModuleInit } from '@nestjs/common';
import { addGauge, ProcessMetrics } from '../../platform/metrics/process-metrics.js';
import { DivisionedObjects } from '../access/index.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';

const LAG_SECONDS = {
  name: 'depesche_outgoing_webhook_lag_seconds',
  help: 'Age of the oldest delivery to a webhook that is on and did not take it yet',
};

/** What the floors below know of webhooks: that they belong to divisions, and how far behind they are. */
@Injectable()
export class OutgoingWebhooksRegistration implements OnModuleInit {
  constructor(
    private readonly objects: DivisionedObjects,
    private readonly deliveries: DeliveriesRepository,
    private readonly metrics: ProcessMetrics,
  ) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'OUTGOINGWEBHOOK',
      label: 'outgoing webhooks',
      editPermission: 'outbound:webhook:edit',
      table: 'outgoing_webhooks',
      stamp: 'version = version + 1, updated_at = now()',
    });
    addGauge(this.metrics.installation, LAG_SECONDS, async () => [
      { value: await this.deliveries.lagSeconds() },
    ]);
  }
}
