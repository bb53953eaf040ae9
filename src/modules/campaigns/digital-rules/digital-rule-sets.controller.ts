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
import { DIGITAL_RULE_SETS_PATH, DigitalRuleSetDto, DigitalRuleSetView } from './digital-rule-set.dto.js';
import { DigitalRuleSetsService } from './digital-rule-sets.service.js';

@ApiTags('Digital rule sets')
@ApiBearerAuth()
@Controller('api/v2/outbound/digitalrulesets')
export class DigitalRuleSetsController {
  constructor(private readonly sets: DigitalRuleSetsService) {}

  @Get()
  @RequirePermission('outbound:digitalRuleSet:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: NamedListQuery,
  ): Promise<Listing<DigitalRuleSetView>> {
    const filter = { ...query.toFilter(), divisionIds: undefined };
    const page = await this.sets.list(caller.scope('outbound:digitalRuleSet:view'), filter, query.toPage());
    return toListing(page, DIGITAL_RULE_SETS_PATH);
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:digitalRuleSet:add')
  @ApiOkResponse({ type: DigitalRuleSetView })
  create(@CurrentCaller() caller: Caller, @Body() dto: DigitalRuleSetDto): Promise<DigitalRuleSetView> {
    return this.sets.create(caller.scope('outbound:digitalRuleSet:add'), dto);
  }

  @Get(':digitalRuleSetId')
  @RequirePermission('outbound:digitalRuleSet:view')
  @ApiOkResponse({ type: DigitalRuleSetView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('digitalRuleSetId', ParseUUIDPipe) id: string,
  ): Promise<DigitalRuleSetView> {
    return this.sets.get(caller.scope('outbound:digitalRuleSet:view'), id);
  }

  @Put(':digitalRuleSetId')
  @RequirePermission('outbound:digitalRuleSet:edit')
  @ApiOkResponse({ type: DigitalRuleSetView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('digitalRuleSetId', ParseUUIDPipe) id: string,
    @Body() dto: DigitalRuleSetDto,
  ): Promise<DigitalRuleSetView> {
    return this.sets.update(caller.scope('outbound:digitalRuleSet:edit'), id, dto);
  }

  @Delete(':digitalRuleSetId')
  @HttpCode(204)
  @RequirePermission('outbound:digitalRuleSet:delete')
  delete(
    @CurrentCaller() caller: Caller,
    @Param('digitalRuleSetId', ParseUUIDPipe) id: string,
  ): Promise<void> {
    return this.sets.delete(caller.scope('outbound:digitalRuleSet:delete'), id);
  }
}
