import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsObject, IsOptional, IsString, IsUUID, ValidateNested } from 'class-validator';
import { FilterCriteriaDto } from '../filters/filter-criteria.dto.js';

/** Which contacts are meant: those of a saved filter or of criteria (Genesys Cloud API, ContactBulkSearchParameters). */
export class ContactSelectionDto {
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

  @ApiPropertyOptional({ default: true, description: 'Keeps the contacts as they were as a file' })
  @IsOptional()
  @IsBoolean({ message: 'generateDownloadURI must be true or false' })
  generateDownloadURI?: boolean;
}

/** The same, or contacts by their ids (Genesys Cloud API, ContactsExportRequest). */
export class ContactIdSelectionDto extends ContactSelectionDto {
  @ApiPropertyOptional({ type: [String], description: 'Up to 1,000 ids' })
  @IsOptional()
  @IsArray({ message: 'contactIds must be a list' })
  @IsString({ each: true, message: 'contactIds must hold texts' })
  contactIds?: string[];
}
