import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller, EVERYWHERE, isInScope, NamedObjects } from '../../access/index.js';
import { TemplatesService } from '../../templates/index.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { type CampaignRuleDefinition, mentionedCampaigns } from './campaign-rule.js';
import type { CampaignRuleDto } from './campaign-rule.dto.js';
import { CampaignRule } from './campaign-rule.entity.js';
import { type CampaignRuleView, toCampaignRuleView } from './campaign-rule.view.js';
import { readCampaignRule } from './read-campaign-rule.js';

const MAX_RULES = 1_000;

/** Campaign rules of the organisation (Genesys Cloud API, campaign rules). */
@Injectable()
export class CampaignRulesService {
  private readonly rules: NamedObjects<CampaignRule>;

  constructor(
    private readonly uow: UnitOfWork,
    audit: AuditTrail,
    private readonly campaigns: CampaignsRepository,
    private readonly templates: TemplatesService,
  ) {
    this.rules = new NamedObjects(
      {
        entity: CampaignRule,
        table: 'campaign_rules',
        noun: 'campaign rule',
        notFoundCode: 'campaign.rule.not.found',
        auditedAs: 'outbound:campaignRule',
        max: MAX_RULES,
      },
      uow,
      audit,
    );
  }

  async list(filter: NamedFilter, page: PageRequest): Promise<Page<CampaignRuleView>> {
    const found = await this.rules.list(filter, page);
    const names = await this.campaignNames(found.entities);
    return mapPage(found, (rule) => toCampaignRuleView(rule, names));
  }

  /** Throws 404. */
  async get(id: string): Promise<CampaignRuleView> {
    return this.view(await this.rules.get(id));
  }

  /** Throws 400 with everything that is wrong with the rule; it can not be enabled from the start. */
  async create(caller: Caller, dto: CampaignRuleDto): Promise<CampaignRuleView> {
    const { content, reasons } = await this.read(caller, dto);
    if (dto.enabled) reasons.unshift(enabledFromStart());
    return this.view(await this.rules.create({ ...content, enabled: false }, reasons));
  }

  /**
   * Replaces a disabled rule, or only disables an enabled one. Throws 404, 409 for a version that is not the newest,
   * 400 `cannot.modify.enabled.campaign.rule`, 400 with everything that is wrong with the rule.
   */
  async update(caller: Caller, id: string, dto: CampaignRuleDto): Promise<CampaignRuleView> {
    const stored = await this.rules.get(id);
    if (stored.enabled && dto.enabled !== false) throw isEnabled(stored, 'modify', 'change');
    const { content, reasons } = await this.read(caller, dto, stored);
    const enabled = dto.enabled ?? stored.enabled;
    return this.uow.run(async () => {
      const updated = await this.rules.update(stored, dto.version, { ...content, enabled }, reasons);
      if (enabled && !stored.enabled) await this.forget(id);
      return this.view(updated);
    });
  }

  /** Throws 404, 400 `cannot.delete.enabled.campaign.rule`. */
  async delete(id: string): Promise<void> {
    const stored = await this.rules.get(id);
    if (stored.enabled) throw isEnabled(stored, 'delete', 'delete');
    await this.rules.delete(stored);
  }

  // What a rule saw before it was changed is of no use to it.
  private async forget(ruleId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM campaign_rule_states WHERE rule_id = $1`, [ruleId]);
  }

  private async read(
    caller: Caller,
    dto: CampaignRuleDto,
    stored?: CampaignRule,
  ): Promise<{ content: { name: string; definition: CampaignRuleDefinition }; reasons: Reason[] }> {
    const { rule, reasons } = readCampaignRule(dto);
    reasons.push(
      ...(await this.explainCampaigns(caller, rule, stored)),
      ...(await this.explainTemplates(rule)),
    );
    return { content: { name: (dto.name ?? '').trim(), definition: rule }, reasons };
  }

  // A rule starts and stops campaigns for its author, who must see them; what it has already may stay.
  private async explainCampaigns(
    caller: Caller,
    rule: CampaignRuleDefinition,
    stored: CampaignRule | undefined,
  ): Promise<Reason[]> {
    const known = new Set(stored ? mentionedCampaigns(stored.definition) : []);
    const added = mentionedCampaigns(rule).filter((id) => !known.has(id));
    const scope = caller.scope('outbound:whatsAppCampaign:view');
    const found = (await this.campaigns.find(added)).filter(({ divisionId }) => isInScope(scope, divisionId));
    return added
      .filter((id) => !found.some((campaign) => campaign.id === id))
      .map((entityId) => ({
        code: 'campaign.not.found',
        field: 'campaignRuleEntities',
        entityId,
        message: `There is no WhatsApp campaign with the id ${entityId}, or you may not see it.`,
      }));
  }

  private async explainTemplates({ actions }: CampaignRuleDefinition): Promise<Reason[]> {
    const ids = actions
      .map(({ contentTemplateId }) => contentTemplateId)
      .filter((id) => id !== undefined && id !== '');
    const found = await this.templates.find(EVERYWHERE, ids as string[]);
    return (ids as string[])
      .filter((id) => !found.some((template) => template.id === id))
      .map((entityId) => ({
        code: 'template.not.found',
        field: 'campaignRuleActions',
        entityId,
        message: `There is no WhatsApp template with the id ${entityId}.`,
      }));
  }

  private async view(rule: CampaignRule): Promise<CampaignRuleView> {
    return toCampaignRuleView(rule, await this.campaignNames([rule]));
  }

  private async campaignNames(rules: CampaignRule[]): Promise<Map<string, string>> {
    const ids = [...new Set(rules.flatMap(({ definition }) => mentionedCampaigns(definition)))];
    return new Map((await this.campaigns.find(ids)).map(({ id, name }) => [id, name]));
  }
}

function enabledFromStart(): Reason {
  const message = 'A campaign rule can not be enabled when it is created; create it, then enable it.';
  return { code: 'campaign.rule.cannot.be.created.enabled', field: 'enabled', message };
}

function isEnabled({ id, name }: CampaignRule, what: 'modify' | 'delete', verb: string): ApiError {
  const message = `The campaign rule "{name}" is enabled; disable it before you ${verb} it.`;
  const options = { params: { name }, entityId: id, entityName: name };
  return new ApiError('invalid', `cannot.${what}.enabled.campaign.rule`, message, options);
}
