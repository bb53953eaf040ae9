import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryFlag, QueryList } from '../../../platform/http/query-list.js';
import { FilterCriteriaDto } from '../filters/filter-criteria.dto.js';
import type { ContactSort } from './contact-sorts.js';

// Enough to tell "too many" from nonsense; the limit itself comes with all other reasons.
const SANE_LENGTH = 1_000;

/** How contacts are added (Genesys Cloud API, add contacts). */
export class AddContactsQuery {
  @ApiPropertyOptional({
    description: 'The contacts are messaged next by campaigns that run, and first by those that start',
  })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  priority?: boolean;

  @ApiPropertyOptional({ description: 'Forget what campaigns noted on contacts that exist already' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  clearSystemData?: boolean;

  @ApiPropertyOptional({
    description:
      'Contacts that wait in running campaigns keep their place, whatever the priority. Nobody is messaged twice in a run in either case',
  })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  doNotQueue?: boolean;
}

export class ContactSearchSortDto {
  @ApiProperty({ description: 'Column of the contact list' })
  @IsString({ message: 'fieldName must be a text' })
  fieldName: string;

  @ApiPropertyOptional({ enum: ['ASC', 'DESC'], default: 'ASC' })
  @IsOptional()
  @IsIn(['ASC', 'DESC'], { message: 'direction must be ASC or DESC' })
  direction?: 'ASC' | 'DESC';

  @ApiPropertyOptional({ default: false, description: 'Compares as numbers instead of text' })
  @IsOptional()
  @IsBoolean({ message: 'numeric must be true or false' })
  numeric?: boolean;
}

/** Body of a contact search (Genesys Cloud API, ContactListingRequest); may be empty. */
export class ContactSearchDto extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'A saved filter of the list, instead of criteria' })
  @IsOptional()
  @IsUUID('all', { message: 'contactListFilterId must be a UUID' })
  contactListFilterId?: string;

  @ApiPropertyOptional({ type: FilterCriteriaDto })
  @IsOptional()
  @IsObject({ message: 'criteria must be an object' })
  @ValidateNested()
  @Type(() => FilterCriteriaDto)
  criteria?: FilterCriteriaDto;

  @ApiPropertyOptional({ type: [ContactSearchSortDto], description: 'Up to four' })
  @IsOptional()
  @IsArray({ message: 'contactSorts must be a list' })
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true, message: 'contactSorts must hold objects' })
  @Type(() => ContactSearchSortDto)
  contactSorts?: ContactSearchSortDto[];

  toSorts(): ContactSort[] {
    return (this.contactSorts ?? []).map(({ fieldName, direction, numeric }) => ({
      fieldName,
      direction: direction ?? 'ASC',
      numeric: numeric ?? false,
    }));
  }
}

/** Which contacts to delete. */
export class ContactIdsQuery {
  @ApiProperty({ type: [String], description: 'At most 250 ids' })
  @IsOptional()
  @QueryList()
  contactIds?: string[];
}
