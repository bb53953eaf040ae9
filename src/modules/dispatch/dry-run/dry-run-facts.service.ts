import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../platform/errors/api-error.js';
import { EVERYWHERE } from '../../access/index.js';
import {
  type CampaignCallableTimes,
  CampaignConstraints,
  type DigitalRule,
  type DispatchCampaign,
  templatesOf,
} from '../../campaigns/index.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { DncAppends } from '../../dnc-lists/index.js';
import { type CampaignTemplate, TemplatesService } from '../../templates/index.js';
import { WhatsAppService } from '../../whatsapp/index.js';

/** What, besides the contacts, decides on who is messaged. */
export interface DryRunFacts {
  template: CampaignTemplate;
  /** Templates of rules by id; a text says why one can't be sent. */
  ruledTemplates: ReadonlyMap<string, CampaignTemplate | string>;
  /** PreContact rules, in the order in which they are applied. */
  rules: DigitalRule[];
  addressTypes: Readonly<Record<string, string>>;
  /** The campaign has DNC lists to which rules may append numbers. */
  takesNumbers: boolean;
  times: CampaignCallableTimes | undefined;
  columnNames: string[];
}

/** Finds what a dry run needs to know besides contacts. */
@Injectable()
export class DryRunFactsFinder {
  constructor(
    private readonly constraints: CampaignConstraints,
    private readonly contactLists: ContactListsService,
    private readonly templates: TemplatesService,
    private readonly whatsApp: WhatsAppService,
    private readonly dnc: DncAppends,
  ) {}

  /** Undefined when the campaign has no template that could be sent. */
  async find(campaign: DispatchCampaign): Promise<DryRunFacts | undefined> {
    const [[template], [list], digital, times, takesNumbers] = await Promise.all([
      this.templates.find(EVERYWHERE, [campaign.contentTemplateId]),
      this.contactLists.find(EVERYWHERE, [campaign.contactListId]),
      this.constraints.digitalRulesOf(campaign),
      this.constraints.callableTimesOf(campaign),
      this.dnc.takesNumbers(campaign.dncListIds),
    ]);
    if (!template) return undefined;
    const rules = digital.rules.filter(({ category }) => category === 'PreContact');
    return {
      template,
      ruledTemplates: await this.findRuledTemplates(campaign.integrationId, templatesOf(rules)),
      rules,
      addressTypes: digital.addressTypes,
      takesNumbers,
      times,
      columnNames: list?.columnNames ?? [],
    };
  }

  private async findRuledTemplates(
    integrationId: string,
    ids: string[],
  ): Promise<Map<string, CampaignTemplate | string>> {
    const templates = await this.templates.find(EVERYWHERE, ids);
    const judged = templates.map(async (template): Promise<[string, CampaignTemplate | string]> => {
      const status = await this.statusOf(integrationId, template);
      const isUsable = status === undefined || status === 'APPROVED';
      return [template.id, isUsable ? template : `WhatsApp has the template of a rule as ${status}`];
    });
    return new Map(await Promise.all(judged));
  }

  // While WhatsApp can't be asked, nothing is held against a template.
  private async statusOf(
    integrationId: string,
    { metaName, language }: CampaignTemplate,
  ): Promise<string | undefined> {
    try {
      const found = await this.whatsApp.findMetaTemplate(integrationId, metaName, language);
      return found?.status ?? 'unknown';
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }
}
