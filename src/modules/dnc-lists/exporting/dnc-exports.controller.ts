import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, CurrentCaller, RequireAllPermissions } from '../../access/index.js';
import { DncExportQuery, DncExportUriView } from './dnc-export.dto.js';
import { DncExports } from './dnc-exports.service.js';

@ApiTags('DNC lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/dnclists/:dncListId/export')
export class DncExportsController {
  constructor(private readonly exports: DncExports) {}

  /** Begins to write the entries in force to a file. */
  @Post()
  @RequireAllPermissions('outbound:dnc:view', 'outbound:dncList:view')
  @HttpCode(200)
  start(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
  ): Promise<{ id: string; name: string; selfUri: string }> {
    return this.exports.start(caller, id);
  }

  /** Where the newest export is, once it is written. */
  @Get()
  @RequireAllPermissions('outbound:dnc:view', 'outbound:dncList:view')
  @ApiOkResponse({ type: DncExportUriView })
  async find(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { download }: DncExportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DncExportUriView | undefined> {
    if (!download) return this.exports.find(caller, id);
    void reply.redirect(await this.exports.createLink(caller, id), 302);
    return undefined;
  }
}
