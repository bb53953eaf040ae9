import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiConflictResponse, ApiForbiddenResponse, ApiTags } from '@nestjs/swagger';
import {
  Authenticated,
  CurrentCaller,
  RequireAllPermissions,
  RequirePermission,
} from '../access.decorators.js';
import { Caller } from '../caller.js';
import { HAND_OUT_RULE, LAST_ADMIN_RULE } from '../permissions/delegation.js';
import { RoleCountsQuery, RoleDivisionGrantsDto, SubjectTypeQuery } from './grant.dto.js';
import { GrantDivisionPipe } from './grant-division.pipe.js';
import type { SubjectView } from './grant.view.js';
import { GrantedService } from './granted.service.js';
import { GrantsService } from './grants.service.js';

/**
 * Grants: who holds which role in which division (Genesys Cloud API, grants). Nobody hands out more than they hold: a
 * grant of permissions that the caller lacks in that division is refused with 403 `missing.permissions`. The last grant
 * of the role admin in all divisions can't be taken back. Changes count from the next request on.
 */
@ApiTags('Authorization')
@ApiBearerAuth()
@ApiForbiddenResponse({ description: HAND_OUT_RULE })
@ApiConflictResponse({ description: LAST_ADMIN_RULE })
@Controller('api/v2/authorization/subjects')
export class SubjectsController {
  constructor(
    private readonly grants: GrantsService,
    private readonly granted: GrantedService,
  ) {}

  @Get('me')
  @Authenticated()
  me(@CurrentCaller() caller: Caller): Promise<SubjectView> {
    return this.granted.mine(caller);
  }

  /** Number of roles of each subject. */
  @Get('rolecounts')
  @RequirePermission('authorization:grant:view')
  roleCounts(
    @CurrentCaller() caller: Caller,
    @Query() query: RoleCountsQuery,
  ): Promise<Record<string, number>> {
    return this.granted.roleCounts(caller.scope('authorization:grant:view'), query.id);
  }

  @Get(':subjectId')
  @RequirePermission('authorization:grant:view')
  get(@CurrentCaller() caller: Caller, @Param('subjectId') id: string): Promise<SubjectView> {
    return this.granted.subject(caller.scope('authorization:grant:view'), id);
  }

  @Post(':subjectId/divisions/:divisionId/roles/:roleId')
  @RequirePermission('authorization:grant:add')
  @HttpCode(204)
  add(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') subjectId: string,
    @Param('divisionId', GrantDivisionPipe) divisionId: string | null,
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Query() query: SubjectTypeQuery,
  ): Promise<void> {
    return this.grants.addOne(caller, { subjectId, divisionId, roleId }, query.subjectType);
  }

  @Delete(':subjectId/divisions/:divisionId/roles/:roleId')
  @RequirePermission('authorization:grant:delete')
  @HttpCode(204)
  remove(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') subjectId: string,
    @Param('divisionId', GrantDivisionPipe) divisionId: string | null,
    @Param('roleId', ParseUUIDPipe) roleId: string,
  ): Promise<void> {
    return this.grants.removeOne(caller, { subjectId, divisionId, roleId });
  }

  @Post(':subjectId/bulkadd')
  @RequirePermission('authorization:grant:add')
  @HttpCode(204)
  bulkAdd(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') subjectId: string,
    @Body() body: RoleDivisionGrantsDto,
    @Query() { subjectType }: SubjectTypeQuery,
  ): Promise<void> {
    return this.grants.add(caller, { subjectIds: [subjectId], pairs: body.toPairs(), subjectType });
  }

  @Post(':subjectId/bulkremove')
  @RequirePermission('authorization:grant:delete')
  @HttpCode(204)
  bulkRemove(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') subjectId: string,
    @Body() body: RoleDivisionGrantsDto,
  ): Promise<void> {
    return this.grants.remove(caller, { subjectIds: [subjectId], pairs: body.toPairs() });
  }

  /** The subject holds just these grants afterwards. */
  @Post(':subjectId/bulkreplace')
  @RequireAllPermissions('authorization:grant:add', 'authorization:grant:delete')
  @HttpCode(204)
  bulkReplace(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') subjectId: string,
    @Body() body: RoleDivisionGrantsDto,
    @Query() { subjectType }: SubjectTypeQuery,
  ): Promise<void> {
    return this.grants.replace(caller, subjectId, body.toPairs(), subjectType);
  }
}
