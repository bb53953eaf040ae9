import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { PageQuery } from '../../../platform/http/listing.js';
import { RESPONSE_TYPES, type ResponseType } from './response.entity.js';

export const FILTER_NAMES = [
  'name',
  'libraryId',
  'text.contentType',
  'messagingTemplate',
  'responseType',
] as const;
export const FILTER_OPERATORS = [
  'IN',
  'EQUALS',
  'NOTEQUALS',
  'BEGINS_WITH',
  'ENDS_WITH',
  'CONTAINS',
] as const;

/** Greatest page of a search. */
export const MAX_SEARCH_PAGE = 500;

export class ResponseListQuery extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'libraryId must be the id of a library' })
  libraryId: string;
}

class ResponseTextDto {
  /** Placeholders are written {{id}}. */
  @ApiProperty()
  @IsString({ message: 'content must be a text' })
  content: string;

  @ApiPropertyOptional({ enum: ['text/plain', 'text/html'] })
  @IsOptional()
  @IsIn(['text/plain', 'text/html'], { message: 'contentType must be text/plain or text/html' })
  contentType?: string;

  @ApiPropertyOptional({ enum: ['body', 'subject'] })
  @IsOptional()
  @IsIn(['body', 'subject'], { message: 'type must be body or subject' })
  type?: string;
}

class SubstitutionDto {
  @ApiProperty()
  @MaxLength(256)
  @IsNotEmpty({ message: 'id must be the name of a placeholder' })
  @IsString({ message: 'id must be the name of a placeholder' })
  id: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  description?: string;

  /** Used when the contact has no value. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'defaultValue must be a text' })
  defaultValue?: string;
}

class MessageHeaderDto {
  @ApiProperty({ enum: ['Text', 'Image'] })
  @IsIn(['Text', 'Image'], { message: 'type must be Text or Image' })
  type: string;

  @ApiProperty()
  @IsNotEmpty({ message: 'content must be the text, or the address of the image' })
  @IsString({ message: 'content must be the text, or the address of the image' })
  content: string;
}

class MessageFooterDto {
  @ApiPropertyOptional({ enum: ['Text'] })
  @IsOptional()
  @IsIn(['Text'], { message: 'type must be Text' })
  type?: string;

  @ApiProperty()
  @IsString({ message: 'content must be a text' })
  content: string;
}

class ButtonDto {
  @ApiProperty({ enum: ['QuickReply', 'PhoneNumber', 'Url'] })
  @IsIn(['QuickReply', 'PhoneNumber', 'Url'], { message: 'type must be QuickReply, PhoneNumber or Url' })
  type: string;

  /** Label of a quick reply, number or address of the others. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  content?: string;

  /** Label. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  contentText?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  payload?: string;
}

class WhatsAppDefinitionDto {
  /** As WhatsApp approved it. */
  @ApiProperty()
  @IsString({ message: 'name must be the name of the template at WhatsApp' })
  name: string;

  @ApiProperty({ example: 'en_US' })
  @IsString({ message: 'language must be a code such as en_US' })
  language: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  namespace?: string;

