import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryList } from '../../../platform/http/query-list.js';
import type { ProfileFilter } from './integrations.repository.js';
import type { MessagingSettingView, SupportedContentView } from '../profiles/profile.dto.js';

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;
const BLANK = { message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } };
const LONG = {
  message: 'name must have at most 64 characters',
  context: { code: 'name.length.exceeded' },
};

const EXPANSIONS = ['supportedContent', 'messagingSetting', 'identityresolution'] as const;
export type Expansion = (typeof EXPANSIONS)[number];

export class ExpandQuery extends PageQuery {
  /** Profiles to show in full. Identity resolution is not offered and adds nothing. */
  @ApiPropertyOptional({ enum: EXPANSIONS, isArray: true })
  @IsOptional()
  @QueryList()
  @IsIn(EXPANSIONS, { each: true, message: `expand must be of ${EXPANSIONS.join(', ')}` })
  expand?: Expansion[];
}

export class IntegrationListQuery extends ExpandQuery {
  /** Only integrations with this supported content. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all', { message: 'supportedContent.id must be a UUID' })
  'supportedContent.id'?: string;

  /** Only integrations with this messaging setting. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all', { message: 'messagingSetting.id must be a UUID' })
  'messagingSetting.id'?: string;

  toFilter(): ProfileFilter {
    return {
      supportedContentId: this['supportedContent.id'],
      messagingSettingId: this['messagingSetting.id'],
    };
  }
}

class IntegrationRefs {
  /** The default when absent. Campaigns do not depend on it. */
  @ApiPropertyOptional({ type: EntityRefDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EntityRefDto)
  supportedContent?: EntityRefDto;

  /** The default when absent. Campaigns do not depend on it. */
  @ApiPropertyOptional({ type: EntityRefDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EntityRefDto)
  messagingSetting?: EntityRefDto;
}

export class EmbeddedSignupDto extends IntegrationRefs {
  @ApiProperty({ maxLength: 64 })
  @Transform(trimmed)
  @MaxLength(64, LONG)
  @IsNotEmpty(BLANK)
  @IsString({ message: 'name must be a text' })
  name: string;

  /** A token of the WhatsApp business account, as the embedded signup gives it. Never shown again. */
  @ApiProperty()
  @Transform(trimmed)
  @MaxLength(4096)
  @IsNotEmpty({
    message: 'embeddedSignupAccessToken must be the access token of the WhatsApp business account',
  })
  @IsString({
    message: 'embeddedSignupAccessToken must be the access token of the WhatsApp business account',
  })
  embeddedSignupAccessToken: string;
}

const CREDENTIAL =
  'wabaCertificate must be the access token of the WhatsApp business account: the certificates belonged to the On-Premises API, which WhatsApp has ended';

/** The deprecated way to create an integration: number and credential at once (Genesys Cloud API, integrations). */
export class CreateIntegrationDto extends IntegrationRefs {
  @ApiProperty({ maxLength: 64 })
  @Transform(trimmed)
  @MaxLength(64, LONG)
  @IsNotEmpty(BLANK)
  @IsString({ message: 'name must be a text' })
  name: string;

  /** With plus and country code. */
  @ApiProperty({ example: '+4915792300001' })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.replace(/[\s().-]/gu, '') : value,
  )
  @Matches(/^\+\d{7,15}$/u, {
    message: 'phoneNumber must be a number with plus and country code, such as +4915792300001',
  })
  phoneNumber: string;

  @ApiProperty()
  @Transform(trimmed)
  @MaxLength(4096)
  @IsNotEmpty({ message: CREDENTIAL })
  @IsString({ message: CREDENTIAL })
  wabaCertificate: string;
}

/** A new access token for an integration that is there. */
export class ReplaceTokenDto {
  @ApiProperty()
  @Transform(trimmed)
  @MaxLength(4096)
  @IsNotEmpty({ message: 'accessToken must be the new access token of the WhatsApp business account' })
  @IsString({ message: 'accessToken must be the new access token of the WhatsApp business account' })
  accessToken: string;
}

export class ActivateIntegrationDto {
  @ApiProperty({ pattern: '^\\d{6}$' })
  @Matches(/^\d{6}$/u, { message: "pin must be 6 digits: the phone number's two-step verification PIN" })
  pin: string;

