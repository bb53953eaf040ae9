import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../../kernel/page.js';
import { type Listing, toListing } from '../../platform/http/listing.js';
import { DivisionsService, EVERYWHERE } from '../access/index.js';
import { ContactFilters, ContactListsService } from '../contact-lists/index.js';
import { DncListsService } from '../dnc-lists/index.js';
import { TemplatesService } from '../templates/index.js';
import { WhatsAppService } from '../whatsapp/index.js';
import type { Campaign } from './campaign-definition.js';
import { CampaignExtrasFinder } from './campaign-extras.service.js';
import {
  CAMPAIGN_VIEWS_PATH,
  type CampaignDivisionView,
  type CampaignNames,
  CAMPAIGNS_PATH,
  type CampaignView,
  toCampaignView,
  toDivisionView,
} from './campaign.view.js';

/** Campaigns in their wire form, with the names of what they refer to. */
@Injectable()
export class CampaignPresenter {
  constructor(
    private readonly divisions: DivisionsService,
    private readonly contactLists: ContactListsService,
    private readonly contactFilters: ContactFilters,
    private readonly dncLists: DncListsService,
    private readonly whatsApp: WhatsAppService,
    private readonly templates: TemplatesService,
    private readonly extras: CampaignExtrasFinder,
  ) {}

  async one(campaign: Campaign): Promise<CampaignView> {
    return toCampaignView(campaign, await this.names([campaign]));
  }

  async listing(page: Page<Campaign>): Promise<Listing<CampaignView>> {
    const names = await this.names(page.entities);
    return toListing(
      mapPage(page, (campaign) => toCampaignView(campaign, names)),
      CAMPAIGNS_PATH,
    );
  }

  async oneView(campaign: Campaign): Promise<CampaignDivisionView> {
    return toDivisionView(campaign, { divisions: await this.divisions.refs([campaign.divisionId]) });
  }

  async viewListing(page: Page<Campaign>): Promise<Listing<CampaignDivisionView>> {
    const divisions = await this.divisions.refs(page.entities.map((campaign) => campaign.divisionId));
    return toListing(
      mapPage(page, (campaign) => toDivisionView(campaign, { divisions })),
      CAMPAIGN_VIEWS_PATH,
    );
  }

  // Whoever sees a campaign sees the names of its parts, whichever division they are in.
  private async names(campaigns: Campaign[]): Promise<CampaignNames> {
    const ids = (pick: (campaign: Campaign) => string | string[]) => [...new Set(campaigns.flatMap(pick))];
    const [divisions, contactLists, contactListFilters, dncLists, integrations, templates, extraNames] =
      await Promise.all([
        this.divisions.refs(ids((campaign) => campaign.divisionId)),
        this.contactLists.find(
          EVERYWHERE,
          ids((campaign) => campaign.contactListId),
        ),
        this.contactFilters.find(
          EVERYWHERE,
          ids((campaign) => campaign.contactListFilterIds),
        ),
        this.dncLists.find(
          EVERYWHERE,
          ids((campaign) => campaign.dncListIds),
        ),
        this.whatsApp.findIntegrations(ids((campaign) => campaign.integrationId)),
        this.templates.find(
          EVERYWHERE,
          ids((campaign) => campaign.contentTemplateId),
        ),
        this.extras.names(campaigns),
      ]);
    return {
      divisions,
      contactLists: namesById(contactLists),
      contactListFilters: namesById(contactListFilters),
      dncLists: namesById(dncLists),
      integrations: namesById(integrations),
      templates: namesById(templates),
      ...extraNames,
    };
  }
}

function namesById(entities: { id: string; name: string }[]): Map<string, string> {
  return new Map(entities.map(({ id, name }) => [id, name]));
}
