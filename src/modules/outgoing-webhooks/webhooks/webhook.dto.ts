import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionRef } from '../../access/index.js';
import { EVENT_STATUSES, type EventStatus } from '../deliveries/message-events.js';
import type { OutgoingWebhook, WebhookState } from './webhook.entity.js';

export const WEBHOOKS_PATH = '/api/v2/outbound/webhooks';

/** An outgoing webhook as clients write it. */
export class WebhookDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({
    type: EntityRefDto,
    description: 'Whose messages it is told of; else the home division',
  })
  @IsOptional()
  @IsObject({ message: 'division must refer to an object: {"id": "..."}' })
  @ValidateNested()
  @Type(() => EntityRefDto)
  division?: EntityRefDto;

  @ApiProperty({ description: 'https, and in the public internet unless the installation allows others' })
  @IsOptional()
  @IsString({ message: 'url must be a text' })
  url?: string;

  @ApiPropertyOptional({
    enum: EVENT_STATUSES,
    isArray: true,
    description: 'What it is told; else everything',
  })
  @IsOptional()
  @IsArray({ message: 'statuses must be a list' })
  statuses?: unknown[];

  @ApiPropertyOptional({
    default: true,
    description: 'false pauses it, true also switches on what was disabled',
  })
  @IsOptional()
  @IsBoolean({ message: 'enabled must be true or false' })
  enabled?: boolean;

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

/** An outgoing webhook on the wire. */
export class WebhookView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: Object })
  division: DivisionRef;

  @ApiProperty()
  url: string;

  @ApiProperty({ enum: EVENT_STATUSES, isArray: true })
  statuses: EventStatus[];

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ enum: ['active', 'paused', 'disabled'] })
  state: WebhookState;

  @ApiPropertyOptional({ description: 'Why it was switched off' })
  disabledReason?: string;

  @ApiPropertyOptional({ description: 'Since when nothing could be delivered' })
  failingSince?: string;

  @ApiPropertyOptional({
    description: 'Until when deliveries are signed with the secret before this one too',
  })
  previousSecretUntil?: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty()
  selfUri: string;
}

/** With its secret, which is shown this once. */
export class WebhookSecretView extends WebhookView {
  @ApiProperty({
    description: 'whsec_ and a key in base64; deliveries are signed with it (Standard Webhooks)',
  })
  secret: string;
}

export function toWebhookView(webhook: OutgoingWebhook, division: DivisionRef): WebhookView {
  const { id, name, url, statuses, state, version, previousSecretUntil } = webhook;
  const isPreviousValid = previousSecretUntil && previousSecretUntil.getTime() > Date.now();
  return {
    id,
    name,
    division,
    url,
    statuses,
    enabled: state === 'active',
    state,
    disabledReason: webhook.disabledReason ?? undefined,
    failingSince: webhook.failingSince ? toWireDate(webhook.failingSince) : undefined,
    previousSecretUntil: isPreviousValid ? toWireDate(previousSecretUntil) : undefined,
    dateCreated: toWireDate(webhook.createdAt),
    dateModified: toWireDate(webhook.updatedAt),
    version,
    selfUri: `${WEBHOOKS_PATH}/${id}`,
  };
}
