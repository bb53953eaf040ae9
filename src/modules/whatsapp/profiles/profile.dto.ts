import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import type { StorySetting, Switch, TypingSetting } from './messaging-profile.js';

const SWITCHES = ['Enabled', 'Disabled'];
const MAX_MEDIA_TYPES = 100;

class MediaTypeDto {
  /** One media type, or all of a kind with a star. */
  @ApiProperty({ example: 'image/*' })
  @Matches(/^(?:\*\/\*|[a-z]+\/(?:\*|[a-z0-9][\w.+-]*))$/iu, {
    message: 'type must be a media type such as image/jpeg, image/* or */*',
  })
  type: string;
}

class MediaTypeAccessDto {
  @ApiPropertyOptional({ type: [MediaTypeDto] })
  @IsOptional()
  @IsArray({ message: 'inbound must be a list of media types' })
  @ArrayMaxSize(MAX_MEDIA_TYPES)
  @ValidateNested({ each: true })
  @Type(() => MediaTypeDto)
  inbound?: MediaTypeDto[];

  @ApiPropertyOptional({ type: [MediaTypeDto] })
  @IsOptional()
  @IsArray({ message: 'outbound must be a list of media types' })
  @ArrayMaxSize(MAX_MEDIA_TYPES)
  @ValidateNested({ each: true })
  @Type(() => MediaTypeDto)
  outbound?: MediaTypeDto[];
}

class MediaTypesDto {
  @ApiPropertyOptional({ type: MediaTypeAccessDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MediaTypeAccessDto)
  allow?: MediaTypeAccessDto;
}

/** Supported content as clients write it (Genesys Cloud API, supported content). */
export class SupportedContentDto {
  @ApiPropertyOptional({ maxLength: 64 })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({ type: MediaTypesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MediaTypesDto)
  mediaTypes?: MediaTypesDto;

  /** When given, it must be the newest. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

class SwitchesDto {
  @ApiPropertyOptional({ enum: SWITCHES })
  @IsOptional()
  @IsIn(SWITCHES, { message: 'inbound must be Enabled or Disabled' })
  inbound?: Switch;

  @ApiPropertyOptional({ enum: SWITCHES })
  @IsOptional()
  @IsIn(SWITCHES, { message: 'outbound must be Enabled or Disabled' })
  outbound?: Switch;
}

class InboundSwitchDto {
  @ApiPropertyOptional({ enum: SWITCHES })
  @IsOptional()
  @IsIn(SWITCHES, { message: 'inbound must be Enabled or Disabled' })
  inbound?: Switch;
}

class StoryDto {
  @ApiPropertyOptional({ type: InboundSwitchDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => InboundSwitchDto)
  mention?: InboundSwitchDto;

  @ApiPropertyOptional({ type: InboundSwitchDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => InboundSwitchDto)
  reply?: InboundSwitchDto;
}

class ContentDto {
  @ApiPropertyOptional({ type: StoryDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => StoryDto)
  story?: StoryDto;
}

class TypingDto {
  @ApiPropertyOptional({ type: SwitchesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => SwitchesDto)
  on?: SwitchesDto;
}

class EventDto {
  @ApiPropertyOptional({ type: TypingDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => TypingDto)
  typing?: TypingDto;
}

/** Messaging settings as clients write them (Genesys Cloud API, messaging settings). */
export class MessagingSettingDto {
  @ApiPropertyOptional({ maxLength: 64 })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({ type: ContentDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => ContentDto)
  content?: ContentDto;

  @ApiPropertyOptional({ type: EventDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EventDto)
  event?: EventDto;
}

export class DefaultSettingDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'settingId must be the id of a messaging setting' })
  settingId: string;
}

class UserRefView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  selfUri: string;
}

/** SupportedContent on the wire. */
export class SupportedContentView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: MediaTypesDto })
  mediaTypes: MediaTypesDto;
  @ApiProperty()
  version: number;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiProperty({ format: 'date-time' })
  dateModified: string;
  @ApiPropertyOptional({ type: UserRefView })
  createdBy?: UserRefView;
  @ApiPropertyOptional({ type: UserRefView })
  modifiedBy?: UserRefView;
  @ApiProperty()
  selfUri: string;
}

/** MessagingSetting on the wire; its version is a text there. */
export class MessagingSettingView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: ContentDto })
  content: { story?: StorySetting };
  @ApiProperty({ type: EventDto })
  event: { typing?: TypingSetting };
  @ApiProperty()
  version: string;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiProperty({ format: 'date-time' })
  dateModified: string;
  @ApiPropertyOptional({ type: UserRefView })
  createdBy?: UserRefView;
  @ApiPropertyOptional({ type: UserRefView })
  updatedBy?: UserRefView;
  @ApiProperty()
  selfUri: string;
}
