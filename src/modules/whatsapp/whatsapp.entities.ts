import { WhatsAppIntegration } from './integrations/integration.entity.js';
import { MetaTemplateRow } from './meta-templates/meta-template.entity.js';

export const whatsappEntities = [MetaTemplateRow, WhatsAppIntegration];
