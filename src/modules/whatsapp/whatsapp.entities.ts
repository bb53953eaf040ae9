import { WhatsAppIntegration } from './integrations/integration.entity.js';
import { MetaTemplateRow } from './meta-templates/meta-template.entity.js';
import { MessagingSetting } from './profiles/messaging-setting.entity.js';
import { SupportedContent } from './profiles/supported-content.entity.js';

export const whatsappEntities = [MessagingSetting, MetaTemplateRow, SupportedContent, WhatsAppIntegration];
