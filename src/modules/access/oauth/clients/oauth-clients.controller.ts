import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../../platform/http/listing.js';
import { Authenticated, CurrentCaller, RequirePermission } from '../../access.decorators.js';
import { Caller } from '../../caller.js';
import { SCOPES } from '../scopes.js';
import { OAuthClientDto, OAuthClientView } from './oauth-client.dto.js';
import { CLIENTS_PATH } from './oauth-client.view.js';
import { OAuthClientsService } from './oauth-clients.service.js';

const SCOPES_PATH = '/api/v2/oauth/scopes';

interface ScopeListing {
  total: number;
  entities: { id: string; description: string; selfUri: string }[];
  selfUri: string;
}

@ApiTags('OAuth')
@ApiBearerAuth()
@Controller('api/v2/oauth')
export class OAuthClientsController {
  constructor(private readonly clients: OAuthClientsService) {}

  @Get('clients')
  @RequirePermission('oauth:client:view')
  async list(): Promise<Listing<OAuthClientView>> {
    return toListing(await this.clients.list(), CLIENTS_PATH);
  }

  /** Creates a client; its secret is in this answer and nowhere else. */
  @Post('clients')
  @RequirePermission('oauth:client:add')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: OAuthClientView })
  create(@CurrentCaller() caller: Caller, @Body() body: OAuthClientDto): Promise<OAuthClientView> {
    return this.clients.create(caller, body);
  }

  @Get('clients/:id')
  @RequirePermission('oauth:client:view')
  @ApiOkResponse({ type: OAuthClientView })
  get(@Param('id') id: string): Promise<OAuthClientView> {
    return this.clients.get(id);
  }

  @Put('clients/:id')
  @RequirePermission('oauth:client:edit')
  @ApiOkResponse({ type: OAuthClientView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: OAuthClientDto,
  ): Promise<OAuthClientView> {
    return this.clients.update(caller, id, body);
  }

  @Delete('clients/:id')
  @RequirePermission('oauth:client:delete')
  remove(@Param('id') id: string): Promise<void> {
    return this.clients.remove(id);
  }

  /** Gives the client a new secret; the old one and all its tokens end at once. */
  @Post('clients/:id/secret')
  @RequirePermission('oauth:client:edit')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: OAuthClientView })
  rotateSecret(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<OAuthClientView> {
    return this.clients.rotateSecret(caller, id);
  }

  @Get('scopes')
  @Authenticated()
  scopes(): ScopeListing {
    const entities = [...SCOPES].map(([id, description]) => ({
      id,
      description,
      selfUri: `${SCOPES_PATH}/${id}`,
    }));
    return { total: entities.length, entities, selfUri: SCOPES_PATH };
  }
}
