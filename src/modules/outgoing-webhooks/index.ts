export { OutgoingWebhooksModule } from './outgoing-webhooks.module.js';
export { OutgoingWebhooksWorkerModule } from './outgoing-webhooks.worker.module.js';
