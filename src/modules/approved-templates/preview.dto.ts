import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, IsUUID, ValidateIf } from 'class-validator';

/** Whom a preview is for: a contact, values by column, or a contact with some values changed. */
export class PreviewRequestDto {
  @ApiPropertyOptional({ format: 'uuid' })
  @ValidateIf((body: PreviewRequestDto) => body.contactId !== undefined || body.contactListId !== undefined)
  @IsUUID('all', { message: 'contactListId must be the id of a contact list' })
  contactListId?: string;

  @ApiPropertyOptional()
  @ValidateIf((body: PreviewRequestDto) => body.contactListId !== undefined)
  @IsString({ message: 'contactId must be the id of a contact of the list' })
  contactId?: string;

  /** Values by column; they win over those of the contact. */
  @ApiPropertyOptional({ type: Object })
  @IsOptional()
  @IsObject({ message: 'data must be an object of values by column' })
  data?: Record<string, string>;
}

class PreviewHeaderView {
  @ApiProperty({ enum: ['Text', 'Image'] })
  type: string;
  @ApiProperty()
  content: string;
}

class PreviewButtonView {
  @ApiProperty({ enum: ['QuickReply', 'PhoneNumber', 'Url'] })
  type: string;
  @ApiProperty()
  content: string;
}

class PreviewProblemView {
  /** Wrap-up code that the contact would get. */
  @ApiProperty()
  code: string;
  @ApiProperty()
  message: string;
}

/** A template as a contact would see it. */
export class TemplatePreviewView {
  @ApiPropertyOptional({ type: PreviewHeaderView })
  header?: PreviewHeaderView;
  @ApiProperty()
  body: string;
  @ApiPropertyOptional()
  footer?: string;
  @ApiProperty({ type: [PreviewButtonView] })
  buttons: PreviewButtonView[];
  @ApiProperty()
  bodyLength: number;
  /** What would be sent to WhatsApp; absent when the message can't be sent. */
  @ApiPropertyOptional({ type: Object })
  parameters?: object;
  @ApiPropertyOptional({ type: PreviewProblemView })
  problem?: PreviewProblemView;
}
