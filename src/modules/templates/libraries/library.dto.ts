import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { PageQuery } from '../../../platform/http/listing.js';
import { CRITERIA_KEYS, CRITERIA_OPERATORS, type CriteriaGroup } from './library-criteria.js';

/** Greatest number of libraries in one call (Genesys Cloud API, response management). */
export const MAX_BULK = 50;
const MAX_CRITERIA = 50;

export class LibraryQuery extends PageQuery {
  /** Only libraries whose name begins with it, without regard to case. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  libraryPrefix?: string;

  /** Only libraries that hold a template for the channel. */
  @ApiPropertyOptional({ enum: ['whatsapp'] })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsIn(['whatsapp'], { message: 'messagingTemplateFilter must be whatsapp' })
  messagingTemplateFilter?: 'whatsapp';
}

export class CreateLibraryDto {
  @ApiProperty({ maxLength: 128 })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(128, {
    message: 'name must have at most 128 characters',
    context: { code: 'name.length.exceeded' },
  })
  @IsNotEmpty({ message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiPropertyOptional({ type: EntityRefDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => EntityRefDto)
  division?: EntityRefDto;
}

export class UpdateLibraryDto extends CreateLibraryDto {
  /** The version that the change is based on. */
  @ApiProperty()
  @Min(1, { message: 'version must be the version of the library that you changed' })
  @IsInt({ message: 'version must be the version of the library that you changed' })
  version: number;
}

/** Library on the wire (Genesys Cloud API, response management). */
export class LibraryView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  version: number;
  @ApiProperty({ type: EntityRefDto })
  division: { id: string; name: string; selfUri: string };
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiPropertyOptional()
  createdBy?: { id: string; selfUri: string };
  @ApiProperty()
  selfUri: string;
}

/** LibraryDivisionView on the wire. */
export class LibraryDivisionView extends PickType(LibraryView, ['id', 'name', 'selfUri']) {}

export class LibraryBatchDto {
  @ApiProperty({ type: [String], maxItems: MAX_BULK })
  @IsUUID('all', { each: true, message: 'libraryIds must hold UUIDs' })
  @ArrayMaxSize(MAX_BULK, { message: `libraryIds may name at most ${MAX_BULK} libraries` })
  @ArrayNotEmpty({ message: 'libraryIds must name at least one library' })
  @IsArray({ message: 'libraryIds must be a list of ids' })
  libraryIds: string[];
}

class LibraryCriterionDto {
  @ApiProperty({ enum: CRITERIA_KEYS })
  @IsIn(CRITERIA_KEYS, { message: `key must be one of ${CRITERIA_KEYS.join(', ')}` })
  key: (typeof CRITERIA_KEYS)[number];

  @ApiProperty({ enum: CRITERIA_OPERATORS })
  @IsIn(CRITERIA_OPERATORS, { message: `operator must be one of ${CRITERIA_OPERATORS.join(', ')}` })
  operator: (typeof CRITERIA_OPERATORS)[number];

  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'value must be a text' })
  value?: string;
}

const Criteria = (): PropertyDecorator => (target, property) => {
  ApiPropertyOptional({ type: [LibraryCriterionDto] })(target, property);
  IsOptional()(target, property);
  IsArray({ message: '$property must be a list of criteria' })(target, property);
  ArrayMaxSize(MAX_CRITERIA)(target, property);
  ValidateNested({ each: true })(target, property);
  Type(() => LibraryCriterionDto)(target, property);
};

class LibraryCriteriaDto implements CriteriaGroup {
  @Criteria()
  and?: LibraryCriterionDto[];

  @Criteria()
  or?: LibraryCriterionDto[];

  @Criteria()
  not?: LibraryCriterionDto[];

  @ApiPropertyOptional({ type: LibraryCriterionDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => LibraryCriterionDto)
  criteria?: LibraryCriterionDto;
}

/** Libraries that meet all groups (Genesys Cloud API, QueryCriteriaQuery). */
export class LibrarySearchDto {
  @ApiProperty({ type: [LibraryCriteriaDto] })
  @ValidateNested({ each: true })
  @Type(() => LibraryCriteriaDto)
  @ArrayMaxSize(MAX_CRITERIA)
  @IsArray({ message: 'query must be a list of groups of criteria' })
  query: LibraryCriteriaDto[];
}
