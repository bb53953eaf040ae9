import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { QueryList } from '../../../platform/http/query-list.js';
import {
  Caller,
  CurrentCaller,
  type DivisionScope,
  type Permission,
  RequirePermission,
} from '../../access/index.js';
import { ConversationQueryDto } from './conversation-query.dto.js';
import { ConversationQueryView, ConversationsView, ConversationView } from './conversation.dto.js';
import { ConversationsService } from './conversations.service.js';

const VIEW = [
  'analytics:conversationDetail:view',
  'analytics:agentConversationDetail:view',
] as const satisfies Permission[];

class ConversationIdsQuery {
  @ApiPropertyOptional({ type: [String], description: 'Up to 100 ids' })
  @IsOptional()
  @QueryList()
  id?: string[];
}

/** What became of each message (Genesys Cloud API, conversation details). */
@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('api/v2/analytics/conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post('details/query')
  @HttpCode(200)
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: ConversationQueryView })
  query(
    @CurrentCaller() caller: Caller,
    @Body() query: ConversationQueryDto,
  ): Promise<ConversationQueryView> {
    return this.conversations.query(scopeOf(caller), query);
  }

  /** Several by id, in that order; those that do not exist are left out. */
  @Get('details')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: ConversationsView })
  async findByIds(
    @CurrentCaller() caller: Caller,
    @Query() { id = [] }: ConversationIdsQuery,
  ): Promise<ConversationsView> {
    return { conversations: await this.conversations.findByIds(scopeOf(caller), id) };
  }

  @Get(':conversationId/details')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: ConversationView })
  get(@CurrentCaller() caller: Caller, @Param('conversationId') id: string): Promise<ConversationView> {
    return this.conversations.get(scopeOf(caller), id);
  }
}

function scopeOf(caller: Caller): DivisionScope {
  return caller.scope(...VIEW);
}
