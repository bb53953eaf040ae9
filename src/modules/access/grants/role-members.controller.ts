import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConflictResponse, ApiForbiddenResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { Authenticated, CurrentCaller, RequirePermission } from '../access.decorators.js';
import { Caller } from '../caller.js';
import { HAND_OUT_RULE, LAST_ADMIN_RULE } from '../permissions/delegation.js';
import { IdListPipe } from '../id-list.pipe.js';
import { ROLES_PATH } from '../roles/role.view.js';
import { SubjectDivisionsDto, SubjectTypeQuery, toGrantDivision } from './grant.dto.js';
import type { RoleHolderView } from './grant.view.js';
import { GrantedService, type UserRef } from './granted.service.js';
import { GrantsService } from './grants.service.js';

/** Grants seen from their role (Genesys Cloud API, roles); the rules are those of the grants of a subject. */
@ApiTags('Authorization')
@ApiBearerAuth()
@ApiForbiddenResponse({ description: HAND_OUT_RULE })
@ApiConflictResponse({ description: LAST_ADMIN_RULE })
@Controller('api/v2/authorization/roles/:roleId')
export class RoleMembersController {
  constructor(
    private readonly grants: GrantsService,
    private readonly granted: GrantedService,
  ) {}

  /** Grants the role to each of the subjects in each of the divisions. */
  @Post()
  @RequirePermission('authorization:grant:add')
  @HttpCode(204)
  grant(
    @CurrentCaller() caller: Caller,
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Body() { subjectIds, divisionIds }: SubjectDivisionsDto,
    @Query() { subjectType }: SubjectTypeQuery,
  ): Promise<void> {
    const pairs = [...new Set(divisionIds)].map((id) => ({ roleId, divisionId: toGrantDivision(id) }));
    return this.grants.add(caller, { subjectIds: [...new Set(subjectIds)], pairs, subjectType });
  }

  @Get('subjectgrants')
  @RequirePermission('authorization:role:view')
  async holders(
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Query() query: PageQuery,
  ): Promise<Listing<RoleHolderView>> {
    const page = await this.granted.holdersOf(roleId, query.toPage());
    return toListing(page, `${ROLES_PATH}/${roleId}/subjectgrants`);
  }

  @Get('users')
  @Authenticated()
  async users(
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Query() query: PageQuery,
  ): Promise<Listing<UserRef>> {
    const page = await this.granted.usersOf(roleId, query.toPage());
    return toListing(page, `${ROLES_PATH}/${roleId}/users`);
  }

  /** Grants the role to users in the home division, unless they hold it already. */
  @Put('users/add')
  @RequirePermission('authorization:grant:add')
  @ApiBody({ type: [String] })
  async addUsers(
    @CurrentCaller() caller: Caller,
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Body(new IdListPipe()) userIds: string[],
  ): Promise<string[]> {
    await this.grants.addUsers(caller, roleId, userIds);
    return userIds;
  }

  /** Takes the role from users in all divisions. */
  @Put('users/remove')
  @RequirePermission('authorization:grant:delete')
  @ApiBody({ type: [String] })
  async removeUsers(
    @CurrentCaller() caller: Caller,
    @Param('roleId', ParseUUIDPipe) roleId: string,
    @Body(new IdListPipe()) userIds: string[],
  ): Promise<string[]> {
    await this.grants.removeUsers(caller, roleId, userIds);
    return userIds;
  }
}
