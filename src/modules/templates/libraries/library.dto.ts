import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { PageQuery } from '../../../platform/http/listing.js';

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
