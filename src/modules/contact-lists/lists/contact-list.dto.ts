import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsEmpty,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { QueryList } from '../../../platform/http/query-list.js';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { RETENTION_TYPES } from '../retention/retention.js';
import {
  type AddressColumn,
  COLUMN_DATA_TYPES,
  type ColumnDataTypeSpecification,
  type ContactListDefinition,
} from './contact-list-definition.js';

/** A column with numbers or addresses; the time column has an old and a new name. */
export class AddressColumnDto {
  @ApiProperty()
  @IsString({ message: 'columnName must be a text' })
  columnName: string;

  @ApiProperty({ description: 'Free text, for example cell' })
  @IsOptional()
  @IsString({ message: 'type must be a text' })
  type?: string;

  @IsOptional()
  @IsString()
  callableTimeColumn?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  callableTimeColumnName?: string;

  @IsOptional()
  @IsString()
  contactableTimeColumn?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  contactableTimeColumnName?: string;

  toColumn(): AddressColumn {
    const timeColumn =
      this.contactableTimeColumnName ??
      this.contactableTimeColumn ??
      this.callableTimeColumnName ??
      this.callableTimeColumn;
    return {
      columnName: this.columnName.trim(),
      type: this.type ?? '',
      ...(timeColumn ? { timeColumn: timeColumn.trim() } : {}),
    };
  }
}

export class ColumnDataTypeDto {
  @ApiProperty()
  @IsString({ message: 'columnName must be a text' })
  columnName: string;

  @ApiProperty({ enum: COLUMN_DATA_TYPES })
  @IsIn(COLUMN_DATA_TYPES, { message: `columnDataType must be one of ${COLUMN_DATA_TYPES.join(', ')}` })
  columnDataType: ColumnDataTypeSpecification['columnDataType'];

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber()
  min?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber()
  max?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(0)
  maxLength?: number;
}

/** Body of a contact list (Genesys Cloud API, contact list body). Limits are checked by the definition rules. */
export class ContactListDto {
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

  @ApiProperty({ type: [String] })
  @IsOptional()
  @IsArray({ message: 'columnNames must be a list' })
  @IsString({ each: true, message: 'columnNames must hold texts' })
  columnNames?: string[];

  @ApiPropertyOptional({ type: [AddressColumnDto] })
  @IsOptional()
  @IsArray({ message: 'phoneColumns must be a list' })
  @ValidateNested({ each: true })
  @Type(() => AddressColumnDto)
  phoneColumns?: AddressColumnDto[];

  @ApiPropertyOptional({ type: [AddressColumnDto] })
  @IsOptional()
  @IsArray({ message: 'emailColumns must be a list' })
  @ValidateNested({ each: true })
  @Type(() => AddressColumnDto)
  emailColumns?: AddressColumnDto[];

  @ApiPropertyOptional({ type: [AddressColumnDto] })
  @IsOptional()
  @IsArray({ message: 'whatsAppColumns must be a list' })
  @ValidateNested({ each: true })
  @Type(() => AddressColumnDto)
  whatsAppColumns?: AddressColumnDto[];

  @ApiPropertyOptional({ type: [ColumnDataTypeDto] })
  @IsOptional()
  @IsArray({ message: 'columnDataTypeSpecifications must be a list' })
  @ValidateNested({ each: true })
  @Type(() => ColumnDataTypeDto)
  columnDataTypeSpecifications?: ColumnDataTypeDto[];

  @ApiPropertyOptional({ default: true })
  @IsOptional()
  @IsBoolean({ message: 'trimWhitespace must be true or false' })
  trimWhitespace?: boolean;

  @ApiPropertyOptional({ enum: RETENTION_TYPES })
  @IsOptional()
  @IsString({ message: 'retentionType must be a text' })
  retentionType?: string;

  @ApiPropertyOptional({ description: 'For DAYS: days from now' })
  @IsOptional()
  @IsInt({ message: 'retentionDays must be a whole number' })
  retentionDays?: number;

  @ApiPropertyOptional({ description: 'For DATE: a date, or date and time' })
  @IsOptional()
  @IsString({ message: 'dateExpiration must be a text' })
  dateExpiration?: string;

  @ApiPropertyOptional({ example: 'Europe/Berlin' })
  @IsOptional()
  @IsString({ message: 'timeZone must be a text' })
  timeZone?: string;

  /** The definition; what the body leaves out is taken from `existing`, else empty. */
  toDefinition(existing?: ContactListDefinition): ContactListDefinition {
    return {
      name: (this.name ?? '').trim(),
      columnNames: this.columnNames?.map((name) => name.trim()) ?? existing?.columnNames ?? [],
      phoneColumns: toColumns(this.phoneColumns) ?? existing?.phoneColumns ?? [],
      emailColumns: toColumns(this.emailColumns) ?? existing?.emailColumns ?? [],
      whatsAppColumns: toColumns(this.whatsAppColumns) ?? existing?.whatsAppColumns ?? [],
      columnDataTypeSpecifications:
        this.columnDataTypeSpecifications?.map((spec) => ({ ...spec })) ??
        existing?.columnDataTypeSpecifications ??
        [],
      trimWhitespace: this.trimWhitespace ?? existing?.trimWhitespace ?? true,
    };
  }
}

/** Which lists to delete. */
export class ContactListIdsQuery {
  @ApiProperty({ type: [String], description: 'At most 100 ids' })
  @QueryList()
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id: string[];
}

const CONTENT_TYPES = [
  'text/csv',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

/** Asks for an upload URL (Genesys Cloud API, ContactListUploadUrlRequest). */
/** A field of the API for something that is not there: refused, since to pass over it would do something else. */
const NotOffered = (what: string): PropertyDecorator =>
  IsEmpty({ message: `$property is refused: ${what} are not offered here` });
const RETENTION_COLUMNS = 'columns that say how long a contact is kept (set it on the list or the contact)';

export class ContactListUploadDto {
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

  @ApiProperty({ format: 'uuid', description: 'Contact list; import templates are not offered here' })
  @IsUUID('all', {
    message: 'id must be the id of the contact list; import templates are not offered here',
  })
  id: string;

  @ApiPropertyOptional({ description: 'Column with the contact id; contacts of that id are updated' })
  @IsOptional()
  @IsString()
  contactIdName?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  clearSystemData?: boolean;

  @NotOffered('import templates')
  importTemplateId?: unknown;

  @NotOffered('import templates')
  listNamePrefix?: unknown;

  @NotOffered('import templates')
  divisionIdForTargetContactLists?: unknown;

  @NotOffered('file specification templates')
  fileSpecificationTemplateId?: unknown;

  @NotOffered(RETENTION_COLUMNS)
  retentionTypeColumn?: unknown;

  @NotOffered(RETENTION_COLUMNS)
  retentionDaysColumn?: unknown;

  @NotOffered(RETENTION_COLUMNS)
  retentionDateExpirationColumn?: unknown;
}

function toColumns(columns: AddressColumnDto[] | undefined): AddressColumn[] | undefined {
  return columns?.map((column) => column.toColumn());
}
