import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiForbiddenResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { CurrentCaller, RequirePermission } from '../access.decorators.js';
import { Caller } from '../caller.js';
import { HAND_OUT_RULE } from '../permissions/delegation.js';
import { RestoreRolesQuery, RoleCountQuery, RoleDto, RolePatchDto, RoleQuery } from './role.dto.js';
import { ROLES_PATH, RoleView } from './role.view.js';
import { RolesService } from './roles.service.js';

/**
 * Roles (Genesys Cloud API, roles). A role whose permissions go beyond those of the caller, in the divisions in which
 * it is granted, can't be written: 403 `missing.permissions`.
 */
@ApiTags('Authorization')
@ApiBearerAuth()
@ApiForbiddenResponse({ description: HAND_OUT_RULE })
@Controller('api/v2/authorization/roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Get()
  @RequirePermission('authorization:role:view')
  async list(@Query() query: RoleQuery): Promise<Listing<RoleView>> {
    return toListing(await this.roles.list(query, query.toPage()), ROLES_PATH);
  }

  @Post()
  @RequirePermission('authorization:role:add')
  @HttpCode(200)
  @ApiOkResponse({ type: RoleView })
  create(@CurrentCaller() caller: Caller, @Body() body: RoleDto): Promise<RoleView> {
    return this.roles.create(caller, body);
  }

  /** Adds the default roles that are missing; with `force` also restores those that were changed. */
  @Post('default')
  @RequirePermission('authorization:role:edit')
  @HttpCode(200)
  async addDefaults(
    @CurrentCaller() caller: Caller,
    @Query() query: RestoreRolesQuery,
  ): Promise<Listing<RoleView>> {
    return wholeList(await this.roles.restoreDefaults(caller, { overwrite: query.force }));
  }

  /** Restores the default roles that are named by `id` or `defaultRoleId`; all of them when none is named. */
  @Put('default')
  @RequirePermission('authorization:role:edit')
  @ApiBody({ type: [RoleView] })
  async restoreDefaults(@CurrentCaller() caller: Caller, @Body() body: unknown): Promise<Listing<RoleView>> {
    return wholeList(await this.roles.restoreDefaults(caller, { overwrite: true, ids: readRoleIds(body) }));
  }

  @Get(':roleId')
  @RequirePermission('authorization:role:view')
  @ApiOkResponse({ type: RoleView })
  get(@Param('roleId', ParseUUIDPipe) id: string, @Query() query: RoleCountQuery): Promise<RoleView> {
    return this.roles.get(id, query.userCount);
  }

  @Put(':roleId')
  @RequirePermission('authorization:role:edit')
  @ApiOkResponse({ type: RoleView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('roleId', ParseUUIDPipe) id: string,
    @Body() body: RoleDto,
  ): Promise<RoleView> {
    return this.roles.update(caller, id, body);
  }

  @Patch(':roleId')
  @RequirePermission('authorization:role:edit')
  @ApiOkResponse({ type: RoleView })
  mark(@Param('roleId', ParseUUIDPipe) id: string, @Body() body: RolePatchDto): Promise<RoleView> {
    return this.roles.mark(id, body.roleNeedsUpdate);
  }

  @Delete(':roleId')
  @RequirePermission('authorization:role:delete')
  @HttpCode(204)
  delete(@Param('roleId', ParseUUIDPipe) id: string): Promise<void> {
    return this.roles.delete(id);
  }
}

function wholeList(roles: RoleView[]): Listing<RoleView> {
  const page = { entities: roles, pageNumber: 1, pageSize: Math.max(1, roles.length), total: roles.length };
  return toListing(page, ROLES_PATH);
}

function readRoleIds(body: unknown): string[] {
  const roles: unknown[] = body === undefined || body === null ? [] : Array.isArray(body) ? body : [body];
  return roles.map((role, index) => {
    const { id, defaultRoleId } = (role ?? {}) as Record<string, unknown>;
    const given = defaultRoleId ?? id;
    if (typeof given === 'string') return given;
    const message = `${index}: name the role by its id or defaultRoleId.`;
    throw reasonsError([{ code: 'invalid.value', field: String(index), message }]);
  });
}