  @ApiPropertyOptional({ type: MessageHeaderDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MessageHeaderDto)
  header?: MessageHeaderDto;

  @ApiPropertyOptional({ type: [ButtonDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ButtonDto)
  buttons?: ButtonDto[];

  @ApiPropertyOptional({ type: MessageFooterDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MessageFooterDto)
  messageFooter?: MessageFooterDto;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  integrationId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  category?: string;

  @ApiPropertyOptional({ type: Object })
  @IsOptional()
  @IsObject()
  carousel?: object;
}

class StatusInfoView {
  @ApiProperty()
  code: string;
  @ApiProperty()
  message: string;
}

/** The definition with what WhatsApp says of the template. */
class WhatsAppDefinitionView extends WhatsAppDefinitionDto {
  /** APPROVED may be sent. Absent until WhatsApp was asked. */
  @ApiPropertyOptional()
  templateStatus?: string;

  /** Why the template may not be sent. */
  @ApiPropertyOptional({ type: StatusInfoView })
  statusInfo?: StatusInfoView;
}

class MessagingTemplateView {
  @ApiPropertyOptional({ type: WhatsAppDefinitionView })
  whatsApp?: WhatsAppDefinitionView;
}

class MessagingTemplateDto {
  @ApiPropertyOptional({ type: WhatsAppDefinitionDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => WhatsAppDefinitionDto)
  whatsApp?: WhatsAppDefinitionDto;
}

export class CreateResponseDto {
  @ApiProperty({ maxLength: 128 })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(128, {
    message: 'name must have at most 128 characters',
    context: { code: 'name.length.exceeded' },
  })
  @IsNotEmpty({ message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiProperty({ type: [EntityRefDto] })
  @ValidateNested({ each: true })
  @Type(() => EntityRefDto)
  @ArrayNotEmpty({ message: 'libraries must name at least one library' })
  @IsArray({ message: 'libraries must be a list of libraries by id' })
  libraries: EntityRefDto[];

  @ApiPropertyOptional({ type: [ResponseTextDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResponseTextDto)
  texts?: ResponseTextDto[];

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  interactionType?: string;

  @ApiPropertyOptional({ enum: RESPONSE_TYPES })
  @IsOptional()
  @IsIn(RESPONSE_TYPES, { message: `responseType must be one of ${RESPONSE_TYPES.join(', ')}` })
  responseType?: ResponseType;

  @ApiPropertyOptional({ type: [SubstitutionDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SubstitutionDto)
  substitutions?: SubstitutionDto[];

  @ApiPropertyOptional({ type: MessagingTemplateDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => MessagingTemplateDto)
  messagingTemplate?: MessagingTemplateDto;
}

export class UpdateResponseDto extends CreateResponseDto {
  /** The version that the change is based on. */
  @ApiProperty()
  @Min(1, { message: 'version must be the version of the response that you changed' })
  @IsInt({ message: 'version must be the version of the response that you changed' })
  version: number;
}

export class ResponseFilterDto {
  @ApiProperty({ enum: FILTER_NAMES })
  @IsIn(FILTER_NAMES, { message: `name must be one of ${FILTER_NAMES.join(', ')}` })
  name: (typeof FILTER_NAMES)[number];

  @ApiProperty({ enum: FILTER_OPERATORS })
  @IsIn(FILTER_OPERATORS, { message: `operator must be one of ${FILTER_OPERATORS.join(', ')}` })
  operator: (typeof FILTER_OPERATORS)[number];

  @ApiProperty({ type: [String] })
  @IsString({ each: true, message: 'values must be texts' })
  @ArrayNotEmpty({ message: 'values must have at least one value' })
  @IsArray({ message: 'values must be a list' })
  values: string[];
}

export class ResponseSearchDto extends PageQuery {
  /** Part of the name or of a text. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  queryPhrase?: string;

  /** All must be met. */
  @ApiPropertyOptional({ type: [ResponseFilterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResponseFilterDto)
  filters?: ResponseFilterDto[];
}

/** Response on the wire (Genesys Cloud API, response management). */
export class ResponseView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  version: number;
  @ApiProperty({ type: [EntityRefDto] })
  libraries: { id: string; name: string; selfUri: string }[];
  @ApiProperty({ type: [ResponseTextDto] })
  texts: object[];
  @ApiPropertyOptional()
  interactionType?: string;
  @ApiPropertyOptional({ enum: RESPONSE_TYPES })
  responseType?: string;
  @ApiProperty({ type: [SubstitutionDto] })
  substitutions: object[];
  @ApiPropertyOptional({ type: MessagingTemplateView })
  messagingTemplate?: object;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiPropertyOptional()
  createdBy?: { id: string; selfUri: string };
  @ApiProperty()
  selfUri: string;
}

/** ResponseDivisionView on the wire. */
export class ResponseDivisionView extends PickType(ResponseView, [
  'id',
  'name',
  'libraries',
  'responseType',
  'substitutions',
  'messagingTemplate',
  'selfUri',
]) {}
