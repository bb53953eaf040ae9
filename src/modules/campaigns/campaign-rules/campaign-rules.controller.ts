import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { CampaignRuleDto } from './campaign-rule.dto.js';
import { CAMPAIGN_RULES_PATH, CampaignRuleView } from './campaign-rule.view.js';
import { CampaignRulesService } from './campaign-rules.service.js';

/** Campaign rules belong to no division (Genesys Cloud API, campaign rules). */
@ApiTags('Campaign rules')
@ApiBearerAuth()
@Controller('api/v2/outbound/campaignrules')
export class CampaignRulesController {
  constructor(private readonly rules: CampaignRulesService) {}

  @Get()
  @RequirePermission('outbound:campaignRule:view')
  async list(@Query() query: NamedListQuery): Promise<Listing<CampaignRuleView>> {
    const page = await this.rules.list({ ...query.toFilter(), divisionIds: undefined }, query.toPage());
    return toListing(page, CAMPAIGN_RULES_PATH);
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:campaignRule:add')
  @ApiOkResponse({ type: CampaignRuleView })
  create(@CurrentCaller() caller: Caller, @Body() dto: CampaignRuleDto): Promise<CampaignRuleView> {
    return this.rules.create(caller, dto);
  }

  @Get(':campaignRuleId')
  @RequirePermission('outbound:campaignRule:view')
  @ApiOkResponse({ type: CampaignRuleView })
  get(@Param('campaignRuleId', ParseUUIDPipe) id: string): Promise<CampaignRuleView> {
    return this.rules.get(id);
  }

  @Put(':campaignRuleId')
  @RequirePermission('outbound:campaignRule:edit')
  @ApiOkResponse({ type: CampaignRuleView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('campaignRuleId', ParseUUIDPipe) id: string,
    @Body() dto: CampaignRuleDto,
  ): Promise<CampaignRuleView> {
    return this.rules.update(caller, id, dto);
  }

  @Delete(':campaignRuleId')
  @HttpCode(204)
  @RequirePermission('outbound:campaignRule:delete')
  delete(@Param('campaignRuleId', ParseUUIDPipe) id: string): Promise<void> {
    return this.rules.delete(id);
  }
}
