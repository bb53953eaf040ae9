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
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { AddContactsQuery, ContactIdsQuery, ContactSearchDto } from './contact.dto.js';
import { ContactView } from './contact.view.js';
import { ContactSearch } from './contact-search.service.js';
import { ContactsService } from './contacts.service.js';

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('api/v2/outbound/contactlists/:contactListId/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly finder: ContactSearch,
  ) {}

  /** Adds up to 1,000 contacts; one whose id exists is updated. */
  @Post()
  @RequirePermission('outbound:contact:add')
  @HttpCode(200)
  @ApiBody({ type: [ContactView] })
  @ApiOkResponse({ type: [ContactView] })
  add(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Query() query: AddContactsQuery,
    @Body() body: unknown,
  ): Promise<ContactView[]> {
    return this.contacts.add(caller.scope('outbound:contact:add'), listId, body, query);
  }

  /** Up to 50 contacts by their ids; those that don't exist are left out. */
  @Post('bulk')
  @RequirePermission('outbound:contact:view')
  @HttpCode(200)
  @ApiBody({ type: [String] })
  @ApiOkResponse({ type: [ContactView] })
  getMany(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Body() body: unknown,
  ): Promise<ContactView[]> {
    return this.contacts.getMany(caller.scope('outbound:contact:view'), listId, body);
  }

  /** Deletes up to 250 contacts by their ids. */
  @Delete()
  @RequirePermission('outbound:contact:delete')
  @HttpCode(204)
  deleteMany(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Query() { contactIds = [] }: ContactIdsQuery,
  ): Promise<void> {
    return this.contacts.deleteMany(caller.scope('outbound:contact:delete'), listId, contactIds);
  }

  /** A page of the contacts that a saved filter or criteria select; the body may be empty. */
  @Post('search')
  @RequirePermission('outbound:contact:view')
  @HttpCode(200)
  async search(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Body() body?: ContactSearchDto,
  ): Promise<Listing<ContactView> & { contactsCount: number }> {
    const search = body ?? new ContactSearchDto();
    const scope = caller.scope('outbound:contact:view');
    const { page, contactsCount } = await this.finder.search(scope, listId, search);
    return { ...toListing(page, `${CONTACT_LISTS_PATH}/${listId}/contacts/search`), contactsCount };
  }

  @Get(':contactId')
  @RequirePermission('outbound:contact:view')
  @ApiOkResponse({ type: ContactView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Param('contactId') contactId: string,
  ): Promise<ContactView> {
    return this.contacts.get(caller.scope('outbound:contact:view'), listId, contactId);
  }

  @Put(':contactId')
  @RequirePermission('outbound:contact:edit')
  @ApiBody({ type: ContactView })
  @ApiOkResponse({ type: ContactView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Param('contactId') contactId: string,
    @Body() body: unknown,
  ): Promise<ContactView> {
    return this.contacts.update(caller.scope('outbound:contact:edit'), listId, contactId, body);
  }

  @Delete(':contactId')
  @RequirePermission('outbound:contact:delete')
  delete(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Param('contactId') contactId: string,
  ): Promise<void> {
    return this.contacts.delete(caller.scope('outbound:contact:delete'), listId, contactId);
  }
}
