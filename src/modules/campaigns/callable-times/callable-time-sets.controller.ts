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
import { mapPage } from '../../../kernel/page.js';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { RequirePermission } from '../../access/index.js';
import {
  CALLABLE_TIME_SETS_PATH,
  CallableTimeSetDto,
  CallableTimeSetView,
  toCallableTimeSetView,
} from './callable-time-set.dto.js';
import { CallableTimeSetsService } from './callable-time-sets.service.js';

/** Callable time sets belong to no division (Genesys Cloud API, callable time sets). */
@ApiTags('Callable time sets')
@ApiBearerAuth()
@Controller('api/v2/outbound/callabletimesets')
export class CallableTimeSetsController {
  constructor(private readonly sets: CallableTimeSetsService) {}

  @Get()
  @RequirePermission('outbound:callableTimeSet:view')
  async list(@Query() query: NamedListQuery): Promise<Listing<CallableTimeSetView>> {
    const page = await this.sets.list({ ...query.toFilter(), divisionIds: undefined }, query.toPage());
    return toListing(mapPage(page, toCallableTimeSetView), CALLABLE_TIME_SETS_PATH);
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:callableTimeSet:add')
  @ApiOkResponse({ type: CallableTimeSetView })
  async create(@Body() dto: CallableTimeSetDto): Promise<CallableTimeSetView> {
    return toCallableTimeSetView(await this.sets.create(dto));
  }

  @Get(':callableTimeSetId')
  @RequirePermission('outbound:callableTimeSet:view')
  @ApiOkResponse({ type: CallableTimeSetView })
  async get(@Param('callableTimeSetId', ParseUUIDPipe) id: string): Promise<CallableTimeSetView> {
    return toCallableTimeSetView(await this.sets.get(id));
  }

  @Put(':callableTimeSetId')
  @RequirePermission('outbound:callableTimeSet:edit')
  @ApiOkResponse({ type: CallableTimeSetView })
  async update(
    @Param('callableTimeSetId', ParseUUIDPipe) id: string,
    @Body() dto: CallableTimeSetDto,
  ): Promise<CallableTimeSetView> {
    return toCallableTimeSetView(await this.sets.update(id, dto));
  }

  @Delete(':callableTimeSetId')
  @HttpCode(204)
  @RequirePermission('outbound:callableTimeSet:delete')
  delete(@Param('callableTimeSetId', ParseUUIDPipe) id: string): Promise<void> {
    return this.sets.delete(id);
  }
}
