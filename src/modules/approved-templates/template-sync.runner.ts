import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.js';
import { type ApprovedTemplate, SyncedResponses } from '../templates/index.js';
import { type MetaTemplate, WhatsAppService } from '../whatsapp/index.js';
import { toTemplateContent } from './template-content.js';
import { type SyncReport, TemplateSyncsRepository } from './template-syncs.repository.js';

/** What WhatsApp said so recently is believed; a webhook makes it stale at once. */
const MAX_AGE_MS = 60 * 60_000;

/** Brings the templates of an integration into its library. Running it twice changes nothing. */
@Injectable()
export class TemplateSyncRunner {
  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly responses: SyncedResponses,
    private readonly repository: TemplateSyncsRepository,
    private readonly logger: Logger,
  ) {}

  /** Does the sync that was asked for, if any. What fails is written down for its owner and thrown. */
  async run(integrationId: string): Promise<void> {
    const sync = await this.repository.find(integrationId);
    const [integration] = await this.whatsApp.findIntegrations([integrationId]);
    if (!sync?.isWaiting || !integration) return;
    try {
      const templates = await this.whatsApp.listMetaTemplates(integrationId, sync.reread ? 0 : MAX_AGE_MS);
      const skipped: SyncReport['skipped'] = [];
      const approved = templates.map((template) => toApproved(template, skipped));
      const result = { ...(await this.responses.apply(integration, approved)), skipped };
      await this.repository.finish(sync, { result });
      this.logger.info({ integrationId, ...result, skipped: skipped.length }, 'templates synced');
    } catch (error) {
      await this.repository.finish(sync, { error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
}

function toApproved(template: MetaTemplate, skipped: SyncReport['skipped']): ApprovedTemplate {
  const { name, language, category, status, statusReason } = template;
  const result = toTemplateContent(template);
  if (!result.ok) skipped.push({ name, language, reason: result.reason });
  const why = statusReason ?? (status === 'APPROVED' ? undefined : `WhatsApp has the template as ${status}.`);
  return {
    name,
    language,
    state: {
      category,
      templateStatus: status,
      ...(why === undefined
        ? {}
        : { statusInfo: { code: `template.${status.toLowerCase()}`, message: why } }),
    },
    ...(result.ok ? { content: result.content } : {}),
  };
}
