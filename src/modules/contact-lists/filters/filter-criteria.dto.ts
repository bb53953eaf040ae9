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
  ValidateNested,
} from 'class-validator';
import {
  COLUMN_TYPES,
  type ColumnType,
  type FilterRange,
  type Junction,
  JUNCTIONS,
  type Operator,
  OPERATORS,
} from './contact-filter.js';
import type { CriteriaDraft, PredicateDraft } from './filter-rules.js';

// Enough to tell "too many" from nonsense; the limits themselves are rules and come with all other reasons.
const SANE_LENGTH = 1_000;
const oneOf = (field: string, values: readonly string[]): { message: string } => ({
  message: `${field} must be one of ${values.join(', ')}`,
});

/** Range of BETWEEN, or the set of IN. */
export class FilterRangeDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'min must be a text' })
  min?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'max must be a text' })
  max?: string;

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean({ message: 'minInclusive must be true or false' })
  minInclusive?: boolean;

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean({ message: 'maxInclusive must be true or false' })
  maxInclusive?: boolean;

  @ApiPropertyOptional({ type: [String], maxItems: SANE_LENGTH })
  @IsOptional()
  @IsArray({ message: 'inSet must be a list' })
  @ArrayMaxSize(SANE_LENGTH, { message: `inSet may have at most ${SANE_LENGTH} values` })
  @IsString({ each: true, message: 'inSet must hold texts' })
  inSet?: string[];
}

/** A condition on one column (Genesys Cloud API, ContactListFilterPredicate). */
export class FilterPredicateDto {
  @ApiProperty({ description: 'Column of the contact list' })
  @IsOptional()
  @IsString({ message: 'column must be a text' })
  column?: string;

  @ApiPropertyOptional({ enum: COLUMN_TYPES, default: 'alphabetic' })
  @IsOptional()
  @IsIn(COLUMN_TYPES, oneOf('columnType', COLUMN_TYPES))
  columnType?: ColumnType;

  @ApiProperty({ enum: OPERATORS })
  @IsOptional()
  @IsIn(OPERATORS, oneOf('operator', OPERATORS))
  operator?: Operator;

  @ApiPropertyOptional({ description: 'BEFORE and AFTER: a period from now, for example P-01DT-08H-30M' })
  @IsOptional()
  @IsString({ message: 'value must be a text' })
  value?: string;

  @ApiPropertyOptional({ type: FilterRangeDto })
  @IsOptional()
  @IsObject({ message: 'range must be an object' })
  @ValidateNested()
  @Type(() => FilterRangeDto)
  range?: FilterRangeDto;

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean({ message: 'inverted must be true or false' })
  inverted?: boolean;

  toDraft(): PredicateDraft {
    return {
      column: this.column ?? undefined,
      columnType: this.columnType ?? 'alphabetic',
      operator: this.operator ?? undefined,
      value: this.value ?? undefined,
      range: this.range ? toRange(this.range) : undefined,
      inverted: this.inverted ?? false,
    };
  }
}

export class FilterClauseDto {
  @ApiPropertyOptional({ enum: JUNCTIONS, description: 'Needed for two predicates or more' })
  @IsOptional()
  @IsIn(JUNCTIONS, oneOf('filterType', JUNCTIONS))
  filterType?: Junction;

  @ApiProperty({ type: [FilterPredicateDto] })
  @IsOptional()
  @IsArray({ message: 'predicates must be a list' })
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true, message: 'predicates must hold objects' })
  @Type(() => FilterPredicateDto)
  predicates?: FilterPredicateDto[];
}

/** Clauses that select contacts (Genesys Cloud API, ContactBulkSearchCriteria). */
export class FilterCriteriaDto {
  @ApiPropertyOptional({ enum: JUNCTIONS, description: 'Needed for two clauses or more' })
  @IsOptional()
  @IsIn(JUNCTIONS, oneOf('filterType', JUNCTIONS))
  filterType?: Junction;

  @ApiProperty({ type: [FilterClauseDto], description: 'At most 10 predicates altogether' })
  @IsOptional()
  @IsArray({ message: 'clauses must be a list' })
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true, message: 'clauses must hold objects' })
  @Type(() => FilterClauseDto)
  clauses?: FilterClauseDto[];

  toDraft(): CriteriaDraft {
    return {
      filterType: this.filterType ?? undefined,
      clauses: (this.clauses ?? []).map(({ filterType, predicates }) => ({
        filterType: filterType ?? undefined,
        predicates: (predicates ?? []).map((predicate) => predicate.toDraft()),
      })),
    };
  }
}

function toRange({ min, max, minInclusive, maxInclusive, inSet }: FilterRangeDto): FilterRange {
  return {
    min: min ?? undefined,
    max: max ?? undefined,
    minInclusive: minInclusive ?? false,
    maxInclusive: maxInclusive ?? false,
    inSet: inSet ?? undefined,
  };
}
