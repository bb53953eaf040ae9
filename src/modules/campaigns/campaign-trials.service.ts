import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { isObject, validate } from 'class-validator';
import { ApiError } from '../../platform/errors/api-error.js';
import { validationError } from '../../platform/http/validation-error.js';
import { AuditTrail, type Caller, DivisionsService } from '../access/index.js';
import type { CampaignDefinition, CampaignProblem } from './campaign-definition.js';
import { CampaignDto, toDefinition } from './campaign.dto.js';
import { campaignNotFound, campaignRefused } from './campaign.errors.js';
import { type DispatchCampaign, toDispatchCampaign } from './campaign-lifecycle.service.js';
import { ALL_LISTS, CampaignValidator, listScopesOf } from './campaign-validator.service.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** A campaign to be looked at before it starts, saved or not, and why it could not be started as it is. */
export interface CampaignTrial {
  campaign: DispatchCampaign;
  problems: CampaignProblem[];
}

const UNSAVED_ID = '00000000-0000-0000-0000-000000000000';
// The name of a campaign says nothing of whom it messages, and a draft of a saved one has that one's name.
const JUDGED: (keyof CampaignDefinition)[] = [
  'contactListId',
  'contactListFilterIds',
  'messagesPerMinute',
  'whatsAppColumns',
  'integrationId',
  'contentTemplateId',
  'dncListIds',
  'contactSorts',
  'callableTimeSetId',
  'ruleSetIds',
];

/** Campaigns for modules above that show what a start would do. */
@Injectable()
export class CampaignTrials {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly validator: CampaignValidator,
    private readonly divisions: DivisionsService,
    private readonly audit: AuditTrail,
  ) {}

  /** A saved campaign that the caller may see. Throws 404. */
  async ofSaved(caller: Caller, id: string): Promise<CampaignTrial> {
    const campaign = await this.campaigns.findOne(caller.scope('outbound:whatsAppCampaign:view'), id);
    if (!campaign) throw campaignNotFound(id);
    const context = { scopes: ALL_LISTS, stored: campaign };
    const reasons = await this.validator.explain(campaign, context).catch((error: unknown) => {
      if (error instanceof ApiError) return [error];
      throw error;
    });
    const problems = reasons.map(({ code, message }) => ({ error: code, details: message }));
    return { campaign: toDispatchCampaign(campaign), problems };
  }

  /**
   * The campaign that a body for its creation describes. Throws 400 with all reasons for which it could not be
   * created, except those about its name, and 403 for the division.
   */
  async ofDraft(caller: Caller, body: unknown): Promise<CampaignTrial> {
    this.audit.leaveOut();
    const dto = plainToInstance(CampaignDto, isObject(body) ? body : {});
    const misshapen = await validate(dto, { whitelist: true, stopAtFirstError: true });
    if (misshapen.length > 0) throw validationError(misshapen);
    const division = await this.divisions.resolve(caller, 'outbound:whatsAppCampaign:add', dto.division?.id);
    const definition = toDefinition(dto, division.id);
    const context = { scopes: listScopesOf(caller), parts: JUDGED };
    const reasons = await this.validator.explain(definition, context);
    if (reasons.length > 0) throw campaignRefused(reasons);
    const { contactListFilterIds, ...rest } = definition;
    const [contactListFilterId = null] = contactListFilterIds;
    return { campaign: { ...rest, contactListFilterId, id: UNSAVED_ID, status: 'off' }, problems: [] };
  }
}
