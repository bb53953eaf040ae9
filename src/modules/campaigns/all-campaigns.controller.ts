import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { mapPage } from '../../kernel/page.js';
import { type Listing, PageQuery, toListing } from '../../platform/http/listing.js';
import { QueryList } from '../../platform/http/query-list.js';
import { Caller, CurrentCaller, type DivisionScope, RequirePermission } from '../access/index.js';
import { CampaignPresenter } from './campaign-presenter.service.js';
import { CampaignDivisionView, CAMPAIGNS_PATH } from './campaign.view.js';
import { CampaignsService } from './campaigns.service.js';
import { SORT_ORDERS } from './campaign-query.dto.js';

const ALL_PATH = '/api/v2/outbound/campaigns/all';
const MEDIA_TYPES = ['email', 'sms', 'voice', 'whatsapp'];

class AllCampaignsQuery extends PageQuery {
  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true })
  id?: string[];

  @ApiPropertyOptional({ description: 'Part of the name, whatever its case' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true })
  divisionId?: string[];

  @ApiPropertyOptional({ enum: MEDIA_TYPES, isArray: true })
  @IsOptional()
  @QueryList()
  @IsIn(MEDIA_TYPES, { each: true })
  mediaType?: string[];

  @ApiPropertyOptional({ enum: SORT_ORDERS, default: 'ascending' })
  @IsOptional()
  @IsIn(SORT_ORDERS)
  sortOrder?: string;
}

/** A campaign of any kind (Genesys Cloud API, CommonCampaign); here all are for WhatsApp. */
class CommonCampaignView extends CampaignDivisionView {
  @ApiProperty({ enum: MEDIA_TYPES })
  mediaType: string;
}

/** The campaigns of all kinds in one list (Genesys Cloud API, campaigns/all). */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/campaigns/all')
export class AllCampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly presenter: CampaignPresenter,
  ) {}

  @Get()
  @RequirePermission('outbound:whatsAppCampaign:view')
  list(
    @CurrentCaller() caller: Caller,
    @Query() query: AllCampaignsQuery,
  ): Promise<Listing<CommonCampaignView>> {
    return this.find(caller.scope('outbound:whatsAppCampaign:view'), query, ALL_PATH);
  }

  @Get('divisionviews')
  @RequirePermission('outbound:whatsAppCampaign:search')
  listViews(
    @CurrentCaller() caller: Caller,
    @Query() query: AllCampaignsQuery,
  ): Promise<Listing<CommonCampaignView>> {
    return this.find(caller.scope('outbound:whatsAppCampaign:search'), query, `${ALL_PATH}/divisionviews`);
  }

  private async find(
    scope: DivisionScope,
    query: AllCampaignsQuery,
    path: string,
  ): Promise<Listing<CommonCampaignView>> {
    const { name, mediaType = [] } = query;
    const given = (ids?: string[]) => (ids && ids.length > 0 ? ids : undefined);
    const isOtherKind = mediaType.length > 0 && !mediaType.includes('whatsapp');
    const filter = {
      name: name?.replaceAll('\0', ''),
      ids: isOtherKind ? [] : given(query.id),
      divisionIds: given(query.divisionId),
    };
    const order = { by: 'name' as const, descending: query.sortOrder?.startsWith('d') ?? false };
    const page = await this.campaigns.list(scope, filter, { page: query.toPage(), order });
    const { entities } = await this.presenter.viewListing(page);
    const views = new Map(entities.map((view) => [view.id, view]));
    const toCommon = ({ id }: { id: string }): CommonCampaignView => ({
      ...views.get(id)!,
      mediaType: 'whatsapp',
      selfUri: `${CAMPAIGNS_PATH}/${id}`,
    });
    return toListing(mapPage(page, toCommon), path);
  }
}
