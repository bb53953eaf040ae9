import { ArrayMaxSize, IsBoolean, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { MATCH_TYPES, type MatchType, type NamedFilter } from '../database/named-page.js';
import { PageQuery } from './listing.js';
import { QueryFlag, QueryList } from './query-list.js';

const SORT_ORDERS = ['ascending', 'descending', 'asc', 'desc', 'a', 'd'];
const MAX_IDS = 100;

/** Query of a list of named objects: paging, filter by name, ids, divisions, order (Genesys Cloud API, listings). */
export class NamedListQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ enum: MATCH_TYPES })
  @IsOptional()
  @IsIn(MATCH_TYPES, { message: `filterType must be one of ${MATCH_TYPES.join(', ')}` })
  filterType?: MatchType;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  sortBy?: string;

  @ApiPropertyOptional({ enum: SORT_ORDERS })
  @IsOptional()
  @IsIn(SORT_ORDERS, { message: 'sortOrder must be ascending or descending' })
  sortOrder?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @ArrayMaxSize(MAX_IDS, {
    message: `id may name at most ${MAX_IDS} objects`,
    context: { code: 'too.many.bulk.retrieves' },
  })
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true, message: 'divisionId must hold UUIDs' })
  divisionId?: string[];

  @ApiPropertyOptional()
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  includeImportStatus?: boolean;

  @ApiPropertyOptional()
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  includeSize?: boolean;

  /** The filter for the database; names match by their beginning unless `match` or the query says otherwise. */
  toFilter(match: MatchType = 'Prefix'): NamedFilter {
    return {
      name: this.name?.trim(),
      match: this.filterType ?? match,
      ids: this.id,
      divisionIds: this.divisionId,
      sortBy: this.sortBy,
      descending: this.sortOrder?.startsWith('d') ?? false,
    };
  }
}
