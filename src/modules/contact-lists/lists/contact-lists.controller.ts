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
import type { UploadTicket, WireImportStatus } from '../../imports/index.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { ContactListDto, ContactListIdsQuery, ContactListUploadDto } from './contact-list.dto.js';
import { CONTACT_LISTS_PATH, ContactListDivisionView, ContactListView } from './contact-list.view.js';
import { ContactListsBulkEditDto } from './contact-list-bulk-update.dto.js';
import { type BulkEditAnswer, ContactListBulkUpdate } from './contact-list-bulk-update.service.js';
import { ContactListQuery } from './contact-list-query.dto.js';
import { ContactListRemoval } from './contact-list-removal.service.js';
import { type TimeZonePreview, TimeZonePreviews } from './time-zone-preview.service.js';
import { ContactListCatalogue } from './contact-list-catalogue.service.js';

@ApiTags('Contact lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/contactlists')
export class ContactListsController {
  constructor(
    private readonly catalogue: ContactListCatalogue,
    private readonly contacts: ContactsService,
    private readonly removal: ContactListRemoval,
    private readonly bulkUpdate: ContactListBulkUpdate,
    private readonly timeZones: TimeZonePreviews,
  ) {}

  @Get()
  @RequirePermission('outbound:contactList:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ContactListQuery,
  ): Promise<Listing<ContactListView>> {
    const scope = caller.scope('outbound:contactList:view');
    return toListing(await this.catalogue.list(scope, query), CONTACT_LISTS_PATH);
  }

  /** For pickers: lists by a part of their name, with the reasons why a campaign can't use them. */
  @Get('divisionviews')
  @RequirePermission('outbound:contactList:search', 'outbound:contactList:view')
  async listViews(
    @CurrentCaller() caller: Caller,
    @Query() query: NamedListQuery,
  ): Promise<Listing<ContactListDivisionView>> {
    const page = await this.catalogue.listViews(searchScope(caller), query);
    return toListing(page, `${CONTACT_LISTS_PATH}/divisionviews`);
  }

  @Get('divisionviews/:contactListId')
  @RequirePermission('outbound:contactList:search', 'outbound:contactList:view')
  @ApiOkResponse({ type: ContactListDivisionView })
  getView(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
    @Query() query: NamedListQuery,
  ): Promise<ContactListDivisionView> {
    return this.catalogue.getView(searchScope(caller), id, query);
  }

  @Post()
  @RequirePermission('outbound:contactList:add')
  @HttpCode(200)
  @ApiOkResponse({ type: ContactListView })
  create(@CurrentCaller() caller: Caller, @Body() dto: ContactListDto): Promise<ContactListView> {
    return this.catalogue.create(caller, dto);
  }

  /** Deletes up to 100 lists with their contacts: all of them, or none. */
  @Delete()
  @RequirePermission('outbound:contactList:delete')
  @HttpCode(204)
  deleteMany(@CurrentCaller() caller: Caller, @Query() { id }: ContactListIdsQuery): Promise<void> {
    return this.removal.deleteMany(caller.scope('outbound:contactList:delete'), id);
  }

  /** Changes up to 100 lists in the same way, each for itself. */
  @Post('bulk/update')
  @RequirePermission('outbound:contactList:edit')
  @HttpCode(200)
  updateMany(@CurrentCaller() caller: Caller, @Body() dto: ContactListsBulkEditDto): Promise<BulkEditAnswer> {
    return this.bulkUpdate.update(caller, dto);
  }

  /** How the contacts spread over time zones, by what their time zone columns say. */
  @Get(':contactListId/timezonemappingpreview')
  @RequirePermission('outbound:contactList:view')
  previewTimeZones(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
  ): Promise<TimeZonePreview> {
    return this.timeZones.preview(caller.scope('outbound:contactList:view'), id);
  }

  /** A URL to send a CSV to; sending it starts the import. */
  @Post('uploads')
  @RequirePermission('outbound:contactList:upload')
  @HttpCode(200)
  createUploadUrl(@CurrentCaller() caller: Caller, @Body() dto: ContactListUploadDto): Promise<UploadTicket> {
    return this.catalogue.createUploadUrl(caller.scope('outbound:contactList:upload'), dto);
  }

  @Get(':contactListId')
  @RequirePermission('outbound:contactList:view')
  @ApiOkResponse({ type: ContactListView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
    @Query() query: NamedListQuery,
  ): Promise<ContactListView> {
    return this.catalogue.get(caller.scope('outbound:contactList:view'), id, query);
  }

  @Put(':contactListId')
  @RequirePermission('outbound:contactList:edit')
  @ApiOkResponse({ type: ContactListView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
    @Body() dto: ContactListDto,
  ): Promise<ContactListView> {
    return this.catalogue.update(caller, id, dto);
  }

  @Delete(':contactListId')
  @RequirePermission('outbound:contactList:delete')
  delete(@CurrentCaller() caller: Caller, @Param('contactListId', ParseUUIDPipe) id: string): Promise<void> {
    return this.removal.delete(caller.scope('outbound:contactList:delete'), id);
  }

  /** How the newest import stands, with its first rejected records. */
  @Get(':contactListId/importstatus')
  @RequirePermission('outbound:contactList:view')
  importStatus(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
  ): Promise<WireImportStatus> {
    return this.catalogue.importStatus(caller.scope('outbound:contactList:view'), id);
  }

  /** Deletes all contacts of the list. */
  @Post(':contactListId/clear')
  @RequirePermission('outbound:contact:delete')
  @HttpCode(204)
  clear(@CurrentCaller() caller: Caller, @Param('contactListId', ParseUUIDPipe) id: string): Promise<void> {
    return this.contacts.clear(caller.scope('outbound:contact:delete'), id);
  }
}

function searchScope(caller: Caller): ReturnType<Caller['scope']> {
  return caller.scope('outbound:contactList:search', 'outbound:contactList:view');
}
