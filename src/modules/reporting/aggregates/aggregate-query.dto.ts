import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { IsInterval } from '../conversations/conversation-query.dto.js';
import { type Dimension, DIMENSION_NAMES } from '../conversations/dimensions.js';
import { FilterDto, IsKnownDimension } from '../conversations/filter.dto.js';
import {
  MESSAGE_METRIC_NAMES,
  MESSAGE_METRICS,
  type MessageMetric,
} from '../conversations/message-metrics.js';
import { isTimeZone, parseGranularity } from './granularity.js';

/** Metrics that are sums, the only kind that campaign messages have. */
export const SUMMED_METRICS = MESSAGE_METRIC_NAMES.filter((name) => MESSAGE_METRICS[name].counted);

const IsSummedMetric = (options: { each?: boolean } = {}): PropertyDecorator =>
  IsIn(SUMMED_METRICS, {
    ...options,
    message: `metric $value is not known of messages; known are ${SUMMED_METRICS.join(', ')}`,
  });

const Passes = (name: string, test: (value: string) => boolean, message: string): PropertyDecorator =>
  ValidateBy({
    name,
    validator: {
      validate: (value) => typeof value === 'string' && test(value),
      defaultMessage: () => message,
    },
  });

class SortMetricDto {
  @ApiProperty({ enum: SUMMED_METRICS })
  @IsSummedMetric()
  name: MessageMetric;

  @ApiProperty({ enum: ['count'] })
  @IsIn(['count'], { message: 'function must be count: the metrics of messages are counts' })
  function: 'count';
}

/** Sums over conversations in groups and buckets of time (Genesys Cloud API, ConversationAggregationQuery). */
export class AggregateQueryDto {
  @ApiProperty({ description: 'Conversations that start in it: start/end, ISO-8601' })
  @IsInterval()
  interval: string;

  @ApiProperty({ enum: SUMMED_METRICS, isArray: true })
  @ArrayNotEmpty({ message: 'metrics must name at least one metric' })
  @IsArray({ message: 'metrics must name at least one metric' })
  @IsSummedMetric({ each: true })
  metrics: MessageMetric[];

  @ApiPropertyOptional({ enum: DIMENSION_NAMES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(6)
  @IsKnownDimension({ each: true })
  groupBy?: Dimension[];

  @ApiPropertyOptional({ type: FilterDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterDto)
  filter?: FilterDto;

  @ApiPropertyOptional({
    description: 'Length of a bucket: PT15M, PT1H, P1D, P1W, P1M or the like; else one for all',
  })
  @IsOptional()
  @Passes(
    'isGranularity',
    (value) => parseGranularity(value) !== undefined,
    'granularity must be a period like PT15M, PT1H, P1D, P7D, P1W, P1M or P1Y',
  )
  granularity?: string;

  @ApiPropertyOptional({ default: 'UTC', description: 'Where days begin at midnight' })
  @IsOptional()
  @Passes('isTimeZone', isTimeZone, 'timeZone must be a name like Europe/Berlin')
  timeZone?: string;

  @ApiPropertyOptional({ description: 'Without meaning here: no dimension of a message has several values' })
  @IsOptional()
  flattenMultivaluedDimensions?: boolean;

  @IsOptional()
  @ArrayMaxSize(0, { message: 'views are for durations, which messages have none of' })
  views?: unknown[];

  @ApiPropertyOptional({ enum: ['eventTime'], description: 'The only event of a message is its start' })
  @IsOptional()
  @IsIn(['eventTime'])
  alternateTimeDimension?: 'eventTime';

  @ApiPropertyOptional({ enum: ['groupBy', 'topN', 'bottomN'], default: 'groupBy' })
  @IsOptional()
  @IsIn(['groupBy', 'topN', 'bottomN'])
  queryType?: 'groupBy' | 'topN' | 'bottomN';

  @ApiPropertyOptional({ description: 'Greatest number of groups, for topN and bottomN', default: 10 })
  @IsOptional()
  @IsInt()
  @Min(1)
  limit?: number;

  @ApiPropertyOptional({
    type: SortMetricDto,
    description: 'For topN and bottomN; else the first of the metrics',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => SortMetricDto)
  sortMetric?: SortMetricDto;
}

/** The same, with results page by page (Genesys Cloud API, ConversationAsyncAggregationQuery). */
export class AsyncAggregateQueryDto extends AggregateQueryDto {
  @ApiPropertyOptional({ description: 'Groups on a page', default: 100 })
  @IsOptional()
  @IsInt()
  @Min(1)
  pageSize?: number;
}

class StatsView {
  @ApiProperty() count: number;
}

class MetricView {
  @ApiProperty({ enum: SUMMED_METRICS }) metric: string;
  @ApiProperty() stats: StatsView;
}

class BucketView {
  @ApiProperty() interval: string;
  @ApiProperty({ type: [MetricView] }) metrics: MetricView[];
}

export class AggregateGroupView {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) group: Record<string, string>;
  @ApiProperty({ type: [BucketView], description: 'Buckets with messages, oldest first' }) data: BucketView[];
}

export class AggregateResultView {
  @ApiProperty({ type: [AggregateGroupView] }) results: AggregateGroupView[];
}

export class AggregateJobResultView extends AggregateResultView {
  @ApiPropertyOptional({ description: 'For the next page; missing on the last' })
  @IsString()
  cursor?: string;
}
