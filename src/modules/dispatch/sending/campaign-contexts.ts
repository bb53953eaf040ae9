import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { EVERYWHERE } from '../../access/index.js';
import { CampaignLifecycle, type DispatchCampaign } from '../../campaigns/index.js';
import { type CampaignTemplate, TemplatesService } from '../../templates/index.js';
import { type CampaignIntegration, type MetaTemplate, WhatsAppService } from '../../whatsapp/index.js';

/** Everything besides the contact that sending a message of a campaign needs. */
export interface CampaignContext {
  campaign: DispatchCampaign;
  integration: CampaignIntegration;
  template: CampaignTemplate;
  metaTemplate: MetaTemplate;
}

export type ContextResult = { ok: true; context: CampaignContext } | { ok: false; reasons: Reason[] };

// A change of the campaign or its template acts within this time; DNC lists and the status act at once.
const FRESH_MS = 1_000;
const META_TEMPLATE_MAX_AGE_MS = 10 * 60_000;

interface Cached {
  until: number;
  result: Promise<ContextResult | undefined>;
}

/** Loads what a campaign sends and through which number, and remembers it for a second. */
@Injectable()
export class CampaignContexts {
  private readonly cache = new Map<string, Cached>();

  constructor(
    private readonly campaigns: CampaignLifecycle,
    private readonly templates: TemplatesService,
    private readonly whatsApp: WhatsAppService,
  ) {}

  /** Undefined when the campaign is gone; reasons when its integration or template can't be used any more. */
  async get(campaignId: string): Promise<ContextResult | undefined> {
    const now = performance.now();
    const cached = this.cache.get(campaignId);
    if (cached && cached.until > now) return cached.result;
    const result = this.load(campaignId);
    this.cache.set(campaignId, { until: now + FRESH_MS, result });
    result.catch(() => this.cache.delete(campaignId));
    this.dropStale(now);
    return result;
  }

  /** The context with another template; reasons when that can't be used. */
  async withTemplate(context: CampaignContext, templateId: string): Promise<ContextResult> {
    const [template] = await this.templates.find(EVERYWHERE, [templateId]);
    if (!template) return broken('template.not.found', 'The WhatsApp campaign template is gone.');
    const metaTemplate = await this.findMetaTemplate(context.integration, template);
    if (metaTemplate?.status !== 'APPROVED') return notApproved(metaTemplate);
    return { ok: true, context: { ...context, template, metaTemplate } };
  }

  /** The campaign changed: the next look at it is a fresh one. */
  forget(campaignId: string): void {
    this.cache.delete(campaignId);
  }

  private async load(campaignId: string): Promise<ContextResult | undefined> {
    const [campaign] = await this.campaigns.find([campaignId]);
    if (!campaign) return undefined;
    const [[integration], [template]] = await Promise.all([
      this.whatsApp.findIntegrations([campaign.integrationId]),
      this.templates.find(EVERYWHERE, [campaign.contentTemplateId]),
    ]);
    if (!integration?.active) return this.explainIntegration(campaign.integrationId);
    if (!template) return broken('template.not.found', 'The WhatsApp campaign template is gone.');
    const metaTemplate = await this.findMetaTemplate(integration, template);
    if (metaTemplate?.status !== 'APPROVED') return notApproved(metaTemplate);
    return { ok: true, context: { campaign, integration, template, metaTemplate } };
  }

  private async explainIntegration(id: string): Promise<ContextResult> {
    const reasons = (await this.whatsApp.explainUnusable([id])).get(id);
    // It may be back since it was read.
    return reasons
      ? { ok: false, reasons }
      : broken('integration.not.active', 'The WhatsApp integration is not active.');
  }

  private findMetaTemplate(
    { id }: CampaignIntegration,
    { metaName, language }: CampaignTemplate,
  ): Promise<MetaTemplate | undefined> {
    return this.whatsApp.findMetaTemplate(id, metaName, language, { maxAgeMs: META_TEMPLATE_MAX_AGE_MS });
  }

  private dropStale(now: number): void {
    for (const [id, cached] of this.cache) if (cached.until < now) this.cache.delete(id);
  }
}

function notApproved(metaTemplate: MetaTemplate | undefined): ContextResult {
  const { status = 'unknown', statusReason = '' } = metaTemplate ?? {};
  return broken('template.not.approved', `WhatsApp has the template as ${status}. ${statusReason}`.trim());
}

function broken(code: string, message: string): ContextResult {
  return { ok: false, reasons: [{ code, message }] };
}
