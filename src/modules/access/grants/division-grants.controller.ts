import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, RequirePermission } from '../access.decorators.js';
import { Caller } from '../caller.js';
import { DivisionGrantsQuery } from './grant.dto.js';
import type { GrantView } from './grant.view.js';
import { GrantedService } from './granted.service.js';

/** A listing without addresses (Genesys Cloud API, divisions: AuthzDivisionGrantEntityListing). */
interface DivisionGrantListing {
  entities: GrantView[];
  pageSize: number;
  pageNumber: number;
  total: number;
  pageCount: number;
}

@ApiTags('Authorization')
@ApiBearerAuth()
@Controller('api/v2/authorization/divisions/:divisionId/grants')
export class DivisionGrantsController {
  constructor(private readonly granted: GrantedService) {}

  /** The grants that count in the division, those for all divisions among them. */
  @Get()
  @RequirePermission('authorization:grant:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Param('divisionId', ParseUUIDPipe) id: string,
    @Query() query: DivisionGrantsQuery,
  ): Promise<DivisionGrantListing> {
    const { entities, pageSize, pageNumber, total } = await this.granted.inDivision(
      caller,
      id,
      query.toPage(),
    );
    return { entities, pageSize, pageNumber, total, pageCount: Math.ceil(total / pageSize) };
  }
}
