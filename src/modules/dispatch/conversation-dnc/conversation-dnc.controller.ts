import { Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { ConversationDnc } from './conversation-dnc.service.js';

@ApiTags('DNC lists')
@ApiBearerAuth()
@Controller('api/v2/outbound/conversations')
export class ConversationDncController {
  constructor(private readonly conversations: ConversationDnc) {}

  /** Adds whom the conversation is with to the DNC lists of its campaign (Genesys Cloud API, DNC lists). */
  @Post(':conversationId/dnc')
  @RequirePermission('outbound:dnc:add')
  @HttpCode(204)
  @ApiNoContentResponse()
  add(
    @CurrentCaller() caller: Caller,
    @Param('conversationId', ParseUUIDPipe) conversationId: string,
  ): Promise<void> {
    return this.conversations.add(caller.scope('outbound:dnc:add'), conversationId);
  }
}
