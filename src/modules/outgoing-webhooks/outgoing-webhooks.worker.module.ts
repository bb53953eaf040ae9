import { Module } from '@nestjs/common';
import { DeliverySender } from './deliveries/delivery-sender.js';
import { DeliveryUpkeep } from './deliveries/delivery-upkeep.js';
import { OutgoingWebhooksModule } from './outgoing-webhooks.module.js';

/** What only workers do: sending. */
@Module({
  imports: [OutgoingWebhooksModule],
  providers: [DeliverySender, DeliveryUpkeep],
})
export class OutgoingWebhooksWorkerModule {}
