import { randomUUID } from 'node:crypto';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { Temporal } from 'temporal-polyfill';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { type Alteration, DAYS_OF_WEEK, type DayOfWeek, type ScheduleDefinition } from './schedule.js';

const MAX_INTERVALS = 100;
const MAX_RECURRENCES = 10;
const MAX_ALTERATIONS = 100;
const MAX_OCCURRENCES = 10_000;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?$/u;
const LOCAL_OR_DAY = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?$/u;
const ZONED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})$/u;

function isMoment(value: unknown, shape: RegExp): boolean {
  if (typeof value !== 'string' || !shape.test(value)) return false;
  try {
    Temporal.PlainDateTime.from(value.replace(/(?:Z|[+-]\d{2}:?\d{2})$/u, ''));
    return true;
  } catch {
    return false;
  }
}

const IsMoment = (example: string, ...shapes: RegExp[]): PropertyDecorator =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) => shapes.some((shape) => isMoment(value, shape)),
      defaultMessage: (args) => `${args?.property ?? 'value'} must be a time such as ${example}`,
    },
  });
const IsLocalTime = (): PropertyDecorator => IsMoment('2026-11-25T09:00:00', LOCAL);

class IntervalDto {
  @ApiProperty({ description: 'ISO-8601; in the time zone of the schedule when it has no offset' })
  @IsMoment('2026-11-25T09:00:00.000Z', ZONED, LOCAL)
  start: string;

  @ApiProperty()
  @IsMoment('2026-11-25T17:00:00.000Z', ZONED, LOCAL)
  end: string;
}

class PatternDto {
  @ApiProperty({ enum: ['Daily', 'Weekly'] })
  @IsIn(['Daily', 'Weekly'])
  type: 'Daily' | 'Weekly';

  @ApiProperty({ minimum: 1 })
  @IsInt()
  @Min(1)
  interval: number;

  @ApiPropertyOptional({ enum: DAYS_OF_WEEK, isArray: true })
  @IsOptional()
  @IsArray()
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(toDay) : value))
  @IsIn(DAYS_OF_WEEK, { each: true })
  daysOfWeek?: DayOfWeek[];
}

class RangeDto {
  @ApiProperty({ enum: ['NoEnd', 'EndDate', 'Numbered'] })
  @IsIn(['NoEnd', 'EndDate', 'Numbered'])
  type: 'NoEnd' | 'EndDate' | 'Numbered';

  @ApiPropertyOptional()
  @IsOptional()
  @IsMoment('2026-12-31 or 2026-12-31T17:00:00', LOCAL_OR_DAY)
  end?: string;

  @ApiPropertyOptional({ minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_OCCURRENCES)
  numberOfOccurrences?: number;
}

class AlterationDto {
  @ApiProperty({ enum: ['Exclusion', 'Inclusion'] })
  @IsIn(['Exclusion', 'Inclusion'])
  type: Alteration['type'];

  @ApiProperty()
  @IsLocalTime()
  start: string;

  @ApiProperty()
  @IsLocalTime()
  end: string;
}

class RecurrenceDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[\w-]{1,64}$/u)
  id?: string;

  @ApiProperty({ description: 'Begin of the first occurrence, local' })
  @IsLocalTime()
  start: string;

  @ApiProperty({ description: 'End of the first occurrence, local' })
  @IsLocalTime()
  end: string;

  @ApiPropertyOptional({ description: 'IANA; that of the schedule unless given' })
  @IsOptional()
  @IsTimeZone({ message: 'timeZone must be an IANA time zone such as Europe/Berlin' })
  timeZone?: string;

  @ApiProperty({ type: PatternDto })
  @IsObject()
  @ValidateNested()
  @Type(() => PatternDto)
  pattern: PatternDto;

  @ApiProperty({ type: RangeDto })
  @IsObject()
  @ValidateNested()
  @Type(() => RangeDto)
  range: RangeDto;

  @ApiPropertyOptional({ type: [AlterationDto], description: 'An inclusion counts more than an exclusion' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_ALTERATIONS)
  @ValidateNested({ each: true })
  @Type(() => AlterationDto)
  alterations?: AlterationDto[];
}

class AnyScheduleDto {
  @ApiProperty({ type: [IntervalDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_INTERVALS)
  @ValidateNested({ each: true })
  @Type(() => IntervalDto)
  intervals?: IntervalDto[];

  @ApiPropertyOptional({ type: [RecurrenceDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RECURRENCES)
  @ValidateNested({ each: true })
  @Type(() => RecurrenceDto)
  recurrences?: RecurrenceDto[];

  @ApiPropertyOptional({ default: 'UTC', description: 'IANA' })
  @IsOptional()
  @IsTimeZone({ message: 'timeZone must be an IANA time zone such as Europe/Berlin' })
  timeZone?: string;

  @ApiPropertyOptional({ description: 'The version that was read last; none for a new schedule' })
  @IsOptional()
  @IsInt()
  version?: number;
}

/** A schedule as clients write it (Genesys Cloud API, WhatsAppCampaignSchedule). */
export class ScheduleDto extends AnyScheduleDto {
  @ApiPropertyOptional({ type: EntityRefDto, description: 'The campaign of the path' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EntityRefDto)
  whatsAppCampaign?: EntityRefDto;
}

/** A schedule of a sequence as clients write it (Genesys Cloud API, SequenceSchedule). */
export class SequenceScheduleDto extends AnyScheduleDto {
  @ApiPropertyOptional({ type: EntityRefDto, description: 'The sequence of the path' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EntityRefDto)
  sequence?: EntityRefDto;
}

export function toScheduleDefinition(dto: AnyScheduleDto): ScheduleDefinition {
  const timeZone = dto.timeZone ?? 'UTC';
  return {
    timeZone,
    intervals: (dto.intervals ?? []).map(({ start, end }) => ({
      start: toInstant(start, timeZone),
      end: toInstant(end, timeZone),
    })),
    recurrences: (dto.recurrences ?? []).map((recurrence) => ({
      id: recurrence.id ?? randomUUID(),
      start: recurrence.start,
      end: recurrence.end,
      timeZone: recurrence.timeZone ?? timeZone,
      pattern: { ...recurrence.pattern },
      range: { ...recurrence.range },
      alterations: (recurrence.alterations ?? []).map((alteration) => ({ ...alteration })),
    })),
  };
}

function toInstant(text: string, timeZone: string): string {
  const moment = ZONED.test(text)
    ? Temporal.Instant.from(text)
    : Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  return new Date(moment.epochMilliseconds).toISOString();
}

// MONDAY and monday are days as well.
function toDay(value: unknown): unknown {
  return DAYS_OF_WEEK.find((day) => day.toLowerCase() === String(value).toLowerCase()) ?? value;
}
