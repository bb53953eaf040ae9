import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../platform/http/json-dates.js';
import type { DivisionRef } from '../access/index.js';
import type { Campaign } from './campaign-definition.js';
import { CAMPAIGN_STATUSES, type CampaignStatus } from './campaign-status.js';

export const CAMPAIGNS_PATH = '/api/v2/outbound/messagingcampaigns';
export const CAMPAIGN_VIEWS_PATH = `${CAMPAIGNS_PATH}/divisionviews`;

class EntityRefView {
  @ApiProperty()
  id: string;

  @ApiPropertyOptional()
  name?: string;

  @ApiProperty()
  selfUri: string;
}

class ContactSortView {
  @ApiProperty()
  fieldName: string;

  @ApiProperty({ enum: ['ASC', 'DESC'] })
  direction: 'ASC' | 'DESC';

  @ApiProperty()
  numeric: boolean;
}

class WhatsAppConfigView {
  @ApiProperty({ type: [String] })
  whatsAppColumns: string[];

  @ApiProperty({ type: EntityRefView })
  whatsAppIntegration: EntityRefView;

  @ApiProperty({ type: EntityRefView })
  contentTemplate: EntityRefView;
}

class DynamicQueueingView {
  @ApiProperty()
  sort: boolean;

  @ApiProperty()
  filter: boolean;
}

class CampaignProblemView {
  @ApiProperty()
  error: string;

  @ApiPropertyOptional()
  details?: string;
}

/** A campaign on the wire (Genesys Cloud API, MessagingCampaign). */
export class CampaignView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ type: EntityRefView })
  division: EntityRefView;

  @ApiProperty({ enum: CAMPAIGN_STATUSES })
  campaignStatus: CampaignStatus;

  @ApiProperty({ type: EntityRefView })
  contactList: EntityRefView;

  @ApiProperty({ type: [EntityRefView] })
  dncLists: EntityRefView[];

  @ApiProperty({ type: [EntityRefView] })
  contactListFilters: EntityRefView[];

  @ApiProperty({ type: [EntityRefView] })
  ruleSets: EntityRefView[];

  @ApiPropertyOptional({ type: EntityRefView })
  callableTimeSet?: EntityRefView;

  @ApiProperty()
  alwaysRunning: boolean;

  @ApiProperty({ type: [ContactSortView] })
  contactSorts: ContactSortView[];

  @ApiProperty()
  messagesPerMinute: number;

  @ApiProperty({ type: DynamicQueueingView })
  dynamicContactQueueingSettings: DynamicQueueingView;

  @ApiProperty({ type: WhatsAppConfigView })
  whatsAppConfig: WhatsAppConfigView;

  @ApiProperty({ type: [CampaignProblemView] })
  errors: CampaignProblemView[];

  @ApiProperty()
  selfUri: string;
}

/** What may be known of a campaign without seeing its settings (Genesys Cloud API, division views). */
export class CampaignDivisionView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: EntityRefView })
  division: EntityRefView;

  @ApiProperty()
  selfUri: string;
}

/** Names of what campaigns refer to, by id. */
export interface CampaignNames {
  divisions: ReadonlyMap<string, DivisionRef>;
  contactLists: ReadonlyMap<string, string>;
  contactListFilters: ReadonlyMap<string, string>;
  dncLists: ReadonlyMap<string, string>;
  integrations: ReadonlyMap<string, string>;
  templates: ReadonlyMap<string, string>;
  callableTimeSets: ReadonlyMap<string, string>;
  ruleSets: ReadonlyMap<string, string>;
}

export function toCampaignView(campaign: Campaign, names: CampaignNames): CampaignView {
  const { id, contactListId, dncListIds, integrationId, contentTemplateId } = campaign;
  return {
    id,
    name: campaign.name,
    dateCreated: toWireDate(campaign.createdAt),
    dateModified: toWireDate(campaign.modifiedAt),
    version: campaign.version,
    division: divisionOf(campaign, names),
    campaignStatus: campaign.status,
    contactList: ref('/api/v2/outbound/contactlists', contactListId, names.contactLists),
    dncLists: dncListIds.map((listId) => ref('/api/v2/outbound/dnclists', listId, names.dncLists)),
    contactListFilters: campaign.contactListFilterIds.map((filterId) =>
      ref('/api/v2/outbound/contactlistfilters', filterId, names.contactListFilters),
    ),
    ruleSets: campaign.ruleSetIds.map((setId) =>
      ref('/api/v2/outbound/digitalrulesets', setId, names.ruleSets),
    ),
    callableTimeSet: campaign.callableTimeSetId
      ? ref('/api/v2/outbound/callabletimesets', campaign.callableTimeSetId, names.callableTimeSets)
      : undefined,
    alwaysRunning: campaign.alwaysRunning,
    contactSorts: campaign.contactSorts,
    messagesPerMinute: campaign.messagesPerMinute,
    dynamicContactQueueingSettings: { sort: campaign.dynamicSort, filter: campaign.dynamicFilter },
    whatsAppConfig: {
      whatsAppColumns: campaign.whatsAppColumns,
      whatsAppIntegration: ref(
        '/api/v2/conversations/messaging/integrations/whatsapp',
        integrationId,
        names.integrations,
      ),
      contentTemplate: ref('/api/v2/responsemanagement/responses', contentTemplateId, names.templates),
    },
    errors: campaign.errors,
    selfUri: `${CAMPAIGNS_PATH}/${id}`,
  };
}

export function toDivisionView(
  campaign: Campaign,
  names: Pick<CampaignNames, 'divisions'>,
): CampaignDivisionView {
  const { id, name } = campaign;
  return { id, name, division: divisionOf(campaign, names), selfUri: `${CAMPAIGN_VIEWS_PATH}/${id}` };
}

function divisionOf({ divisionId }: Campaign, { divisions }: Pick<CampaignNames, 'divisions'>): DivisionRef {
  const division = divisions.get(divisionId);
  if (!division) throw new Error('A foreign key keeps the division of a campaign');
  return division;
}

function ref(path: string, id: string, names: ReadonlyMap<string, string>): EntityRefView {
  return { id, name: names.get(id), selfUri: `${path}/${id}` };
}
