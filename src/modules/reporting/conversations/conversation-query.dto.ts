import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmpty,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { type Dimension, DIMENSION_NAMES } from './dimensions.js';
import type { Clause, Filter, Junction, Predicate } from './filter-sql.js';
import { parseInterval } from '../../../kernel/interval.js';

const JUNCTIONS = ['and', 'or'] as const;
const OPERATORS = ['matches', 'exists', 'notExists'] as const;
const ORDERS = ['asc', 'desc', 'unordered'] as const;
const ORDER_BY = ['conversationStart', 'conversationEnd', 'segmentStart', 'segmentEnd'] as const;

export type Order = (typeof ORDERS)[number];
export type OrderBy = (typeof ORDER_BY)[number];

function IsInterval(): PropertyDecorator {
  return ValidateBy({
    name: 'isInterval',
    validator: {
      validate: (value) => typeof value === 'string' && !('problem' in parseInterval(value)),
      defaultMessage: (args) => {
        const given = args?.value as unknown;
        if (given === undefined || given === null) return 'interval is missing: send start/end';
        const result = parseInterval(typeof given === 'string' ? given : '');
        return `interval ${'problem' in result ? result.problem : 'is not a string'}`;
      },
    },
  });
}

const IsKnownDimension = (): PropertyDecorator =>
  IsIn(DIMENSION_NAMES, {
    message: `dimension $value is not supported here; known are ${DIMENSION_NAMES.join(', ')}`,
  });

class PredicateDto implements Predicate {
  @ApiPropertyOptional({ enum: ['dimension'] })
  @IsOptional()
  @IsIn(['dimension'], { message: 'type must be dimension; properties and metrics are not supported' })
  type?: 'dimension';

  @ApiProperty({ enum: DIMENSION_NAMES })
  @IsKnownDimension()
  dimension: Dimension;

  @ApiPropertyOptional({ enum: OPERATORS, default: 'matches' })
  @IsOptional()
  @IsIn(OPERATORS)
  operator?: (typeof OPERATORS)[number];

  @ApiPropertyOptional({ description: 'Needed by the operator matches' })
  @ValidateIf((predicate: PredicateDto) => (predicate.operator ?? 'matches') === 'matches')
  @MaxLength(1000)
  @IsString({ message: 'value must be given, as a string, for the operator matches' })
  value?: string;

  @IsEmpty({ message: 'range is for metrics, which are not supported' })
  range?: unknown;
}

class ClauseDto implements Clause {
  @ApiProperty({ enum: JUNCTIONS })
  @IsIn(JUNCTIONS)
  type: Junction;

  @ApiProperty({ type: [PredicateDto] })
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PredicateDto)
  predicates: PredicateDto[];
}

class FilterDto implements Filter {
  @ApiProperty({ enum: JUNCTIONS })
  @IsIn(JUNCTIONS)
  type: Junction;

  @ApiPropertyOptional({ type: [PredicateDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PredicateDto)
  predicates?: PredicateDto[];

  @ApiPropertyOptional({ type: [ClauseDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ClauseDto)
  clauses?: ClauseDto[];
}

export class AggregationDto {
  @ApiPropertyOptional({ enum: ['termFrequency'] })
  @IsIn(['termFrequency'], { message: 'type must be termFrequency; ranges of metrics are not supported' })
  type: 'termFrequency';

  @ApiProperty({ enum: DIMENSION_NAMES })
  @IsKnownDimension()
  dimension: Dimension;

  @ApiPropertyOptional({ default: 10, description: 'How many values at most; more than 100 are cut' })
  @IsOptional()
  @IsInt()
  @Min(1)
  size?: number;
}

/** What conversations to find (Genesys Cloud API, ConversationQuery). What is not supported is refused, not ignored. */
export class ConversationQueryDto {
  @ApiProperty({ description: 'Conversations that start in it: start/end, ISO-8601' })
  @IsInterval()
  interval: string;

  @ApiPropertyOptional({ type: [FilterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FilterDto)
  conversationFilters?: FilterDto[];

  @ApiPropertyOptional({ type: [FilterDto] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FilterDto)
  segmentFilters?: FilterDto[];

  @ApiPropertyOptional({ enum: ORDERS, default: 'asc' })
  @IsOptional()
  @IsIn(ORDERS)
  order?: Order;

  @ApiPropertyOptional({ enum: ORDER_BY, default: 'conversationStart' })
  @IsOptional()
  @IsIn(ORDER_BY)
  orderBy?: OrderBy;

  @ApiPropertyOptional({ type: [AggregationDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => AggregationDto)
  aggregations?: AggregationDto[];

  @ApiPropertyOptional({ type: PageQuery })
  @IsOptional()
  @ValidateNested()
  @Type(() => PageQuery)
  paging?: PageQuery;

  @IsOptional()
  @ArrayMaxSize(0, { message: 'evaluationFilters are not supported: campaign messages have no evaluations' })
  evaluationFilters?: unknown[];

  @IsOptional()
  @ArrayMaxSize(0, { message: 'surveyFilters are not supported: campaign messages have no surveys' })
  surveyFilters?: unknown[];

  @IsOptional()
  @ArrayMaxSize(0, { message: 'resolutionFilters are not supported: campaign messages have no resolutions' })
  resolutionFilters?: unknown[];
}
