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
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { AccessTokens } from './access-tokens.service.js';
import {
  ActivateIntegrationDto,
  CreateIntegrationDto,
  EmbeddedSignupDto,
  ExpandQuery,
  IntegrationListQuery,
  IntegrationView,
  ReplaceTokenDto,
  UpdateIntegrationDto,
} from './integration.dto.js';
import { IntegrationPresenter } from './integration-presenter.js';
import { INTEGRATIONS_PATH } from './integration.view.js';
import { IntegrationsService } from './integrations.service.js';

const CanView = (): MethodDecorator =>
  RequirePermission('messaging:integration:view', 'messaging:whatsappIntegration:view');
const CanEdit = (): MethodDecorator =>
  RequirePermission('messaging:integration:edit', 'messaging:whatsappIntegration:edit');
const CanDelete = (): MethodDecorator =>
  RequirePermission('messaging:integration:delete', 'messaging:whatsappIntegration:delete');

@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messaging/integrations/whatsapp')
export class IntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly tokens: AccessTokens,
    private readonly presenter: IntegrationPresenter,
  ) {}

  @Get()
  @CanView()
  async list(@Query() query: IntegrationListQuery): Promise<Listing<IntegrationView>> {
    const page = await this.integrations.list(query.toPage(), query.toFilter());
    return toListing(await this.presenter.presentPage(page, query.expand), INTEGRATIONS_PATH);
  }

  @Get(':id')
  @CanView()
  @ApiOkResponse({ type: IntegrationView })
  async get(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { expand }: ExpandQuery,
  ): Promise<IntegrationView> {
    return this.presenter.present(await this.integrations.get(id), expand);
  }

  /**
   * Deprecated; the signup does the same. `wabaCertificate` takes the access token of the account. Poll the integration
   * until `createStatus` is Completed, then activate it.
   */
  @Post()
  @RequirePermission('messaging:whatsappIntegration:add')
  @HttpCode(200)
  @ApiOkResponse({ type: IntegrationView })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() { phoneNumber, wabaCertificate, ...body }: CreateIntegrationDto,
  ): Promise<IntegrationView> {
    const signup = { ...body, embeddedSignupAccessToken: wabaCertificate };
    return this.presenter.present(await this.integrations.signUp(caller, signup, phoneNumber));
  }

  /** Begins the signup; poll the integration until `createStatus` is Completed. */
  @Post('embeddedsignup')
  @RequirePermission('messaging:whatsappIntegration:add')
  @HttpCode(200)
  @ApiOkResponse({ type: IntegrationView })
  async signUp(@CurrentCaller() caller: Caller, @Body() body: EmbeddedSignupDto): Promise<IntegrationView> {
    return this.presenter.present(await this.integrations.signUp(caller, body));
  }

  /** Begins the activation of a number; poll the integration until `status` is Active. */
  @Patch('embeddedsignup/:id')
  @CanEdit()
  @ApiOkResponse({ type: IntegrationView })
  async activate(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ActivateIntegrationDto,
  ): Promise<IntegrationView> {
    return this.presenter.present(await this.integrations.activate(caller, id, body));
  }

  @Patch(':id')
  @CanEdit()
  @ApiOkResponse({ type: IntegrationView })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateIntegrationDto,
  ): Promise<IntegrationView> {
    return this.presenter.present(await this.integrations.update(caller, id, body));
  }

  /** Ours: replaces the access token, also while campaigns run. The old one counts until the new one is proven. */
  @Put(':id/accesstoken')
  @CanEdit()
  @ApiOkResponse({ type: IntegrationView })
  async replaceToken(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { accessToken }: ReplaceTokenDto,
  ): Promise<IntegrationView> {
    return this.presenter.present(await this.tokens.replace(caller, id, accessToken));
  }

  /** Answers the integration as it was. The number stays registered at WhatsApp. */
  @Delete(':id')
  @CanDelete()
  @ApiOkResponse({ type: IntegrationView })
  async remove(@Param('id', ParseUUIDPipe) id: string): Promise<IntegrationView> {
    return this.presenter.present(await this.integrations.remove(id));
  }
}
