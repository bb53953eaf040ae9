import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import {
  Authenticated,
  CurrentCaller,
  RequireAllPermissions,
  RequirePermission,
} from '../access.decorators.js';
import { Caller } from '../caller.js';
import { IdListPipe } from '../id-list.pipe.js';
import {
  DivisionCatalogue,
  type DivisionCursorListing,
  MAX_DIVISIONS,
} from './division-catalogue.service.js';
import {
  DivisionCountQuery,
  DivisionCursorQuery,
  DivisionDto,
  DivisionQuery,
  RestoreDivisionDto,
} from './division.dto.js';
import { DIVISIONS_PATH, DivisionView } from './division.view.js';

/** Divisions (Genesys Cloud API, divisions). Reading them needs no permission, so that objects can be shown by name. */
@ApiTags('Authorization')
@ApiBearerAuth()
@Controller('api/v2/authorization/divisions')
export class DivisionsController {
  constructor(private readonly divisions: DivisionCatalogue) {}

  @Get()
  @Authenticated()
  async list(@Query() query: DivisionQuery): Promise<Listing<DivisionView>> {
    return toListing(await this.divisions.list(query, query.toPage()), DIVISIONS_PATH);
  }

  @Post()
  @RequireAllPermissions('authorization:division:add', 'authorization:grant:add')
  @HttpCode(200)
  @ApiOkResponse({ type: DivisionView })
  create(@Body() body: DivisionDto): Promise<DivisionView> {
    return this.divisions.create(body);
  }

  @Get('home')
  @Authenticated()
  @ApiOkResponse({ type: DivisionView })
  home(): Promise<DivisionView> {
    return this.divisions.home();
  }

  /** The greatest number of divisions, as a bare number. */
  @Get('limit')
  @Authenticated()
  @Header('content-type', 'application/json; charset=utf-8')
  limit(): string {
    return JSON.stringify(MAX_DIVISIONS);
  }

  /** All divisions page by page, by cursor. */
  @Get('query')
  @Authenticated()
  query(@Query() query: DivisionCursorQuery): Promise<DivisionCursorListing> {
    return this.divisions.query(query);
  }

  @Get('deleted')
  @RequirePermission('authorization:divisionDeleted:view')
  async deleted(@Query() query: PageQuery): Promise<Listing<DivisionView>> {
    return toListing(await this.divisions.listDeleted(query.toPage()), `${DIVISIONS_PATH}/deleted`);
  }

  @Get(':divisionId')
  @Authenticated()
  @ApiOkResponse({ type: DivisionView })
  get(
    @Param('divisionId', ParseUUIDPipe) id: string,
    @Query() query: DivisionCountQuery,
  ): Promise<DivisionView> {
    return this.divisions.get(id, query.objectCount);
  }

  @Put(':divisionId')
  @RequirePermission('authorization:division:edit')
  @ApiOkResponse({ type: DivisionView })
  update(@Param('divisionId', ParseUUIDPipe) id: string, @Body() body: DivisionDto): Promise<DivisionView> {
    return this.divisions.update(id, body);
  }

  /** Refused while objects remain, whatever `force` says; the grants in the division end with it. */
  @Delete(':divisionId')
  @RequirePermission('authorization:division:delete')
  @HttpCode(204)
  delete(@Param('divisionId', ParseUUIDPipe) id: string): Promise<void> {
    return this.divisions.delete(id);
  }

  @Post(':divisionId/restore')
  @RequirePermission('authorization:division:add')
  @HttpCode(200)
  @ApiOkResponse({ type: DivisionView })
  restore(
    @Param('divisionId', ParseUUIDPipe) id: string,
    @Body() body?: RestoreDivisionDto,
  ): Promise<DivisionView> {
    return this.divisions.restore(id, body?.name);
  }

  /**
   * Moves objects into the division, all or none. The edit permission of the object type is needed in the division
   * they leave and in the one they come to.
   */
  @Post(':divisionId/objects/:objectType')
  @RequirePermission(
    'outbound:contactList:edit',
    'outbound:dncList:edit',
    'outbound:whatsAppCampaign:edit',
    'responses:library:edit',
    'directory:user:edit',
  )
  @HttpCode(204)
  @ApiBody({ type: [String] })
  moveObjects(
    @CurrentCaller() caller: Caller,
    @Param('divisionId', ParseUUIDPipe) id: string,
    @Param('objectType') type: string,
    @Body(new IdListPipe()) ids: string[],
  ): Promise<void> {
    return this.divisions.moveObjects(caller, id, { type, ids });
  }
}
