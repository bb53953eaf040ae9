import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, Min, ValidateNested } from 'class-validator';
import { EntityRefDto } from '../../platform/http/entity-ref.js';
import { NamedListQuery } from '../../platform/http/named-list-query.js';
import { CONTACT_METHODS, DNC_SOURCES } from './dnc-list.entity.js';

const CONTENT_TYPES = [
  'text/csv',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

export class DncListQuery extends NamedListQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  dncSourceType?: string;
}

/** Body of a DNC list (Genesys Cloud API, DncList). What it may hold is checked by the rules. */
export class DncListDto {
  @ApiProperty()
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;

  @ApiPropertyOptional({ type: EntityRefDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EntityRefDto)
  division?: EntityRefDto;

  @ApiProperty({ enum: DNC_SOURCES })
  @IsOptional()
  @IsString({ message: 'dncSourceType must be a text' })
  dncSourceType?: string;

  @ApiPropertyOptional({ enum: CONTACT_METHODS, description: 'Needed for rds' })
  @IsOptional()
  @IsString({ message: 'contactMethod must be a text' })
  contactMethod?: string;

  @ApiPropertyOptional({ description: 'Contact column whose values the entries are; needed for rds_custom' })
  @IsOptional()
  @IsString({ message: 'customExclusionColumn must be a text' })
  customExclusionColumn?: string;
}

/** Asks for an upload URL (Genesys Cloud API, DNCListUploadUrlRequest). */
export class DncListUploadDto {
  @ApiProperty({ enum: CONTENT_TYPES })
  @IsIn(CONTENT_TYPES, {
    message: `contentType must be one of ${CONTENT_TYPES.join(', ')}`,
  })
  contentType: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 600 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(604_800)
  signedUrlTimeoutSeconds?: number;

  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'id must be the id of the DNC list' })
  id: string;

  @ApiPropertyOptional({ description: 'Columns with numbers, comma separated' })
  @IsOptional()
  @IsString()
  phoneColumns?: string;

  @ApiPropertyOptional({ description: 'Columns with numbers, comma separated' })
  @IsOptional()
  @IsString()
  whatsAppColumns?: string;

  @ApiPropertyOptional({ description: 'Columns with e-mail addresses, comma separated' })
  @IsOptional()
  @IsString()
  emailColumns?: string;

  @ApiPropertyOptional({ description: 'Column with values of the custom exclusion column' })
  @IsOptional()
  @IsString()
  customExclusionColumns?: string;

  @ApiPropertyOptional({ description: 'Column that says until when the entries of a line are blocked' })
  @IsOptional()
  @IsString()
  expirationDateTimeColumn?: string;
}
