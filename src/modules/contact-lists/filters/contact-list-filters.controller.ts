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
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { ContactListFilterDto, ContactListFiltersQuery, FilterIdsDto } from './contact-list-filter.dto.js';
import { ContactListFilterView, FilterPreviewView, FILTERS_PATH } from './contact-list-filter.view.js';
import { FilterCatalogue } from './filter-catalogue.service.js';

@ApiTags('Contact list filters')
@ApiBearerAuth()
@Controller('api/v2/outbound/contactlistfilters')
export class ContactListFiltersController {
  constructor(private readonly catalogue: FilterCatalogue) {}

  @Get()
  @RequirePermission('outbound:contactListFilter:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ContactListFiltersQuery,
  ): Promise<Listing<ContactListFilterView>> {
    const scope = caller.scope('outbound:contactListFilter:view');
    return toListing(await this.catalogue.list(scope, query), FILTERS_PATH);
  }

  @Post()
  @RequirePermission('outbound:contactListFilter:add')
  @HttpCode(200)
  @ApiOkResponse({ type: ContactListFilterView })
  create(@CurrentCaller() caller: Caller, @Body() dto: ContactListFilterDto): Promise<ContactListFilterView> {
    return this.catalogue.create(caller.scope('outbound:contactListFilter:add'), dto);
  }

  /** Up to 100 filters by their ids; those that don't exist are left out. */
  @Post('bulk/retrieve')
  @RequirePermission('outbound:contactListFilter:view')
  @HttpCode(200)
  async retrieve(
    @CurrentCaller() caller: Caller,
    @Body() { ids }: FilterIdsDto,
  ): Promise<Listing<ContactListFilterView>> {
    const scope = caller.scope('outbound:contactListFilter:view');
    return toListing(await this.catalogue.retrieve(scope, ids), `${FILTERS_PATH}/bulk/retrieve`);
  }

  /** How many contacts a filter selects, and the first of them; the filter need not be saved. */
  @Post('preview')
  @RequirePermission('outbound:contact:view')
  @HttpCode(200)
  @ApiOkResponse({ type: FilterPreviewView })
  preview(@CurrentCaller() caller: Caller, @Body() dto: ContactListFilterDto): Promise<FilterPreviewView> {
    return this.catalogue.preview(caller.scope('outbound:contact:view'), dto);
  }

  @Get(':contactListFilterId')
  @RequirePermission('outbound:contactListFilter:view')
  @ApiOkResponse({ type: ContactListFilterView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('contactListFilterId', ParseUUIDPipe) id: string,
  ): Promise<ContactListFilterView> {
    return this.catalogue.get(caller.scope('outbound:contactListFilter:view'), id);
  }

  @Put(':contactListFilterId')
  @RequirePermission('outbound:contactListFilter:edit')
  @ApiOkResponse({ type: ContactListFilterView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('contactListFilterId', ParseUUIDPipe) id: string,
    @Body() dto: ContactListFilterDto,
  ): Promise<ContactListFilterView> {
    return this.catalogue.update(caller.scope('outbound:contactListFilter:edit'), id, dto);
  }

  @Delete(':contactListFilterId')
  @RequirePermission('outbound:contactListFilter:delete')
  @HttpCode(204)
  delete(
    @CurrentCaller() caller: Caller,
    @Param('contactListFilterId', ParseUUIDPipe) id: string,
  ): Promise<void> {
    return this.catalogue.delete(caller.scope('outbound:contactListFilter:delete'), id);
  }
}
