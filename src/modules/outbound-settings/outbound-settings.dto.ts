import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsNumber,
  IsOptional,
  IsString,
  IsTimeZone,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/u;
const NOT_A_TIME = '$property must be a time of day such as 08:00';
const MAX_WINDOWS = 50;
const MAX_COUNTRIES = 250;
const MAX_RETENTION_DAYS = 3_650;
const VOICE = 'For telephone campaigns: kept and shown, nothing here obeys it';

class CallableTimesDto {
  @ApiPropertyOptional({ example: '08:00' })
  @IsOptional()
  @Matches(TIME_OF_DAY, { message: NOT_A_TIME })
  earliestCallableTime?: string;

  @ApiPropertyOptional({ example: '21:00' })
  @IsOptional()
  @Matches(TIME_OF_DAY, { message: NOT_A_TIME })
  latestCallableTime?: string;
}

class ZonedCallableTimesDto extends CallableTimesDto {
  @ApiPropertyOptional({ example: 'Europe/Berlin' })
  @IsOptional()
  @IsTimeZone({ message: 'timeZoneId must be an IANA time zone such as Europe/Berlin' })
  timeZoneId?: string;
}

class CallableWindowDto {
  @ApiPropertyOptional({ type: CallableTimesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => CallableTimesDto)
  mapped?: CallableTimesDto;

  @ApiPropertyOptional({ type: ZonedCallableTimesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => ZonedCallableTimesDto)
  unmapped?: ZonedCallableTimesDto;
}

class AutomaticTimeZoneMappingDto {
  @ApiPropertyOptional({ type: [CallableWindowDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_WINDOWS)
  @ValidateNested({ each: true })
  @Type(() => CallableWindowDto)
  callableWindows?: CallableWindowDto[];

  @ApiPropertyOptional({ type: [String], example: ['US', 'CA'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_COUNTRIES)
  @IsISO31661Alpha2({ each: true, message: 'supportedCountries must hold ISO 3166 codes of two letters' })
  supportedCountries?: string[];
}

/** Settings of the organisation for outbound campaigns (Genesys Cloud API, OutboundSettings). */
export class OutboundSettingsDto {
  @ApiPropertyOptional({ type: AutomaticTimeZoneMappingDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => AutomaticTimeZoneMappingDto)
  automaticTimeZoneMapping?: AutomaticTimeZoneMappingDto | null;

  @ApiPropertyOptional({ description: 'Message a contact later when it is outside its callable times' })
  @IsOptional()
  @IsBoolean()
  rescheduleTimeZoneSkippedContacts?: boolean | null;

  @ApiPropertyOptional({ description: 'Retention of contact lists that say nothing of their own' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  contactListDefaultRetentionType?: string | null;

  @ApiPropertyOptional({ description: 'Days for that retention' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_RETENTION_DAYS)
  contactListDefaultRetentionDays?: number | null;

  @ApiPropertyOptional({ example: 'Europe/Berlin', default: 'UTC' })
  @IsOptional()
  @IsTimeZone({ message: 'timeZone must be an IANA time zone such as Europe/Berlin' })
  timeZone?: string | null;

  @ApiPropertyOptional({ description: VOICE })
  @IsOptional()
  @IsNumber()
  @Min(0)
  maxCallsPerAgent?: number | null;

  @ApiPropertyOptional({ description: VOICE })
  @IsOptional()
  @IsNumber()
  @Min(0)
  maxCallsPerAgentDecimal?: number | null;

  @ApiPropertyOptional({ description: VOICE })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  maxLineUtilization?: number | null;

  @ApiPropertyOptional({ description: VOICE })
  @IsOptional()
  @IsNumber()
  @Min(0)
  abandonSeconds?: number | null;

  @ApiPropertyOptional({ description: VOICE, enum: ['ALL_CALLS', 'CALLS_THAT_REACHED_QUEUE'] })
  @IsOptional()
  @IsIn(['ALL_CALLS', 'CALLS_THAT_REACHED_QUEUE'])
  complianceAbandonRateDenominator?: string | null;
}

/** A change of some settings; null sets one back to what it is by default. */
export class OutboundSettingsPatchDto extends OutboundSettingsDto {
  @ApiProperty({ description: 'The version that the change is based on' })
  @IsOptional()
  @IsInt()
  version?: number;
}
