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
import { type Listing, toListing } from '../../platform/http/listing.js';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import type { UploadTicket, WireImportStatus } from '../imports/index.js';
import { DncUploads } from './importing/dnc-uploads.service.js';
import { DncListCatalogue } from './dnc-list-catalogue.service.js';
import { DncListDto, DncListQuery, DncListUploadDto } from './dnc-list.dto.js';
import { DNC_LISTS_PATH, DncListDivisionView, DncListView } from './dnc-list.view.js';

@ApiTags('DNC lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/dnclists')
export class DncListsController {
  constructor(
    private readonly catalogue: DncListCatalogue,
    private readonly uploads: DncUploads,
  ) {}

  @Get()
  @RequirePermission('outbound:dncList:view')
  async list(@CurrentCaller() caller: Caller, @Query() query: DncListQuery): Promise<Listing<DncListView>> {
    const page = await this.catalogue.list(caller.scope('outbound:dncList:view'), query);
    return toListing(page, DNC_LISTS_PATH);
  }

  /** For pickers: lists by a part of their name, with the reasons why a campaign can't use them. */
  @Get('divisionviews')
  @RequirePermission('outbound:dncList:search', 'outbound:dncList:view')
  async listViews(
    @CurrentCaller() caller: Caller,
    @Query() query: DncListQuery,
  ): Promise<Listing<DncListDivisionView>> {
    const page = await this.catalogue.listViews(searchScope(caller), query);
    return toListing(page, `${DNC_LISTS_PATH}/divisionviews`);
  }

  @Get('divisionviews/:dncListId')
  @RequirePermission('outbound:dncList:search', 'outbound:dncList:view')
  @ApiOkResponse({ type: DncListDivisionView })
  getView(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() query: DncListQuery,
  ): Promise<DncListDivisionView> {
    return this.catalogue.getView(searchScope(caller), id, query);
  }

  @Post()
  @RequirePermission('outbound:dncList:add')
  @HttpCode(200)
  @ApiOkResponse({ type: DncListView })
  create(@CurrentCaller() caller: Caller, @Body() dto: DncListDto): Promise<DncListView> {
    return this.catalogue.create(caller, dto);
  }

  /** A URL to send a CSV to; sending it starts the import. */
  @Post('uploads')
  @RequirePermission('outbound:dncList:upload')
  @HttpCode(200)
  createUploadUrl(@CurrentCaller() caller: Caller, @Body() dto: DncListUploadDto): Promise<UploadTicket> {
    return this.uploads.createUrl(caller.scope('outbound:dncList:upload'), dto);
  }

  @Get(':dncListId')
  @RequirePermission('outbound:dncList:view')
  @ApiOkResponse({ type: DncListView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() query: DncListQuery,
  ): Promise<DncListView> {
    return this.catalogue.get(caller.scope('outbound:dncList:view'), id, query);
  }

  @Put(':dncListId')
  @RequirePermission('outbound:dncList:edit')
  @ApiOkResponse({ type: DncListView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: DncListDto,
  ): Promise<DncListView> {
    return this.catalogue.update(caller, id, dto);
  }

  @Delete(':dncListId')
  @RequirePermission('outbound:dncList:delete')
  delete(@CurrentCaller() caller: Caller, @Param('dncListId', ParseUUIDPipe) id: string): Promise<void> {
    return this.catalogue.delete(caller.scope('outbound:dncList:delete'), id);
  }

  /** How the newest import stands, with its first rejected records. */
  @Get(':dncListId/importstatus')
  @RequirePermission('outbound:dncList:view')
  importStatus(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
  ): Promise<WireImportStatus> {
    return this.catalogue.importStatus(caller.scope('outbound:dncList:view'), id);
  }
}

function searchScope(caller: Caller): ReturnType<Caller['scope']> {
  return caller.scope('outbound:dncList:search', 'outbound:dncList:view');
}
