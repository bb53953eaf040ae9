import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { type DivisionScope, isInScope } from '../access/index.js';
import type { ContactSort } from '../contact-lists/index.js';
import { EventLog } from '../event-log/index.js';
import type { Campaign, CampaignOutline, CampaignProblem } from './campaign-definition.js';
import { CampaignMoves } from './campaign-moves.service.js';
import type { CampaignStatus } from './campaign-status.js';
import { campaignNotFound } from './campaign.errors.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** What the engine needs to know of a campaign. */
export interface DispatchCampaign {
  id: string;
  name: string;
  divisionId: string;
  status: CampaignStatus;
  contactListId: string;
  /** Only contacts that match are messaged; null for all of the list. */
  contactListFilterId: string | null;
  messagesPerMinute: number;
  whatsAppColumns: string[];
  integrationId: string;
  contentTemplateId: string;
  dncListIds: string[];
  contactSorts: ContactSort[];
  alwaysRunning: boolean;
  callableTimeSetId: string | null;
  ruleSetIds: string[];
  dynamicSort: boolean;
  dynamicFilter: boolean;
}

/**
 * Campaigns for the floors above: which of them run, and how a run ended. A move that no longer fits the status, for
 * example because somebody stopped the campaign meanwhile, changes nothing and answers false.
 */
@Injectable()
export class CampaignLifecycle {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly moves: CampaignMoves,
    private readonly eventLog: EventLog,
  ) {}

  async find(ids: readonly string[]): Promise<DispatchCampaign[]> {
    return (await this.campaigns.find(ids)).map(toDispatchCampaign);
  }

  /** The same with no more than what names them and tells their pace, for those who ask often. */
  findOutlines(ids: readonly string[]): Promise<CampaignOutline[]> {
    return this.campaigns.findOutlines(ids);
  }

  /** The outline of one campaign within the scope. Throws 404. */
  async getOutline(scope: DivisionScope, id: string): Promise<CampaignOutline> {
    const [campaign] = isUUID(id, 'loose') ? await this.campaigns.findOutlines([id]) : [];
    if (!campaign || !isInScope(scope, campaign.divisionId)) throw campaignNotFound(id);
    return campaign;
  }

  /** All campaigns that are on or stopping. */
  async findRunning(): Promise<DispatchCampaign[]> {
    return (await this.campaigns.findRunning()).map(toDispatchCampaign);
  }

  /** One campaign within the scope. Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<DispatchCampaign> {
    const campaign = await this.campaigns.findOne(scope, id);
    if (!campaign) throw campaignNotFound(id);
    return toDispatchCampaign(campaign);
  }

  /** stopping to off: the last message under way is settled. */
  markStopped(id: string): Promise<boolean> {
    return this.moves.move({ id, from: 'stopping', to: 'off' });
  }

  /** on to complete: every contact is done. */
  markComplete(id: string): Promise<boolean> {
    return this.moves.move({ id, from: 'on', to: 'complete' });
  }

  /**
   * on to invalid: it can't go on as it is defined; the errors are shown on the campaign and in the event log. It goes
   * on by itself when the cause is gone, or at the latest when it is tried again, unless somebody stops it.
   */
  markInvalid(id: string, errors: CampaignProblem[]): Promise<boolean> {
    return this.uow.run(async () => {
      if (!(await this.moves.move({ id, from: 'on', to: 'invalid', errors }))) return false;
      const [campaign] = await this.campaigns.find([id]);
      await this.eventLog.record({
        code: 'CAMPAIGN_INVALIDATED',
        message: 'The campaign "{campaign}" can not go on: {reasons} It goes on by itself once it can.',
        params: {
          campaign: campaign?.name ?? id,
          reasons: errors.map(({ error, details }) => details || error).join(' '),
        },
        entity: { kind: 'messagingCampaign', id, name: campaign?.name },
      });
      return true;
    });
  }
}

/** What of a campaign the engine needs. */
export function toDispatchCampaign(campaign: Campaign): DispatchCampaign {
  const {
    errors: _errors,
    version: _version,
    createdAt: _createdAt,
    modifiedAt: _modifiedAt,
    contactListFilterIds: [contactListFilterId = null],
    ...rest
  } = campaign;
  return { ...rest, contactListFilterId };
}