  /** One of the available numbers; may be left out when there is exactly one. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'phoneNumber must be one of the available phone numbers' })
  phoneNumber?: string;

  @ApiPropertyOptional({ maxLength: 64 })
  @IsOptional()
  @Transform(trimmed)
  @MaxLength(64, LONG)
  @IsNotEmpty(BLANK)
  @IsString({ message: 'name must be a text' })
  name?: string;
}

export class UpdateIntegrationDto extends IntegrationRefs {
  @ApiPropertyOptional({ maxLength: 64 })
  @IsOptional()
  @Transform(trimmed)
  @MaxLength(64, LONG)
  @IsNotEmpty(BLANK)
  @IsString({ message: 'name must be a text' })
  name?: string;
}

class AvailablePhoneNumberView {
  @ApiProperty()
  name: string;
  @ApiProperty()
  phoneNumber: string;
  @ApiProperty()
  status: string;
}

class AvailablePhoneNumberListView {
  @ApiProperty({ type: [AvailablePhoneNumberView] })
  entities: AvailablePhoneNumberView[];
}

export class IntegrationErrorView {
  @ApiProperty()
  message: string;
  @ApiProperty()
  code: string;
  @ApiProperty()
  status: number;
  @ApiProperty()
  messageWithParams: string;
  @ApiProperty({ type: Object })
  messageParams: Record<string, string>;
  @ApiProperty({ type: [Object] })
  details: object[];
  @ApiProperty({ type: [Object] })
  errors: object[];
}

class IntegrationRefView {
  @ApiProperty()
  id: string;
  @ApiPropertyOptional()
  selfUri?: string;
}

/** What all messaging integrations have (Genesys Cloud API, MessagingIntegration). */
export class MessagingIntegrationView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ enum: ['whatsapp'] })
  messengerType: 'whatsapp';
  @ApiProperty({ enum: ['Incomplete', 'Starting', 'Active', 'Error'] })
  status: string;
  /** In full when expanded. */
  @ApiPropertyOptional({ type: IntegrationRefView })
  supportedContent?: IntegrationRefView | SupportedContentView;
  /** In full when expanded. */
  @ApiPropertyOptional({ type: IntegrationRefView })
  messagingSetting?: IntegrationRefView | MessagingSettingView;
  @ApiProperty()
  version: number;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiProperty({ format: 'date-time' })
  dateModified: string;
  @ApiPropertyOptional({ type: IntegrationRefView })
  createdBy?: IntegrationRefView;
  @ApiPropertyOptional({ type: IntegrationRefView })
  modifiedBy?: IntegrationRefView;
  @ApiProperty()
  selfUri: string;
}

/** WhatsAppIntegration on the wire (Genesys Cloud API, WhatsApp integrations). */
export class IntegrationView extends OmitType(MessagingIntegrationView, ['messengerType']) {
  /** Empty until a number is chosen. */
  @ApiProperty()
  phoneNumber: string;
  @ApiProperty({ enum: ['Initiated', 'Completed', 'Error'] })
  createStatus: string;
  @ApiPropertyOptional({ type: IntegrationErrorView })
  createError?: IntegrationErrorView;
  @ApiPropertyOptional({ enum: ['CodeConfirmed', 'ActivationFailed'] })
  activationStatusCode?: string;
  @ApiPropertyOptional({ type: IntegrationErrorView })
  activationErrorInfo?: IntegrationErrorView;
  @ApiProperty({ type: AvailablePhoneNumberListView })
  availablePhoneNumbers: AvailablePhoneNumberListView;
  @ApiPropertyOptional()
  whatsAppBusinessAccountId?: string;
  /** Ours: greatest number of messages per second. */
  @ApiProperty()
  messagesPerSecond: number;
  /** Ours: how WhatsApp rates the number: GREEN, YELLOW, RED or UNKNOWN. */
  @ApiProperty()
  qualityRating: string;
}
