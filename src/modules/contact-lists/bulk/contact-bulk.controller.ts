import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { ContactSelectionDto } from '../contacts/contact-selection.dto.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { ContactBulkEditDto, ContactBulkJobView } from './contact-bulk.dto.js';
import { ContactBulk } from './contact-bulk.service.js';

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('api/v2/outbound/contactlists/:contactListId/contacts/bulk')
export class ContactBulkController {
  constructor(private readonly bulk: ContactBulk) {}

  /** Deletes the contacts that a saved filter or criteria select, as a job. */
  @Post('remove')
  @RequirePermission('outbound:contact:delete')
  @HttpCode(200)
  @ApiOkResponse({ type: ContactBulkJobView })
  remove(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Body() dto: ContactSelectionDto,
  ): Promise<ContactBulkJobView> {
    return this.bulk.remove(caller, listId, dto);
  }

  /** Changes the contacts that a saved filter, criteria or ids select, as a job. */
  @Post('update')
  @RequirePermission('outbound:contact:edit')
  @HttpCode(200)
  @ApiOkResponse({ type: ContactBulkJobView })
  edit(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Body() dto: ContactBulkEditDto,
  ): Promise<ContactBulkJobView> {
    return this.bulk.edit(caller, listId, dto);
  }

  /** The ten newest jobs. */
  @Get('jobs')
  @RequirePermission('outbound:contactList:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
  ): Promise<Listing<ContactBulkJobView>> {
    const entities = await this.bulk.list(caller.scope('outbound:contactList:view'), listId);
    const page = { entities, total: entities.length, pageNumber: 1, pageSize: 10 };
    return toListing(page, `${CONTACT_LISTS_PATH}/${listId}/contacts/bulk/jobs`);
  }

  @Get('jobs/:jobId')
  @RequirePermission('outbound:contactList:view')
  @ApiOkResponse({ type: ContactBulkJobView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Param('jobId', ParseUUIDPipe) jobId: string,
  ): Promise<ContactBulkJobView> {
    return this.bulk.get(caller.scope('outbound:contactList:view'), listId, jobId);
  }
}
