import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../platform/http/entity-ref.js';
import { NamedListQuery } from '../../platform/http/named-list-query.js';
import { QueryFlag } from '../../platform/http/query-list.js';
import { CONTACT_METHODS } from './dnc-list.entity.js';

export const ENTRY_ACTIONS = ['Add', 'Remove'] as const;
/** Greatest number of numbers in one call; larger numbers come by import. */
const MAX_NUMBERS = 10_000;
const CONTENT_TYPES = ['text/csv', 'application/vnd.ms-excel'] as const;

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

  @ApiProperty({ enum: ['rds'] })
  @IsOptional()
  @IsString({ message: 'dncSourceType must be a text' })
  dncSourceType?: string;

  @ApiProperty({ enum: CONTACT_METHODS })
  @IsOptional()
  @IsString({ message: 'contactMethod must be a text' })
  contactMethod?: string;
}

/** Adds or removes numbers; only the list of the path that is called counts. */
export class PatchNumbersDto {
  @ApiProperty({ enum: ENTRY_ACTIONS })
  @IsIn(ENTRY_ACTIONS, { message: 'action must be Add or Remove' })
  action: (typeof ENTRY_ACTIONS)[number];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_NUMBERS, { message: `whatsAppNumbers may hold at most ${MAX_NUMBERS} numbers` })
  @IsString({ each: true, message: 'whatsAppNumbers must hold texts' })
  whatsAppNumbers?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_NUMBERS, { message: `phoneNumbers may hold at most ${MAX_NUMBERS} numbers` })
  @IsString({ each: true, message: 'phoneNumbers must hold texts' })
  phoneNumbers?: string[];

  @ApiPropertyOptional({ description: 'yyyy-MM-ddTHH:mmZ, at most 180 days ahead' })
  @IsOptional()
  @IsString()
  expirationDateTime?: string;
}

export class AddNumbersQuery {
  @ApiPropertyOptional({ description: 'yyyy-MM-ddTHH:mmZ, at most 180 days ahead' })
  @IsOptional()
  @IsString()
  expirationDateTime?: string;
}

export class DeleteNumbersQuery {
  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  expiredOnly?: boolean;
}

/** Asks for an upload URL (Genesys Cloud API, DNCListUploadUrlRequest). */
export class DncListUploadDto {
  @ApiProperty({ enum: CONTENT_TYPES })
  @IsIn(CONTENT_TYPES, {
    message: `contentType must be one of ${CONTENT_TYPES.join(', ')}; save a workbook as CSV`,
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

  @ApiPropertyOptional({ description: 'Column that says until when the numbers of a line are blocked' })
  @IsOptional()
  @IsString()
  expirationDateTimeColumn?: string;
}
