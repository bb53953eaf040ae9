import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsEmpty,
  IsIn,
  IsNotEmpty,
  IsNotEmptyObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';

class ParameterDto {
  @ApiProperty()
  @IsString({ message: 'id must be the name of a placeholder' })
  id: string;

  @ApiProperty()
  @IsString({ message: 'value must be a text' })
  value: string;
}

class SendTemplateDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'responseId must be the id of a response' })
  responseId: string;

  @ApiPropertyOptional({ type: [ParameterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ParameterDto)
  parameters?: ParameterDto[];

  @ApiPropertyOptional({ type: [ParameterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ParameterDto)
  headerParameters?: ParameterDto[];

  @ApiPropertyOptional({ type: [ParameterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ParameterDto)
  bodyParameters?: ParameterDto[];

  @ApiPropertyOptional({ type: [ParameterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ParameterDto)
  buttonUrlParameters?: ParameterDto[];

  @IsOptional()
  @IsEmpty({ message: 'templates with a carousel are not supported' })
  carouselParameters?: object;
}

/** SendAgentlessOutboundMessageRequest of the API, as far as WhatsApp needs it. */
export class SendAgentlessDto {
  /** Id of the WhatsApp integration. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'fromAddress must be the id of a WhatsApp integration' })
  fromAddress: string;

  @ApiProperty()
  @IsNotEmpty({ message: 'toAddress must be the WhatsApp id of the recipient' })
  @IsString({ message: 'toAddress must be the WhatsApp id of the recipient' })
  toAddress: string;

  @ApiProperty({ enum: ['whatsapp'] })
  @IsIn(['whatsapp'], { message: 'toAddressMessengerType must be whatsapp: nothing else is sent here' })
  toAddressMessengerType: 'whatsapp';

  @ApiProperty({ type: SendTemplateDto })
  @IsNotEmptyObject({}, { message: 'messagingTemplate must name a response: WhatsApp wants a template' })
  @ValidateNested()
  @Type(() => SendTemplateDto)
  messagingTemplate: SendTemplateDto;
}

class AgentlessMessageData {
  @ApiProperty()
  id: string;
  /** Id of the message at WhatsApp. */
  @ApiPropertyOptional()
  providerMessageId?: string;
  @ApiProperty({ format: 'date-time' })
  timestamp: string;
  /** The API's message statuses: queued, sent, delivery-success, read, delivery-failed, failed. */
  @ApiProperty()
  status: string;
  /** Ours: what WhatsApp said against it. */
  @ApiPropertyOptional()
  errorText?: string;
}

/** SendAgentlessOutboundMessageResponse of the API. */
export class AgentlessMessageView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  conversationId: string;
  @ApiProperty()
  fromAddress: string;
  @ApiProperty()
  toAddress: string;
  @ApiProperty({ enum: ['whatsapp'] })
  messengerType: string;
  @ApiProperty()
  useExistingActiveConversation: boolean;
  @ApiProperty({ type: AgentlessMessageData })
  message: AgentlessMessageData;
  @ApiProperty({ format: 'date-time' })
  timestamp: string;
  @ApiProperty()
  selfUri: string;
}
