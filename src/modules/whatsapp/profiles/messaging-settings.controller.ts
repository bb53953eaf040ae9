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
import { mapPage } from '../../../kernel/page.js';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { MessagingSettingsService } from './messaging-settings.service.js';
import { DefaultSettingDto, MessagingSettingDto, MessagingSettingView } from './profile.dto.js';
import { MESSAGING_SETTINGS_PATH, toMessagingSettingView } from './profile.view.js';

/** Messaging settings (Genesys Cloud API, messaging settings). */
@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messaging/settings')
export class MessagingSettingsController {
  constructor(private readonly settings: MessagingSettingsService) {}

  @Get()
  @RequirePermission('messaging:setting:view')
  async list(@Query() query: PageQuery): Promise<Listing<MessagingSettingView>> {
    const page = await this.settings.list(query.toPage());
    return toListing(mapPage(page, toMessagingSettingView), MESSAGING_SETTINGS_PATH);
  }

  @Post()
  @RequirePermission('messaging:setting:add')
  @HttpCode(200)
  @ApiOkResponse({ type: MessagingSettingView })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() { name = '', content, event }: MessagingSettingDto,
  ): Promise<MessagingSettingView> {
    return toMessagingSettingView(await this.settings.create(caller, { name, content, event }));
  }

  @Get('default')
  @RequirePermission('messaging:setting:view')
  @ApiOkResponse({ type: MessagingSettingView })
  async getDefault(): Promise<MessagingSettingView> {
    return toMessagingSettingView(await this.settings.getDefault());
  }

  /** New integrations that name no setting get this one. */
  @Put('default')
  @RequirePermission('messaging:setting:edit')
  @ApiOkResponse({ type: MessagingSettingView })
  async setDefault(@Body() { settingId }: DefaultSettingDto): Promise<MessagingSettingView> {
    return toMessagingSettingView(await this.settings.setDefault(settingId));
  }

  /** New integrations get no setting any more; the setting itself stays. */
  @Delete('default')
  @RequirePermission('messaging:setting:edit')
  clearDefault(): Promise<void> {
    return this.settings.clearDefault();
  }

  @Get(':id')
  @RequirePermission('messaging:setting:view')
  @ApiOkResponse({ type: MessagingSettingView })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<MessagingSettingView> {
    return toMessagingSettingView(await this.settings.get(id));
  }

  @Patch(':id')
  @RequirePermission('messaging:setting:edit')
  @ApiOkResponse({ type: MessagingSettingView })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: MessagingSettingDto,
  ): Promise<MessagingSettingView> {
    return toMessagingSettingView(await this.settings.update(caller, id, body));
  }

  @Delete(':id')
  @RequirePermission('messaging:setting:delete')
  remove(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.settings.delete(id);
  }
}
