import { Controller, Delete, Get, Param, ParseUUIDPipe, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  Authenticated,
  type AuthenticatedRequest,
  CurrentCaller,
  RequirePermission,
} from '../access.decorators.js';
import { Caller } from '../caller.js';
import { OrganizationsService } from '../organization/organizations.service.js';
import { UsersService } from '../users/users.service.js';
import { TokensService } from './tokens.service.js';

/** Token information on the wire; the capital O is the vendor's (Genesys Cloud API, token endpoints). */
interface TokenInfo {
  organization: { id: string; name: string };
  homeOrganization: { id: string; name: string };
  authorizedScope: string[];
  clonedUser: null;
  OAuthClient: { id: string; name: string; organization: { id: string; name: string } };
}

@ApiTags('Tokens')
@ApiBearerAuth()
@Controller('api/v2/tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly organizations: OrganizationsService,
    private readonly users: UsersService,
  ) {}

  /** Who the token belongs to. Answers HEAD as well, as a cheap check of the token. */
  @Get('me')
  @Authenticated()
  async me(@CurrentCaller() caller: Caller): Promise<TokenInfo> {
    const { id, name } = await this.organizations.me();
    const organization = { id, name };
    const { clientId, clientName, scope } = caller.identity;
    return {
      organization,
      homeOrganization: organization,
      authorizedScope: [...scope],
      clonedUser: null,
      OAuthClient: { id: clientId, name: clientName, organization },
    };
  }

  /** Revokes the token of this request, with its refresh token. */
  @Delete('me')
  @Authenticated()
  async revokeOwn(@Req() request: AuthenticatedRequest): Promise<void> {
    if (request.accessToken) await this.tokens.revoke(request.accessToken);
  }

  /** Revokes every token of a user and signs them out of every browser. */
  @Delete(':userId')
  @RequirePermission('oauth:token:delete')
  revokeOfUser(@Param('userId', ParseUUIDPipe) userId: string): Promise<void> {
    return this.users.endAccess(userId);
  }
}
