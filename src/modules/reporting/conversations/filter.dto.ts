import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsDefined,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { type Dimension, DIMENSION_NAMES } from './dimensions.js';
import type { Clause, Filter, Junction, Predicate } from './filter-sql.js';
import { MESSAGE_METRIC_NAMES, type MessageMetric } from './message-metrics.js';

const JUNCTIONS = ['and', 'or'] as const;
const OPERATORS = ['matches', 'exists', 'notExists'] as const;

export const IsKnownDimension = (options: { each?: boolean } = {}): PropertyDecorator =>
  IsIn(DIMENSION_NAMES, {
    ...options,
    message: `dimension $value is not supported here; known are ${DIMENSION_NAMES.join(', ')}`,
  });

export const IsKnownMetric = (): PropertyDecorator =>
  IsIn(MESSAGE_METRIC_NAMES, {
    message: `metric $value is not known of messages; known are ${MESSAGE_METRIC_NAMES.join(', ')}`,
  });

const isMatches = ({ operator }: { operator?: string }): boolean => (operator ?? 'matches') === 'matches';

/** Numbers between bounds; a bound left out does not hold anything back (Genesys Cloud API, NumericRange). */
export class RangeDto {
  @ApiPropertyOptional() @IsOptional() @IsNumber() gt?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() gte?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() lt?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber() lte?: number;
}

class PredicateDto implements Predicate {
  @ApiPropertyOptional({ enum: ['dimension', 'metric'] })
  @IsOptional()
  @IsIn(['dimension', 'metric'], { message: 'type must be dimension or metric; a message has no properties' })
  type?: 'dimension' | 'metric';

  @ApiPropertyOptional({ enum: DIMENSION_NAMES })
  @ValidateIf((predicate: PredicateDto) => predicate.type !== 'metric')
  @IsKnownDimension()
  dimension?: Dimension;

  @ApiPropertyOptional({ enum: MESSAGE_METRIC_NAMES, description: 'Needed by the type metric' })
  @ValidateIf((predicate: PredicateDto) => predicate.type === 'metric')
  @IsKnownMetric()
  metric?: MessageMetric;

  @ApiPropertyOptional({ enum: OPERATORS, default: 'matches' })
  @IsOptional()
  @IsIn(OPERATORS)
  operator?: (typeof OPERATORS)[number];

  @ApiPropertyOptional({ description: 'Needed by the operator matches' })
  @ValidateIf((predicate: PredicateDto) => predicate.type !== 'metric' && isMatches(predicate))
  @MaxLength(1000)
  @IsString({ message: 'value must be given, as a string, for the operator matches' })
  value?: string;

  @ApiPropertyOptional({ type: RangeDto, description: 'Needed by the operator matches of a metric' })
  @ValidateIf((predicate: PredicateDto) => predicate.type === 'metric' && isMatches(predicate))
  @IsDefined({ message: 'range must be given for a metric' })
  @ValidateNested()
  @Type(() => RangeDto)
  range?: RangeDto;
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

export class FilterDto implements Filter {
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
