import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { PageQuery } from '../../../platform/http/listing.js';
import {
  type Delivery,
  DELIVERY_STATES,
  type DeliveryState,
  type DeliveryType,
} from './deliveries.repository.js';

/** Which deliveries to list, the newest first. */
export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @IsOptional()
  @IsIn(DELIVERY_STATES, { message: `state must be one of ${DELIVERY_STATES.join(', ')}` })
  state?: DeliveryState;
}

class AttemptView {
  @ApiProperty()
  at: string;

  @ApiProperty({ description: 'How long it took, in milliseconds' })
  ms: number;

  @ApiPropertyOptional({ description: 'HTTP status that was answered' })
  status?: number;

  @ApiPropertyOptional()
  error?: string;
}

/** A delivery on the wire. */
export class DeliveryView {
  @ApiProperty({ format: 'uuid', description: 'Sent as the header webhook-id' })
  id: string;

  @ApiProperty({ enum: ['message.status', 'webhook.test'] })
  type: DeliveryType;

  @ApiProperty({ enum: DELIVERY_STATES })
  state: DeliveryState;

  @ApiProperty({ description: 'How many events it carries' })
  events: number;

  @ApiProperty()
  dateCreated: string;

  @ApiPropertyOptional({ description: 'When it is tried next, or again if that attempt gets lost' })
  nextAttempt?: string;

  @ApiPropertyOptional({ description: 'When it was delivered or given up' })
  dateFinished?: string;

  @ApiProperty()
  attempts: number;

  @ApiProperty({ type: [AttemptView], description: 'The newest ten attempts, oldest first' })
  log: AttemptView[];

  @ApiProperty()
  selfUri: string;
}

/** With what is sent. */
export class DeliveryDetailView extends DeliveryView {
  @ApiProperty({ type: Object })
  body: unknown;
}

export function toDeliveryView(delivery: Delivery, path: string): DeliveryView {
  const { id, type, state, events, createdAt, dueAt, finishedAt, attempts, log } = delivery;
  return {
    id,
    type,
    state,
    events,
    dateCreated: toWireDate(createdAt),
    nextAttempt: state === 'pending' ? toWireDate(dueAt) : undefined,
    dateFinished: finishedAt ? toWireDate(finishedAt) : undefined,
    attempts,
    log,
    selfUri: `${path}/${id}`,
  };
}
