import { Body, Controller, Delete, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiError } from '../../platform/errors/api-error.js';
import { Caller, CurrentCaller, type DivisionScope, RequirePermission } from '../access/index.js';
import { DncEntriesService, type NumbersRequest } from './dnc-entries.service.js';
import { AddNumbersQuery, DeleteNumbersQuery, PatchNumbersDto } from './dnc-list.dto.js';

/** Numbers of a DNC list; phone and WhatsApp numbers are one kind of entry. */
@ApiTags('DNC lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/dnclists/:dncListId')
export class DncEntriesController {
  constructor(private readonly entries: DncEntriesService) {}

  @Patch('whatsappnumbers')
  @RequirePermission('outbound:dnc:edit')
  @HttpCode(204)
  patchWhatsAppNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: PatchNumbersDto,
  ): Promise<void> {
    const request = { field: 'whatsAppNumbers', numbers: dto.whatsAppNumbers ?? [] };
    return this.patch(caller.scope('outbound:dnc:edit'), id, dto, request);
  }

  @Patch('phonenumbers')
  @RequirePermission('outbound:dnc:edit')
  @HttpCode(204)
  patchPhoneNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: PatchNumbersDto,
  ): Promise<void> {
    const request = { field: 'phoneNumbers', numbers: dto.phoneNumbers ?? [] };
    return this.patch(caller.scope('outbound:dnc:edit'), id, dto, request);
  }

  @Post('phonenumbers')
  @RequirePermission('outbound:dnc:add')
  @HttpCode(204)
  @ApiBody({ type: [String] })
  addPhoneNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expirationDateTime }: AddNumbersQuery,
    @Body() body: unknown,
  ): Promise<void> {
    const numbers = readNumbers(body);
    const scope = caller.scope('outbound:dnc:add');
    return this.entries.add(scope, id, { field: 'phoneNumbers', numbers, expirationDateTime });
  }

  @Delete(['whatsappnumbers', 'phonenumbers'])
  @RequirePermission('outbound:dnc:delete')
  clear(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expiredOnly }: DeleteNumbersQuery,
  ): Promise<void> {
    return this.entries.clear(caller.scope('outbound:dnc:delete'), id, expiredOnly ?? false);
  }

  private patch(
    scope: DivisionScope,
    id: string,
    { action, expirationDateTime }: PatchNumbersDto,
    numbers: NumbersRequest,
  ): Promise<void> {
    const request = { ...numbers, expirationDateTime };
    return action === 'Add' ? this.entries.add(scope, id, request) : this.entries.remove(scope, id, request);
  }
}

function readNumbers(body: unknown): string[] {
  if (Array.isArray(body) && body.every((item) => typeof item === 'string')) return body;
  throw new ApiError('invalid', 'bad.request', 'The body must be a list of numbers, each as text.');
}
