import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { isTimeZone } from '../../../kernel/time-zone.js';
import { IsInterval } from '../conversations/conversation-query.dto.js';
import { momentPattern } from './moment-pattern.js';
import { REPORT_COLUMN_NAMES, type ReportColumnName, type SelectedColumn } from './report-columns.js';
import { readReportFilter, REPORT_FILTER_NAMES } from './report-filter.js';

export const REPORT_VIEW = 'INTERACTION_SEARCH_VIEW';
const FORMATS = ['CSV', 'XLSX'] as const;
const DELIMITERS = ['COMMA', 'SEMICOLON'] as const;

function IsReportFilter(): PropertyDecorator {
  const problemsOf = (value: unknown): string[] => {
    const read = readReportFilter(value);
    return 'problems' in read ? read.problems : [];
  };
  return ValidateBy({
    name: 'isReportFilter',
    validator: {
      validate: (value) => problemsOf(value).length === 0,
      defaultMessage: (args) => problemsOf(args?.value).join('; '),
    },
  });
}

function IsKnownBy(name: string, test: (text: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && test(value);
  return ValidateBy({ name, validator: { validate, defaultMessage: () => message } });
}

/** Something of the API that this product cannot do; `without` is the value that asks for nothing. */
const cannot = (what: string): { message: string } => ({ message: `$property is not supported: ${what}` });

class SelectedColumnDto implements SelectedColumn {
  @ApiPropertyOptional({ description: 'Smallest first; without, as listed' })
  @IsOptional()
  @IsInt()
  columnOrder?: number;

  @ApiProperty({ enum: REPORT_COLUMN_NAMES })
  @IsIn(REPORT_COLUMN_NAMES, {
    message: `columnName $value is not known; known are ${REPORT_COLUMN_NAMES.join(', ')}`,
  })
  columnName: ReportColumnName;
}

/** Which interactions to export and how (Genesys Cloud API, ReportingExportJobRequest). */
export class ReportExportDto {
  @ApiProperty()
  @IsString()
  @Length(1, 256, { message: 'name must have 1 to 256 characters' })
  name: string;

  @ApiProperty({ description: 'IANA time zone of all moments in the file' })
  @IsKnownBy('isTimeZone', isTimeZone, 'timeZone must be an IANA time zone, for example Europe/Berlin')
  timeZone: string;

  @ApiProperty({ enum: FORMATS, description: 'XLSX is our own' })
  @IsIn(FORMATS, { message: 'exportFormat $value is not supported; use CSV or XLSX' })
  exportFormat: (typeof FORMATS)[number];

  @ApiProperty({ description: 'Conversations that start in it: start/end, ISO-8601' })
  @IsInterval()
  interval: string;

  @ApiProperty({
    description: 'ISO-8601 period; of no effect, because every interaction is a row of its own',
  })
  @Matches(/^P(?=.)/u, { message: 'period must be an ISO-8601 period, for example P1D' })
  @Length(2, 32)
  period: string;

  @ApiProperty({ enum: [REPORT_VIEW] })
  @Equals(REPORT_VIEW, { message: `viewType $value can not be exported; what can is ${REPORT_VIEW}` })
  viewType: typeof REPORT_VIEW;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: `ViewFilter; known are ${REPORT_FILTER_NAMES.join(', ')}`,
  })
  @IsReportFilter()
  filter: Record<string, unknown>;

  @ApiProperty({ description: 'For example de-DE: how moments are written' })
  @IsKnownBy('isLocale', (text) => momentPattern(text) !== undefined, 'locale must be one such as en-US')
  locale: string;

  @ApiPropertyOptional({ enum: DELIMITERS, default: 'COMMA' })
  @IsOptional()
  @IsIn(DELIMITERS, { message: `csvDelimiter must be one of ${DELIMITERS.join(', ')}` })
  csvDelimiter?: (typeof DELIMITERS)[number];

  @ApiPropertyOptional({ type: [SelectedColumnDto], description: 'All when there are none' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(REPORT_COLUMN_NAMES.length, { message: 'selectedColumns names more columns than there are' })
  @ArrayUnique(({ columnName }: SelectedColumnDto) => columnName, {
    message: 'selectedColumns names a column twice',
  })
  @ValidateNested({ each: true })
  @Type(() => SelectedColumnDto)
  selectedColumns?: SelectedColumnDto[];

  @IsOptional() @IsBoolean() read?: boolean;

  @IsOptional() @IsIn([false], cannot('the rows have nothing to sum up')) hasSummaryRow?: boolean;

  @IsOptional() @IsIn([false], cannot('there is one file for all')) hasSplitFilters?: boolean;

  @IsOptional() @IsIn([false], cannot('campaign messages have one media type')) hasSplitByMedia?: boolean;

  @IsOptional()
  @IsIn([false], cannot('campaign messages have no attributes of participants'))
  hasCustomParticipantAttributes?: boolean;

  @IsOptional() @ArrayMaxSize(0, cannot('no e-mail is sent')) recipientEmails?: string[];

  @IsOptional() @ArrayMaxSize(0, cannot('there are no charts')) chartColumns?: unknown[];
}
