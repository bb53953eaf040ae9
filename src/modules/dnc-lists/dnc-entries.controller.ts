import { Body, Controller, Delete, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiError } from '../../platform/errors/api-error.js';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import { DncEntriesService } from './dnc-entries.service.js';
import {
  AddEntriesQuery,
  DeleteEntriesQuery,
  PatchCustomDto,
  PatchEmailsDto,
  type PatchEntriesDto,
  PatchPhoneNumbersDto,
  PatchWhatsAppNumbersDto,
} from './dnc-entry.dto.js';
import type { DncEntryKind } from './dnc-entry-kinds.js';

/** Entries of a DNC list (Genesys Cloud API, DNC entries); phone and WhatsApp numbers are one kind of entry. */
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
    @Body() dto: PatchWhatsAppNumbersDto,
  ): Promise<void> {
    const texts = dto.whatsAppNumbers ?? [];
    return this.patch(caller, id, dto, { kind: 'number', field: 'whatsAppNumbers', texts });
  }

  @Patch('phonenumbers')
  @RequirePermission('outbound:dnc:edit')
  @HttpCode(204)
  patchPhoneNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: PatchPhoneNumbersDto,
  ): Promise<void> {
    return this.patch(caller, id, dto, {
      kind: 'number',
      field: 'phoneNumbers',
      texts: dto.phoneNumbers ?? [],
    });
  }

  @Patch('emailaddresses')
  @RequirePermission('outbound:dnc:edit')
  @HttpCode(204)
  patchEmailAddresses(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: PatchEmailsDto,
  ): Promise<void> {
    return this.patch(caller, id, dto, {
      kind: 'email',
      field: 'emailAddresses',
      texts: dto.emailAddresses ?? [],
    });
  }

  @Patch('customexclusioncolumns')
  @RequirePermission('outbound:dnc:edit')
  @HttpCode(204)
  patchCustomExclusionColumns(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Body() dto: PatchCustomDto,
  ): Promise<void> {
    const texts = dto.customExclusionColumnEntries ?? [];
    return this.patch(caller, id, dto, { kind: 'custom', field: 'customExclusionColumnEntries', texts });
  }

  @Post('phonenumbers')
  @RequirePermission('outbound:dnc:add')
  @HttpCode(204)
  @ApiBody({ type: [String] })
  addPhoneNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expirationDateTime }: AddEntriesQuery,
    @Body() body: unknown,
  ): Promise<void> {
    const request = {
      kind: 'number' as const,
      field: 'phoneNumbers',
      texts: readTexts(body),
      expirationDateTime,
    };
    return this.entries.add(caller.scope('outbound:dnc:add'), id, request);
  }

  @Post('emailaddresses')
  @RequirePermission('outbound:dnc:add')
  @HttpCode(202)
  @ApiBody({ type: [String] })
  addEmailAddresses(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expirationDateTime }: AddEntriesQuery,
    @Body() body: unknown,
  ): Promise<void> {
    const request = {
      kind: 'email' as const,
      field: 'emailAddresses',
      texts: readTexts(body),
      expirationDateTime,
    };
    return this.entries.add(caller.scope('outbound:dnc:add'), id, request);
  }

  @Delete(['whatsappnumbers', 'phonenumbers'])
  @RequirePermission('outbound:dnc:delete')
  clearNumbers(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expiredOnly = false }: DeleteEntriesQuery,
  ): Promise<void> {
    return this.entries.clear(caller.scope('outbound:dnc:delete'), id, 'number', expiredOnly);
  }

  @Delete('emailaddresses')
  @RequirePermission('outbound:dnc:delete')
  clearEmailAddresses(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expiredOnly = false }: DeleteEntriesQuery,
  ): Promise<void> {
    return this.entries.clear(caller.scope('outbound:dnc:delete'), id, 'email', expiredOnly);
  }

  @Delete('customexclusioncolumns')
  @RequirePermission('outbound:dnc:delete')
  clearCustomExclusionColumns(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
    @Query() { expiredOnly = false }: DeleteEntriesQuery,
  ): Promise<void> {
    return this.entries.clear(caller.scope('outbound:dnc:delete'), id, 'custom', expiredOnly);
  }

  private patch(
    caller: Caller,
    id: string,
    { action, expirationDateTime }: PatchEntriesDto,
    entries: { kind: DncEntryKind; field: string; texts: string[] },
  ): Promise<void> {
    const scope = caller.scope('outbound:dnc:edit');
    const request = { ...entries, expirationDateTime };
    return action === 'Add' ? this.entries.add(scope, id, request) : this.entries.remove(scope, id, request);
  }
}

function readTexts(body: unknown): string[] {
  if (Array.isArray(body) && body.every((item) => typeof item === 'string')) return body;
  throw new ApiError('invalid', 'bad.request', 'The body must be a list of entries, each as text.');
}
