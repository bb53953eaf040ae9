import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { TopicDefinition } from '../topics.js';

export const CHANNELS_PATH = '/api/v2/notifications/channels';
const MAX_TOPIC_LENGTH = 300;

/** A channel on the wire (Genesys Cloud API, Channel). */
export class ChannelView {
  @ApiProperty({ description: 'Address of the WebSocket; whoever knows it can listen' })
  connectUri: string;

  @ApiProperty()
  id: string;

  @ApiProperty({ description: 'Subscribing again lets the channel live for another day' })
  expires: string;
}

export class ChannelListView {
  @ApiProperty({ type: [ChannelView] })
  entities: ChannelView[];
}

/** A subscription on the wire (Genesys Cloud API, ChannelTopic). */
export class ChannelTopicView {
  @ApiProperty()
  id: string;

  @ApiProperty({ enum: ['Permitted', 'Rejected'] })
  state: 'Permitted' | 'Rejected';

  @ApiPropertyOptional()
  rejectionReason?: string;

  @ApiPropertyOptional({ type: [String] })
  missingPermissions?: string[];

  @ApiProperty()
  selfUri: string;
}

export class ChannelTopicListView {
  @ApiProperty({ type: [ChannelTopicView] })
  entities: ChannelTopicView[];
}

export class AvailableTopicView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ type: [String] })
  requiresPermissions: string[];

  @ApiProperty()
  requiresDivisionPermissions: boolean;

  @ApiProperty()
  requiresCurrentUser: boolean;

  @ApiProperty({ type: [String] })
  transports: string[];

  @ApiProperty({ type: [String] })
  topicParameters: string[];
}

export class AvailableTopicListView {
  @ApiProperty({ type: [AvailableTopicView] })
  entities: AvailableTopicView[];
}

/** Query of a call that subscribes. */
export class SubscribeQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'Subscribe to what is permitted and answer the rest as Rejected, instead of refusing everything',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'ignoreErrors must be true or false' })
  ignoreErrors?: string;
}

/** The names of a body `[{ id }]`, each once. Throws 400 for anything else. */
export function readTopicNames(body: unknown): string[] {
  const isList = Array.isArray(body) && body.every(isNamed);
  if (!isList) {
    throw new ApiError('invalid', 'invalid.value', 'The body must be an array of topics, each with its id.');
  }
  return [...new Set((body as { id: string }[]).map(({ id }) => id.trim()))];
}

function isNamed(value: unknown): boolean {
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' && id.length <= MAX_TOPIC_LENGTH;
}

export function toAvailableTopics(definition: TopicDefinition): AvailableTopicView[] {
  return definition.names.map((id) => ({
    id,
    description: definition.description,
    requiresPermissions: [...definition.permissions],
    requiresDivisionPermissions: true,
    requiresCurrentUser: id.includes('{user}'),
    transports: ['Websocket'],
    topicParameters: [...id.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]!),
  }));
}
