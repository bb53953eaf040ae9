import { Module } from '@nestjs/common';
import { DispatchModule } from '../dispatch/index.js';
import { ReportingModule } from '../reporting/index.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { Deliverer } from './deliveries/deliverer.service.js';
import { MessageEvents } from './deliveries/message-events.outlet.js';
import { WebhookClient } from './deliveries/webhook-client.js';
import { OutgoingWebhooksRegistration } from './outgoing-webhooks.registration.js';
import { WebhookHealth } from './webhooks/webhook-health.repository.js';
import { WebhookSecrets } from './webhooks/webhook-secrets.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksService } from './webhooks/webhooks.service.js';

/** Tells programs of others what becomes of messages: signed, until they have taken it. */
@Module({
  imports: [DispatchModule, ReportingModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    DeliveriesRepository,
    DeliveriesService,
    Deliverer,
    MessageEvents,
    OutgoingWebhooksRegistration,
    WebhookClient,
    WebhookHealth,
    WebhookSecrets,
    WebhooksService,
  ],
  exports: [DeliveriesRepository, Deliverer],
})
export class OutgoingWebhooksModule {}
