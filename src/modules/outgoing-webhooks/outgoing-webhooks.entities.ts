import { OutgoingWebhook } from './webhooks/webhook.entity.js';

export const outgoingWebhooksEntities = [OutgoingWebhook];
