import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;
const BLANK = { message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } };
const LONG = {
  message: 'name must have at most 64 characters',
  context: { code: 'name.length.exceeded' },
};

class IntegrationRefs {
  /** Accepted and kept; campaigns do not depend on it. */
  @ApiPropertyOptional({ type: EntityRefDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EntityRefDto)
  supportedContent?: EntityRefDto;

  /** Accepted and kept; campaigns do not depend on it. */
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

/** WhatsAppIntegration on the wire (Genesys Cloud API, WhatsApp integrations). */
export class IntegrationView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  /** Empty until a number is chosen. */
  @ApiProperty()
  phoneNumber: string;
  @ApiProperty({ enum: ['Incomplete', 'Starting', 'Active', 'Error'] })
  status: string;
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
  @ApiPropertyOptional({ type: IntegrationRefView })
  supportedContent?: IntegrationRefView;
  @ApiPropertyOptional({ type: IntegrationRefView })
  messagingSetting?: IntegrationRefView;
  @ApiProperty()
  version: number;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiProperty({ format: 'date-time' })
  dateModified: string;
  @ApiPropertyOptional({ type: IntegrationRefView })
  createdBy?: IntegrationRefView;
  @ApiProperty()
  selfUri: string;
}
