import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { type Dimension, DIMENSION_NAMES } from './dimensions.js';
import { FilterDto, IsKnownDimension, IsKnownMetric, RangeDto } from './filter.dto.js';
import { MESSAGE_METRIC_NAMES, type MessageMetric } from './message-metrics.js';
import { parseInterval } from '../../../kernel/interval.js';

const ORDERS = ['asc', 'desc', 'unordered'] as const;
const ORDER_BY = ['conversationStart', 'conversationEnd', 'segmentStart', 'segmentEnd'] as const;

export type Order = (typeof ORDERS)[number];
export type OrderBy = (typeof ORDER_BY)[number];

export function IsInterval(): PropertyDecorator {
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

export class AggregationDto {
  @ApiPropertyOptional({ enum: ['termFrequency', 'numericRange'] })
  @IsIn(['termFrequency', 'numericRange'])
  type: 'termFrequency' | 'numericRange';

  @ApiPropertyOptional({ enum: DIMENSION_NAMES, description: 'Needed by termFrequency' })
  @ValidateIf((aggregation: AggregationDto) => aggregation.type !== 'numericRange')
  @IsKnownDimension()
  dimension?: Dimension;

  @ApiPropertyOptional({ default: 10, description: 'How many values at most; more than 100 are cut' })
  @IsOptional()
  @IsInt()
  @Min(1)
  size?: number;

  @ApiPropertyOptional({ enum: MESSAGE_METRIC_NAMES, description: 'Needed by numericRange' })
  @ValidateIf((aggregation: AggregationDto) => aggregation.type === 'numericRange')
  @IsKnownMetric()
  metric?: MessageMetric;

  @ApiPropertyOptional({ type: [RangeDto], description: 'Needed by numericRange' })
  @ValidateIf((aggregation: AggregationDto) => aggregation.type === 'numericRange')
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => RangeDto)
  ranges?: RangeDto[];
}

/** Which conversations, in what order (Genesys Cloud API, ConversationQuery). What is not supported is refused. */
export class ConversationSelectionDto {
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

/** What conversations to find, a page of them (Genesys Cloud API, ConversationQuery). */
export class ConversationQueryDto extends ConversationSelectionDto {
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
}
