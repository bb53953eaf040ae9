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
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { SupportedContentDto, SupportedContentView } from './profile.dto.js';
import { SUPPORTED_CONTENT_PATH, toSupportedContentView } from './profile.view.js';
import { SupportedContentsService } from './supported-contents.service.js';

/** Supported content profiles (Genesys Cloud API, supported content). */
@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messaging/supportedcontent')
export class SupportedContentsController {
  constructor(private readonly contents: SupportedContentsService) {}

  @Get()
  @RequirePermission('messaging:supportedContent:view')
  async list(@Query() query: PageQuery): Promise<Listing<SupportedContentView>> {
    const page = await this.contents.list(query.toPage());
    return toListing(mapPage(page, toSupportedContentView), SUPPORTED_CONTENT_PATH);
  }

  @Post()
  @RequirePermission('messaging:supportedContent:add')
  @HttpCode(200)
  @ApiOkResponse({ type: SupportedContentView })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() { name = '', mediaTypes }: SupportedContentDto,
  ): Promise<SupportedContentView> {
    return toSupportedContentView(await this.contents.create(caller, { name, mediaTypes }));
  }

  @Get('default')
  @RequirePermission('messaging:supportedContent:view')
  @ApiOkResponse({ type: SupportedContentView })
  async getDefault(): Promise<SupportedContentView> {
    return toSupportedContentView(await this.contents.getDefault());
  }

  /** New integrations that name no supported content get this one. */
  @Put('default')
  @RequirePermission('messaging:supportedContent:edit')
  @ApiOkResponse({ type: SupportedContentView })
  async setDefault(@Body() { id }: EntityRefDto): Promise<SupportedContentView> {
    return toSupportedContentView(await this.contents.setDefault(id));
  }

  @Get(':id')
  @RequirePermission('messaging:supportedContent:view')
  @ApiOkResponse({ type: SupportedContentView })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<SupportedContentView> {
    return toSupportedContentView(await this.contents.get(id));
  }

  @Patch(':id')
  @RequirePermission('messaging:supportedContent:edit')
  @ApiOkResponse({ type: SupportedContentView })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: SupportedContentDto,
  ): Promise<SupportedContentView> {
    return toSupportedContentView(await this.contents.update(caller, id, body));
  }

  @Delete(':id')
  @RequirePermission('messaging:supportedContent:delete')
  remove(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.contents.delete(id);
  }
}
