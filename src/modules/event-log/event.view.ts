import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { fillIn } from '../../kernel/fill-in.js';
import { toWireDate } from '../../platform/http/json-dates.js';
import { EVENT_CATEGORIES, EVENT_LEVELS } from './event-codes.js';
import { type EventEntity, uriOf } from './event-entity.js';
import type { EventRow } from './events.repository.js';

export const EVENTS_PATH = '/api/v2/outbound/events';

class EventEntityView {
  @ApiProperty()
  id: string;

  @ApiPropertyOptional()
  name?: string;

  @ApiProperty()
  selfUri: string;
}

class EventMessageView {
  @ApiProperty({ example: 'CAMPAIGN_INVALIDATED' })
  code: string;

  @ApiProperty()
  message: string;

  @ApiProperty()
  messageWithParams: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  messageParams: Record<string, string>;

  @ApiProperty({ type: [String] })
  resourceURIs: string[];
}

/** An event on the wire (Genesys Cloud API, EventLog). */
export class EventView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiPropertyOptional({ type: EventEntityView })
  errorEntity?: EventEntityView;

  @ApiPropertyOptional({ type: EventEntityView })
  relatedEntity?: EventEntityView;

  @ApiProperty()
  timestamp: string;

  @ApiProperty({ enum: EVENT_LEVELS })
  level: string;

  @ApiProperty({ enum: EVENT_CATEGORIES })
  category: string;

  @ApiProperty()
  correlationId: string;

  @ApiProperty({ type: EventMessageView })
  eventMessage: EventMessageView;

  @ApiProperty()
  selfUri: string;
}

export function toEventView(row: EventRow): EventView {
  const entities = [row.error_entity, row.related_entity].filter((entity) => entity !== null);
  return {
    id: row.id,
    errorEntity: toEntityView(row.error_entity),
    relatedEntity: toEntityView(row.related_entity),
    timestamp: toWireDate(row.occurred_at),
    level: row.level,
    category: row.category,
    correlationId: row.correlation_id,
    eventMessage: {
      code: row.code,
      message: fillIn(row.message_with_params, row.message_params),
      messageWithParams: row.message_with_params,
      messageParams: row.message_params,
      resourceURIs: entities.map(uriOf),
    },
    selfUri: `${EVENTS_PATH}/${row.id}`,
  };
}

function toEntityView(entity: EventEntity | null): EventEntityView | undefined {
  return entity ? { id: entity.id, name: entity.name, selfUri: uriOf(entity) } : undefined;
}
