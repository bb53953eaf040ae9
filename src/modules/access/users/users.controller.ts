import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Ip,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import {
  Authenticated,
  type AuthenticatedRequest,
  CurrentCaller,
  RequirePermission,
} from '../access.decorators.js';
import { Caller } from '../caller.js';
import type { Permission } from '../permissions/permission-catalogue.js';
import { Invites } from './invites.service.js';
import { MeService, type UserMe } from './me.service.js';
import { Passwords } from './passwords.service.js';
import {
  ChangeMyPasswordDto,
  CreateUserDto,
  ExpandQuery,
  InviteQuery,
  InviteView,
  NewPasswordDto,
  UpdateUserDto,
  UserQuery,
  UserView,
} from './user.dto.js';
import { USERS_PATH } from './user.view.js';
import { UsersService } from './users.service.js';

const MAY_EDIT = ['directory:user:edit', 'directory:organization:admin'] as const satisfies Permission[];
const MAY_DELETE = ['directory:user:delete', 'directory:organization:admin'] as const satisfies Permission[];

@ApiTags('Users')
@ApiBearerAuth()
@Controller('api/v2/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly me: MeService,
    private readonly passwords: Passwords,
    private readonly invites: Invites,
  ) {}

  @Get()
  @RequirePermission('directory:user:view')
  async list(@CurrentCaller() caller: Caller, @Query() query: UserQuery): Promise<Listing<UserView>> {
    return toListing(await this.users.list(caller.scope('directory:user:view'), query), USERS_PATH);
  }

  @Post()
  @RequirePermission('directory:user:add')
  @HttpCode(200)
  @ApiOkResponse({ type: UserView })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateUserDto): Promise<UserView> {
    return this.users.create(caller, body);
  }

  /** The signed-in user; 400 for client credentials, which belong to no user. */
  @Get('me')
  @Authenticated()
  @ApiOkResponse({ type: UserView })
  getMe(@CurrentCaller() caller: Caller, @Query() query: ExpandQuery): Promise<UserMe> {
    return this.me.get(caller, query.expand ?? []);
  }

  /** Changes the own password; every other sign-in of the user ends. */
  @Post('me/password')
  @Authenticated()
  @HttpCode(204)
  changeMyPassword(
    @CurrentCaller() caller: Caller,
    @Body() body: ChangeMyPasswordDto,
    @Req() { accessToken }: AuthenticatedRequest,
    @Ip() address: string,
  ): Promise<void> {
    this.me.requireUser(caller);
    return this.passwords.change(caller, body, { accessToken, address });
  }

  @Get(':id')
  @RequirePermission('directory:user:view')
  @ApiOkResponse({ type: UserView })
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<UserView> {
    return this.users.get(caller.scope('directory:user:view'), id);
  }

  @Patch(':id')
  @RequirePermission(...MAY_EDIT)
  @ApiOkResponse({ type: UserView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateUserDto,
  ): Promise<UserView> {
    return this.users.update(caller, caller.scope(...MAY_EDIT), id, body);
  }

  @Delete(':id')
  @RequirePermission(...MAY_DELETE)
  remove(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.users.remove(caller, caller.scope(...MAY_DELETE), id);
  }

  /** Makes a link by which the user sets a password; it is in this answer and nowhere else. */
  @Post(':id/invite')
  @RequirePermission(...MAY_EDIT)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: InviteView })
  invite(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: InviteQuery,
  ): Promise<InviteView> {
    return this.invites.invite(caller, caller.scope(...MAY_EDIT), id, query.force ?? false);
  }

  /** Sets the password of a user, who is signed out everywhere. */
  @Post(':id/password')
  @RequirePermission(...MAY_EDIT)
  @HttpCode(204)
  setPassword(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: NewPasswordDto,
  ): Promise<void> {
    return this.passwords.set(caller, caller.scope(...MAY_EDIT), id, body.newPassword);
  }
}
