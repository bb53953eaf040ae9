export { LONGEST_CALL_MS, PROVIDER_CONNECTIONS } from './cloud-api/http-exchange.js';
export { type ProviderError, toldProviderError } from './cloud-api/provider-error.js';
export {
  type DeliveryDetail,
  explainProviderError,
  type ProviderErrorAction,
  type ProviderErrorClass,
  type ProviderErrorMeaning,
  type ProviderErrorScope,
} from './cloud-api/provider-errors.js';
export { type SendOutcome } from './cloud-api/send-outcome.js';
export { type TemplateSend } from './cloud-api/template-message.js';
export { type MetaTemplate } from './meta-templates/meta-template.js';
export { parseWebhook } from './webhooks/parse-webhook.js';
export { PlatformEvents } from './webhooks/platform-events.js';
export type {
  InboundItem,
  NumberChangeItem,
  NumberErrorItem,
  PreferenceItem,
  StatusItem,
  WebhookItem,
} from './webhooks/webhook-items.js';
export { IntegrationStateChanged, TemplateStateChanged } from './whatsapp.events.js';
export { WhatsAppModule } from './whatsapp.module.js';
export { type CampaignIntegration, WhatsAppService } from './whatsapp.service.js';
export { WhatsAppWorkerModule } from './whatsapp.worker.module.js';
