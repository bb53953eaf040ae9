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
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../../kernel/page.js';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import {
  ActivateIntegrationDto,
  EmbeddedSignupDto,
  IntegrationView,
  UpdateIntegrationDto,
} from './integration.dto.js';
import { INTEGRATIONS_PATH, toIntegrationView } from './integration.view.js';
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
  constructor(private readonly integrations: IntegrationsService) {}

  @Get()
  @CanView()
  async list(@Query() query: PageQuery): Promise<Listing<IntegrationView>> {
    const page = await this.integrations.list(query.toPage());
    return toListing(mapPage(page, toIntegrationView), INTEGRATIONS_PATH);
  }

  @Get(':id')
  @CanView()
  @ApiOkResponse({ type: IntegrationView })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<IntegrationView> {
    return toIntegrationView(await this.integrations.get(id));
  }

  /** Begins the signup; poll the integration until `createStatus` is Completed. */
  @Post('embeddedsignup')
  @RequirePermission('messaging:whatsappIntegration:add')
  @HttpCode(200)
  @ApiOkResponse({ type: IntegrationView })
  async signUp(@CurrentCaller() caller: Caller, @Body() body: EmbeddedSignupDto): Promise<IntegrationView> {
    return toIntegrationView(await this.integrations.signUp(caller, body));
  }

  /** Begins the activation of a number; poll the integration until `status` is Active. */
  @Patch('embeddedsignup/:id')
  @CanEdit()
  @ApiOkResponse({ type: IntegrationView })
  async activate(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ActivateIntegrationDto,
  ): Promise<IntegrationView> {
    return toIntegrationView(await this.integrations.activate(id, body));
  }

  @Patch(':id')
  @CanEdit()
  @ApiOkResponse({ type: IntegrationView })
  async update(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateIntegrationDto,
  ): Promise<IntegrationView> {
    return toIntegrationView(await this.integrations.update(id, body));
  }

  /** Answers the integration as it was. The number stays registered at WhatsApp. */
  @Delete(':id')
  @CanDelete()
  @ApiOkResponse({ type: IntegrationView })
  async remove(@Param('id', ParseUUIDPipe) id: string): Promise<IntegrationView> {
    return toIntegrationView(await this.integrations.remove(id));
  }
}
