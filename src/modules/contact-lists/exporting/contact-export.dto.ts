import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { QueryFlag } from '../../../platform/http/query-list.js';
import { EXPORT_FORMATS, type ExportLayout } from '../../exports/index.js';
import { ContactIdSelectionDto } from '../contacts/contact-selection.dto.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Which contacts to export, all of them when it names none (Genesys Cloud API, ContactsExportRequest). The fields that
 * say how the file is written are our own.
 */
export class ContactExportDto extends OmitType(ContactIdSelectionDto, ['generateDownloadURI'] as const) {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'csv' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS, { message: `format must be one of ${EXPORT_FORMATS.join(', ')}` })
  format?: ExportLayout['format'];

  @ApiPropertyOptional({ enum: DELIMITERS, default: ',' })
  @IsOptional()
  @IsIn(DELIMITERS, { message: 'delimiter must be a comma, a semicolon, a tab or a bar' })
  delimiter?: ExportLayout['delimiter'];

  @ApiPropertyOptional({ default: false, description: 'Begins with a byte order mark, for Excel' })
  @IsOptional()
  @IsBoolean({ message: 'bom must be true or false' })
  bom?: boolean;

  toLayout(): Partial<ExportLayout> {
    const { format = 'csv', delimiter = ',', bom = false } = this;
    return { format, delimiter, bom };
  }
}

/** How to answer where an export is. */
export class ContactExportQuery {
  @ApiPropertyOptional({ default: false, description: 'Leads to the file' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  download?: boolean;
}

/** Where the file is (Genesys Cloud API, ExportUri). */
export class ExportUriView {
  @ApiProperty()
  uri: string;

  @ApiProperty()
  exportTimestamp: string;
}
