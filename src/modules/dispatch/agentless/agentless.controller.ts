import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { AgentlessMessageView, SendAgentlessDto } from './agentless.dto.js';
import { AgentlessService } from './agentless.service.js';
import { toAgentlessView } from './agentless.view.js';

@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messages/agentless')
export class AgentlessController {
  constructor(private readonly messages: AgentlessService) {}

  /** Sends one WhatsApp template to one recipient, for example as a test of a campaign. */
  @Post()
  @HttpCode(202)
  @RequirePermission('conversation:message:create')
  @ApiAcceptedResponse({ type: AgentlessMessageView })
  async send(@CurrentCaller() caller: Caller, @Body() body: SendAgentlessDto): Promise<AgentlessMessageView> {
    return toAgentlessView(await this.messages.send(caller.identity.subjectId, body));
  }

  /** Ours: how the message fares. */
  @Get(':id')
  @RequirePermission('conversation:message:create')
  @ApiOkResponse({ type: AgentlessMessageView })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<AgentlessMessageView> {
    return toAgentlessView(await this.messages.get(id));
  }
}
