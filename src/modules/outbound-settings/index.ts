export { OutboundSettingsModule } from './outbound-settings.module.js';
export { type OutboundSettings, OutboundSettingsService } from './outbound-settings.service.js';
