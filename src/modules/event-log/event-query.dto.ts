import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { MATCH_TYPES, type MatchType } from '../../platform/database/named-page.js';
import { PageQuery } from '../../platform/http/listing.js';
import { EVENT_CATEGORIES, EVENT_LEVELS } from './event-codes.js';
import { EVENT_SORTS, type EventCriteria } from './events.repository.js';

const SORTS = Object.keys(EVENT_SORTS) as (keyof typeof EVENT_SORTS)[];
const SORT_ORDERS = ['ascending', 'descending', 'asc', 'desc', 'a', 'd'];

/** Which events to list (Genesys Cloud API, event log). Without `sortBy` the newest come first. */
export class EventsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MATCH_TYPES, default: 'Prefix' })
  @IsOptional()
  @IsIn(MATCH_TYPES, { message: `filterType must be one of ${MATCH_TYPES.join(', ')}` })
  filterType?: MatchType;

  @ApiPropertyOptional({ description: `One of ${EVENT_CATEGORIES.join(', ')}, or a part as filterType says` })
  @IsOptional()
  @IsString()
  category?: string;

  @ApiPropertyOptional({ description: `One of ${EVENT_LEVELS.join(', ')}, or a part as filterType says` })
  @IsOptional()
  @IsString()
  level?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Events about this campaign, list or other object' })
  @IsOptional()
  @IsUUID('all', { message: 'entityId must be a UUID' })
  entityId?: string;

  @ApiPropertyOptional({ enum: SORTS, default: 'timestamp' })
  @IsOptional()
  @IsIn(SORTS, { message: `sortBy must be one of ${SORTS.join(', ')}` })
  sortBy?: keyof typeof EVENT_SORTS;

  @ApiPropertyOptional({ enum: SORT_ORDERS })
  @IsOptional()
  @IsIn(SORT_ORDERS, { message: 'sortOrder must be ascending or descending' })
  sortOrder?: string;

  toCriteria(): EventCriteria {
    const withoutNul = (text: string | undefined) => text?.replaceAll('\0', '');
    return {
      category: withoutNul(this.category),
      level: withoutNul(this.level),
      match: this.filterType ?? 'Prefix',
      entityId: this.entityId,
      sortBy: this.sortBy ?? 'timestamp',
      descending: this.sortOrder ? this.sortOrder.startsWith('d') : this.sortBy === undefined,
    };
  }
}
