import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsNumber, IsOptional, IsString, ValidateNested } from 'class-validator';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { CallableTime } from './callable-time.js';
import type { CallableTimeSet } from './callable-time-set.entity.js';

export const CALLABLE_TIME_SETS_PATH = '/api/v2/outbound/callabletimesets';

class TimeSlotDto {
  @ApiProperty({ example: '09:00:00' })
  @IsOptional()
  @IsString({ message: 'startTime must be a text' })
  startTime?: string;

  @ApiProperty({ example: '17:30:00' })
  @IsOptional()
  @IsString({ message: 'stopTime must be a text' })
  stopTime?: string;

  @ApiProperty({ minimum: 1, maximum: 7, description: '1 for Monday to 7 for Sunday' })
  @IsOptional()
  @IsNumber({}, { message: 'day must be a number' })
  day?: number;
}

class CallableTimeDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  @IsOptional()
  @IsString({ message: 'timeZoneId must be a text' })
  timeZoneId?: string;

  @ApiProperty({ type: [TimeSlotDto] })
  @IsOptional()
  @IsArray({ message: 'timeSlots must be a list' })
  @ValidateNested({ each: true })
  @Type(() => TimeSlotDto)
  timeSlots?: TimeSlotDto[];
}

/** A callable time set as clients write it (Genesys Cloud API, CallableTimeSet). */
export class CallableTimeSetDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiProperty({ type: [CallableTimeDto] })
  @IsOptional()
  @IsArray({ message: 'callableTimes must be a list' })
  @ValidateNested({ each: true })
  @Type(() => CallableTimeDto)
  callableTimes?: CallableTimeDto[];

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

/** A callable time set on the wire (Genesys Cloud API, CallableTimeSet). */
export class CallableTimeSetView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ type: [CallableTimeDto] })
  callableTimes: CallableTime[];

  @ApiProperty()
  selfUri: string;
}

export function toCallableTimeSetView(set: CallableTimeSet): CallableTimeSetView {
  const { id, name, version, callableTimes } = set;
  return {
    id,
    name,
    dateCreated: toWireDate(set.createdAt),
    dateModified: toWireDate(set.updatedAt),
    version,
    callableTimes,
    selfUri: `${CALLABLE_TIME_SETS_PATH}/${id}`,
  };
}
