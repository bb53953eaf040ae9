import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Listing } from '../../platform/http/listing.js';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import { CampaignPresenter } from './campaign-presenter.service.js';
import { CampaignsQuery, CampaignViewsQuery } from './campaign-query.dto.js';
import { CampaignSwitch } from './campaign-switch.service.js';
import { CampaignDto, CampaignUpdateDto } from './campaign.dto.js';
import { CampaignDivisionView, CampaignView } from './campaign.view.js';
import { CampaignsService } from './campaigns.service.js';

/** WhatsApp campaigns (Genesys Cloud API, messaging campaigns). */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly power: CampaignSwitch,
    private readonly presenter: CampaignPresenter,
  ) {}

  @Get()
  @RequirePermission('outbound:whatsAppCampaign:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: CampaignsQuery,
  ): Promise<Listing<CampaignView>> {
    const scope = caller.scope('outbound:whatsAppCampaign:view');
    const shown = { page: query.toPage(), order: query.toOrder() };
    return this.presenter.listing(await this.campaigns.list(scope, query.toFilter(), shown));
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:whatsAppCampaign:add')
  @ApiOkResponse({ type: CampaignView })
  async create(@CurrentCaller() caller: Caller, @Body() dto: CampaignDto): Promise<CampaignView> {
    return this.presenter.one(await this.campaigns.create(caller, dto));
  }

  @Get('divisionviews')
  @RequirePermission('outbound:whatsAppCampaign:search')
  async listViews(
    @CurrentCaller() caller: Caller,
    @Query() query: CampaignViewsQuery,
  ): Promise<Listing<CampaignDivisionView>> {
    const scope = caller.scope('outbound:whatsAppCampaign:search');
    const shown = { page: query.toPage(), order: query.toOrder() };
    return this.presenter.viewListing(await this.campaigns.list(scope, query.toFilter(), shown));
  }

  @Get('divisionviews/:id')
  @RequirePermission('outbound:whatsAppCampaign:search')
  @ApiOkResponse({ type: CampaignDivisionView })
  async getView(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<CampaignDivisionView> {
    const scope = caller.scope('outbound:whatsAppCampaign:search');
    return this.presenter.oneView(await this.campaigns.get(scope, id));
  }

  @Get(':id')
  @RequirePermission('outbound:whatsAppCampaign:view')
  @ApiOkResponse({ type: CampaignView })
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<CampaignView> {
    const scope = caller.scope('outbound:whatsAppCampaign:view');
    return this.presenter.one(await this.campaigns.get(scope, id));
  }

  @Put(':id')
  @RequirePermission('outbound:whatsAppCampaign:edit')
  @ApiOkResponse({ type: CampaignView })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() dto: CampaignUpdateDto,
  ): Promise<CampaignView> {
    return this.presenter.one(await this.campaigns.update(caller, id, dto));
  }

  @Delete(':id')
  @RequirePermission('outbound:whatsAppCampaign:delete')
  @ApiOkResponse({ type: CampaignView })
  async delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<CampaignView> {
    return this.presenter.one(await this.campaigns.delete(caller, id));
  }

  @Post(':id/start')
  @HttpCode(200)
  @RequirePermission('outbound:whatsAppCampaign:start')
  start(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.power.start(caller, id);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @RequirePermission('outbound:whatsAppCampaign:stop')
  stop(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.power.stop(caller, id);
  }
}
