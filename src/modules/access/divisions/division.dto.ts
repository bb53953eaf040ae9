import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
} from 'class-validator';
import { MAX_NAME_LENGTH } from '../../../kernel/object-name.js';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryFlag, QueryList } from '../../../platform/http/query-list.js';

const MAX_IDS = 100;
const MAX_DESCRIPTION_LENGTH = 1_000;
const CURSOR_PAGE_SIZE = 25;
const MAX_CURSOR_PAGE_SIZE = 200;

/** A division as it is sent (Genesys Cloud API, divisions: AuthzDivision). */
export class DivisionDto {
  @ApiProperty({ maxLength: MAX_NAME_LENGTH })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiPropertyOptional({ maxLength: MAX_DESCRIPTION_LENGTH })
  @IsOptional()
  @MaxLength(MAX_DESCRIPTION_LENGTH, {
    message: `description may have at most ${MAX_DESCRIPTION_LENGTH} characters`,
  })
  @IsString({ message: 'description must be a text' })
  description?: string;
}

/** A restored division may take another name, because its own may be taken by now. */
export class RestoreDivisionDto {
  @ApiPropertyOptional({ maxLength: MAX_NAME_LENGTH })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;
}

export class DivisionCountQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @QueryFlag()
  @IsBoolean({ message: 'objectCount must be true or false' })
  objectCount?: boolean;
}

export class DivisionQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Part of the name' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @ArrayMaxSize(MAX_IDS, { message: `id may name at most ${MAX_IDS} divisions` })
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id?: string[];

  @ApiPropertyOptional()
  @IsOptional()
  @QueryFlag()
  @IsBoolean({ message: 'objectCount must be true or false' })
  objectCount?: boolean;

  @ApiPropertyOptional({ enum: ['name'] })
  @IsOptional()
  @IsIn(['name'], { message: 'sortBy must be name' })
  sortBy?: string;
}

export class DivisionCursorQuery {
  @ApiPropertyOptional({ description: 'Cursor of the previous page, as its nextUri gives it' })
  @IsOptional()
  @IsString()
  after?: string;

  @ApiPropertyOptional({ description: 'Cursor of the next page, as its previousUri gives it' })
  @IsOptional()
  @IsString()
  before?: string;

  @ApiPropertyOptional({ default: CURSOR_PAGE_SIZE, maximum: MAX_CURSOR_PAGE_SIZE })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'pageSize must be a whole number' })
  @Min(1, { message: 'pageSize must be at least 1' })
  pageSize?: number;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @ArrayMaxSize(MAX_IDS, { message: `id may name at most ${MAX_IDS} divisions` })
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id?: string[];

  @ApiPropertyOptional({ description: 'Part of the name' })
  @IsOptional()
  @IsString()
  name?: string;

  toSize(): number {
    return Math.min(this.pageSize ?? CURSOR_PAGE_SIZE, MAX_CURSOR_PAGE_SIZE);
  }
}

export class PermittedDivisionsQuery extends PageQuery {
  @ApiProperty({ example: 'outbound:whatsAppCampaign:add' })
  @IsString({ message: 'permission is missing; for example outbound:whatsAppCampaign:add' })
  permission: string;

  @ApiPropertyOptional({ description: 'Part of the name' })
  @IsOptional()
  @IsString()
  name?: string;
}
