import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConflictResponse, ApiForbiddenResponse, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, RequirePermission } from '../access.decorators.js';
import { Caller } from '../caller.js';
import { HAND_OUT_RULE, LAST_ADMIN_RULE } from '../permissions/delegation.js';
import { IdListPipe } from '../id-list.pipe.js';
import { GrantedService, type UserAuthorization } from './granted.service.js';
import { GrantsService } from './grants.service.js';

/** The roles of a user or OAuth client (Genesys Cloud API, user roles). */
@ApiTags('Users')
@ApiBearerAuth()
@ApiForbiddenResponse({ description: HAND_OUT_RULE })
@ApiConflictResponse({ description: LAST_ADMIN_RULE })
@Controller('api/v2/users/:subjectId/roles')
export class UserRolesController {
  constructor(
    private readonly grants: GrantsService,
    private readonly granted: GrantedService,
  ) {}

  @Get()
  @RequirePermission('authorization:grant:view')
  get(@CurrentCaller() caller: Caller, @Param('subjectId') id: string): Promise<UserAuthorization> {
    return this.granted.authorization(caller.scope('authorization:grant:view'), id);
  }

  /** New roles come in the home division; roles that are left out go, which needs the permission to take them back. */
  @Put()
  @RequirePermission('authorization:grant:add')
  @ApiBody({ type: [String] })
  async replace(
    @CurrentCaller() caller: Caller,
    @Param('subjectId') id: string,
    @Body(new IdListPipe({ mayBeEmpty: true })) roleIds: string[],
  ): Promise<UserAuthorization> {
    await this.grants.replaceRoles(caller, id, roleIds);
    return this.granted.authorization(caller.scope('authorization:grant:add'), id);
  }
}
