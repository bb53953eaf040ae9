import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, CurrentCaller, RequireAllPermissions } from '../../access/index.js';
import { ContactExportDto, ContactExportQuery, ExportUriView } from './contact-export.dto.js';
import { ContactExports } from './contact-exports.service.js';

@ApiTags('Contact lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/contactlists/:contactListId/export')
export class ContactExportsController {
  constructor(private readonly exports: ContactExports) {}

  /** Begins to write the contacts to a file; the body may be empty. */
  @Post()
  @RequireAllPermissions('outbound:contact:view', 'outbound:contactList:view')
  @HttpCode(200)
  start(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Body() body?: ContactExportDto,
  ): Promise<{ id: string; name: string; selfUri: string }> {
    const dto = body ?? new ContactExportDto();
    return this.exports.start(caller, listId, dto, dto.toLayout());
  }

  /** Where the newest export is, once it is written. */
  @Get()
  @RequireAllPermissions('outbound:contact:view', 'outbound:contactList:view')
  @ApiOkResponse({ type: ExportUriView })
  async find(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) listId: string,
    @Query() { download }: ContactExportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportUriView | undefined> {
    if (!download) return this.exports.find(caller, listId);
    void reply.redirect(await this.exports.createLink(caller, listId), 302);
    return undefined;
  }
}
