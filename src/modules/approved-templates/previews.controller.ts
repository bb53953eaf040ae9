import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import { PreviewRequestDto, TemplatePreviewView } from './preview.dto.js';
import { PreviewsService } from './previews.service.js';

@ApiTags('Response Management')
@ApiBearerAuth()
@Controller('api/v2/responsemanagement/responses/:id/preview')
export class PreviewsController {
  constructor(private readonly previews: PreviewsService) {}

  /** Ours: the message as a contact would see it, and why it would not be sent. To name a contact takes its view permission. */
  @Post()
  @HttpCode(200)
  @RequirePermission('responses:response:view')
  @ApiOkResponse({ type: TemplatePreviewView })
  preview(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: PreviewRequestDto,
  ): Promise<TemplatePreviewView> {
    const scopes = {
      response: caller.scope('responses:response:view'),
      contact: caller.scope('outbound:contact:view'),
    };
    return this.previews.preview(scopes, id, body);
  }
}
