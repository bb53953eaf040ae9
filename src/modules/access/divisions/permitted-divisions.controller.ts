import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { Authenticated, CurrentCaller } from '../access.decorators.js';
import { Caller } from '../caller.js';
import { PermittedDivisionsQuery } from './division.dto.js';
import { DivisionView } from './division.view.js';
import { type PermittedDivisions, PermittedDivisionsService } from './permitted-divisions.service.js';

const PATH = '/api/v2/authorization/divisionspermitted';

type PermittedListing = Listing<DivisionView> & { allDivsPermitted: boolean };

/** In which divisions somebody holds a permission (Genesys Cloud API, permitted divisions). */
@ApiTags('Authorization')
@ApiBearerAuth()
@Controller('api/v2/authorization/divisionspermitted')
export class PermittedDivisionsController {
  constructor(private readonly permitted: PermittedDivisionsService) {}

  /** All divisions at once, without paging. */
  @Get('me')
  @Authenticated()
  @ApiOkResponse({ type: [DivisionView] })
  mine(@CurrentCaller() caller: Caller, @Query() query: PermittedDivisionsQuery): Promise<DivisionView[]> {
    return this.permitted.listMine(caller, query.permission, query.name);
  }

  @Get('paged/me')
  @Authenticated()
  async pageMine(
    @CurrentCaller() caller: Caller,
    @Query() query: PermittedDivisionsQuery,
  ): Promise<PermittedListing> {
    const found = await this.permitted.pageMine(caller, query.permission, query.toPage());
    return toPermittedListing(found, `${PATH}/paged/me`);
  }

  @Get('paged/:subjectId')
  @Authenticated()
  async pageOf(
    @Param('subjectId') subjectId: string,
    @Query() query: PermittedDivisionsQuery,
  ): Promise<PermittedListing> {
    const found = await this.permitted.pageOf(subjectId, query.permission, query.toPage());
    return toPermittedListing(found, `${PATH}/paged/${subjectId}`);
  }
}

function toPermittedListing({ page, allDivsPermitted }: PermittedDivisions, path: string): PermittedListing {
  return { ...toListing(page, path), allDivsPermitted };
}
