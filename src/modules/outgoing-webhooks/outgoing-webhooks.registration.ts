import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DivisionedObjects } from '../access/index.js';

/** What the floors below know of webhooks: that they belong to divisions. */
@Injectable()
export class OutgoingWebhooksRegistration implements OnModuleInit {
  constructor(private readonly objects: DivisionedObjects) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'OUTGOINGWEBHOOK',
      label: 'outgoing webhooks',
      editPermission: 'outbound:webhook:edit',
      table: 'outgoing_webhooks',
      stamp: 'version = version + 1, updated_at = now()',
    });
  }
}
