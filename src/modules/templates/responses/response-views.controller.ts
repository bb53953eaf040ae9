import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../../kernel/page.js';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import {
  MAX_SEARCH_PAGE,
  ResponseDivisionView,
  ResponseSearchDto,
  type ResponseView,
} from './response.dto.js';
import { RESPONSES_PATH, ResponsesService } from './responses.service.js';

const VIEWS_PATH = `${RESPONSES_PATH}/divisionviews`;

/** Responses for pickers (Genesys Cloud API, response management). */
@ApiTags('Response Management')
@ApiBearerAuth()
@Controller('api/v2/responsemanagement/responses/divisionviews')
export class ResponseViewsController {
  constructor(private readonly responses: ResponsesService) {}

  @Post('query')
  @RequirePermission('responses:response:view')
  @HttpCode(200)
  async search(
    @CurrentCaller() caller: Caller,
    @Body() body: ResponseSearchDto,
  ): Promise<{ results: Listing<ResponseDivisionView> }> {
    const scope = caller.scope('responses:response:view');
    const page = await this.responses.search(scope, body, body.toPage(MAX_SEARCH_PAGE));
    return { results: toListing(mapPage(page, toDivisionView), `${VIEWS_PATH}/query`) };
  }

  @Get(':id')
  @RequirePermission('responses:response:view')
  @ApiOkResponse({ type: ResponseDivisionView })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<ResponseDivisionView> {
    return toDivisionView(await this.responses.get(caller.scope('responses:response:view'), id));
  }
}

function toDivisionView(response: ResponseView): ResponseDivisionView {
  const { id, name, libraries, responseType, substitutions, messagingTemplate } = response;
  return {
    id,
    name,
    libraries,
    responseType,
    substitutions,
    messagingTemplate,
    selfUri: `${VIEWS_PATH}/${id}`,
  };
}
