import { Body, Controller, Delete, Get, Head, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated, Caller, CurrentCaller } from '../../access/index.js';
import { TOPICS } from '../topics.js';
import {
  AvailableTopicListView,
  ChannelListView,
  ChannelTopicListView,
  ChannelView,
  readTopicNames,
  SubscribeQuery,
  toAvailableTopics,
} from './channel.dto.js';
import { type Asked, ChannelsService } from './channels.service.js';

const TOPIC_LIST = {
  schema: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
};

/** Channels for events that are sent over WebSockets (Genesys Cloud API, notifications). */
@ApiTags('Notifications')
@ApiBearerAuth()
@Authenticated()
@Controller('api/v2/notifications')
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  @Get('availabletopics')
  @ApiOkResponse({ type: AvailableTopicListView })
  availableTopics(): AvailableTopicListView {
    return { entities: TOPICS.flatMap(toAvailableTopics) };
  }

  @Post('channels')
  @HttpCode(200)
  @ApiOkResponse({ type: ChannelView })
  create(@CurrentCaller() caller: Caller): Promise<ChannelView> {
    return this.channels.create(caller);
  }

  /** All channels of the user and app, whichever token made them. */
  @Get('channels')
  @ApiOkResponse({ type: ChannelListView })
  async list(@CurrentCaller() caller: Caller): Promise<ChannelListView> {
    return { entities: await this.channels.list(caller) };
  }

  @Head('channels/:channelId')
  async exists(@CurrentCaller() caller: Caller, @Param('channelId') id: string): Promise<void> {
    await this.channels.require(caller, id);
  }

  @Get('channels/:channelId/subscriptions')
  @ApiOkResponse({ type: ChannelTopicListView })
  async subscriptions(
    @CurrentCaller() caller: Caller,
    @Param('channelId') id: string,
  ): Promise<ChannelTopicListView> {
    return { entities: await this.channels.subscriptions(caller, id) };
  }

  @Post('channels/:channelId/subscriptions')
  @HttpCode(200)
  @ApiBody(TOPIC_LIST)
  @ApiOkResponse({ type: ChannelTopicListView })
  async add(
    @CurrentCaller() caller: Caller,
    @Param('channelId') id: string,
    @Query() query: SubscribeQuery,
    @Body() body: unknown,
  ): Promise<ChannelTopicListView> {
    return { entities: await this.channels.add(caller, id, toAsked(query, body)) };
  }

  @Put('channels/:channelId/subscriptions')
  @ApiBody(TOPIC_LIST)
  @ApiOkResponse({ type: ChannelTopicListView })
  async replace(
    @CurrentCaller() caller: Caller,
    @Param('channelId') id: string,
    @Query() query: SubscribeQuery,
    @Body() body: unknown,
  ): Promise<ChannelTopicListView> {
    return { entities: await this.channels.replace(caller, id, toAsked(query, body)) };
  }

  @Delete('channels/:channelId/subscriptions')
  @HttpCode(204)
  async clear(@CurrentCaller() caller: Caller, @Param('channelId') id: string): Promise<void> {
    await this.channels.replace(caller, id, { names: [], ignoreErrors: false });
  }
}

function toAsked({ ignoreErrors }: SubscribeQuery, body: unknown): Asked {
  return { names: readTopicNames(body), ignoreErrors: ignoreErrors === 'true' };
}
