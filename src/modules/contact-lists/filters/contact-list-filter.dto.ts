import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsEmpty,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { FilterCriteriaDto } from './filter-criteria.dto.js';

const MAX_IDS = 100;
const TEMPLATES_NOT_OFFERED = {
  message: 'contactListTemplate: templates of contact lists are not offered; name a contact list',
  context: { code: 'not.offered' },
};

/** A filter as clients write it (Genesys Cloud API, ContactListFilter). */
export class ContactListFilterDto extends FilterCriteriaDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiProperty({ type: EntityRefDto, description: 'Fixed when the filter is created' })
  @IsOptional()
  @IsObject({ message: 'contactList must refer to an object: {"id": "..."}' })
  @ValidateNested()
  @Type(() => EntityRefDto)
  contactList?: EntityRefDto;

  @ApiPropertyOptional({ enum: ['ContactList'] })
  @IsOptional()
  @Equals('ContactList', { message: 'sourceType must be ContactList', context: { code: 'not.offered' } })
  sourceType?: string;

  @IsOptional()
  @IsEmpty(TEMPLATES_NOT_OFFERED)
  contactListTemplate?: unknown;

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

/** Which filters to list; filters have no division of their own. */
export class ContactListFiltersQuery extends NamedListQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all', { message: 'contactListId must be a UUID' })
  contactListId?: string;

  override toFilter(): NamedFilter {
    return { ...super.toFilter(), divisionIds: undefined };
  }
}

export class FilterIdsDto {
  @ApiProperty({ type: [String], format: 'uuid', maxItems: MAX_IDS })
  @IsArray({ message: 'ids must be a list' })
  @ArrayMaxSize(MAX_IDS, {
    message: `ids may name at most ${MAX_IDS} filters`,
    context: { code: 'too.many.bulk.retrieves' },
  })
  @IsUUID('all', { each: true, message: 'ids must hold UUIDs' })
  ids: string[];
}
