import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';

/** What entries can be found by, and the column that holds it. */
export const AUDIT_PROPERTIES = {
  UserId: 'subject_id',
  ClientId: 'client_id',
  Action: 'action',
  EntityType: 'entity_type',
  EntityId: 'entity_id',
  ServiceName: 'service_name',
  RemoteIp: 'address',
  CorrelationId: 'correlation_id',
} as const;

export type AuditProperty = keyof typeof AUDIT_PROPERTIES;
const PROPERTIES = Object.keys(AUDIT_PROPERTIES) as AuditProperty[];
const SORT_ORDERS = ['ascending', 'descending', 'asc', 'desc'];
const MAX_FILTERS = 50;
const MAX_VALUE = 500;

export class AuditFilterDto {
  @ApiProperty({ enum: PROPERTIES })
  @IsIn(PROPERTIES, { message: `property must be one of ${PROPERTIES.join(', ')}` })
  property: AuditProperty;

  @ApiProperty()
  @IsString()
  @MaxLength(MAX_VALUE)
  value: string;
}

class AuditSortDto {
  @ApiProperty({ enum: ['Timestamp'] })
  @IsIn(['Timestamp'], { message: 'name must be Timestamp' })
  name: string;

  @ApiProperty({ enum: SORT_ORDERS })
  @IsIn(SORT_ORDERS, { message: 'sortOrder must be ascending or descending' })
  sortOrder: string;
}

/** Query for entries (Genesys Cloud API, AuditRealtimeQueryRequest). */
export class AuditRealtimeQueryDto extends PageQuery {
  @ApiProperty({ example: '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z' })
  @IsString({ message: 'interval must be two ISO-8601 moments with a slash between' })
  interval: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(MAX_VALUE)
  serviceName?: string;

  @ApiPropertyOptional({ type: [AuditFilterDto] })
  @IsOptional()
  @ArrayMaxSize(MAX_FILTERS)
  @ValidateNested({ each: true })
  @Type(() => AuditFilterDto)
  filters?: AuditFilterDto[];

  @ApiPropertyOptional({ type: [AuditSortDto] })
  @IsOptional()
  @ArrayMaxSize(1)
  @ValidateNested({ each: true })
  @Type(() => AuditSortDto)
  sort?: AuditSortDto[];

  isAscending(): boolean {
    return this.sort?.[0]?.sortOrder.startsWith('a') ?? false;
  }
}

const FILTER_OF_QUERY = {
  userId: 'UserId',
  clientId: 'ClientId',
  action: 'Action',
  entityType: 'EntityType',
  entityId: 'EntityId',
  serviceName: 'ServiceName',
} as const;

/** Our own plain listing: the newest first, unless told otherwise. */
export class AuditsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  interval?: string;

  @ApiPropertyOptional({ description: 'Who did it: id of a user or of an OAuth client' })
  @IsOptional()
  @IsString()
  userId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  clientId?: string;

  @ApiPropertyOptional({ example: 'Start' })
  @IsOptional()
  @IsString()
  action?: string;

  @ApiPropertyOptional({ example: 'WhatsAppCampaign' })
  @IsOptional()
  @IsString()
  entityType?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  entityId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  serviceName?: string;

  @ApiPropertyOptional({ enum: SORT_ORDERS })
  @IsOptional()
  @IsIn(SORT_ORDERS, { message: 'sortOrder must be ascending or descending' })
  sortOrder?: string;

  toFilters(): AuditFilterDto[] {
    return Object.entries(FILTER_OF_QUERY).flatMap(([name, property]) => {
      const value = this[name as keyof typeof FILTER_OF_QUERY];
      return value === undefined ? [] : [{ property, value }];
    });
  }
}
