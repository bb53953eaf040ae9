import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import {
  CreateResponseDto,
  MAX_SEARCH_PAGE,
  ResponseListQuery,
  ResponseSearchDto,
  ResponseView,
  UpdateResponseDto,
} from './response.dto.js';
import { RESPONSES_PATH, ResponsesService } from './responses.service.js';

@ApiTags('Response Management')
@ApiBearerAuth()
@Controller('api/v2/responsemanagement/responses')
export class ResponsesController {
  constructor(private readonly responses: ResponsesService) {}

  @Get()
  @RequirePermission('responses:response:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ResponseListQuery,
  ): Promise<Listing<ResponseView>> {
    const scope = caller.scope('responses:response:view');
    const page = await this.responses.list(scope, query.libraryId, query.toPage());
    return toListing(page, RESPONSES_PATH);
  }

  @Post('query')
  @RequirePermission('responses:response:view')
  @HttpCode(200)
  async search(
    @CurrentCaller() caller: Caller,
    @Body() body: ResponseSearchDto,
  ): Promise<{ results: Listing<ResponseView> }> {
    const scope = caller.scope('responses:response:view');
    const page = await this.responses.search(scope, body, body.toPage(MAX_SEARCH_PAGE));
    return { results: toListing(page, `${RESPONSES_PATH}/query`) };
  }

  @Post()
  @RequirePermission('responses:response:add')
  @HttpCode(200)
  @ApiOkResponse({ type: ResponseView })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateResponseDto): Promise<ResponseView> {
    return this.responses.create(caller, body);
  }

  @Get(':id')
  @RequirePermission('responses:response:view')
  @ApiOkResponse({ type: ResponseView })
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<ResponseView> {
    return this.responses.get(caller.scope('responses:response:view'), id);
  }

  @Put(':id')
  @RequirePermission('responses:response:edit')
  @ApiOkResponse({ type: ResponseView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateResponseDto,
  ): Promise<ResponseView> {
    return this.responses.update(caller, id, body);
  }

  @Delete(':id')
  @RequirePermission('responses:response:delete')
  remove(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.responses.remove(caller.scope('responses:response:delete'), id);
  }
}
