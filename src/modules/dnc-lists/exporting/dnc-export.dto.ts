import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { QueryFlag } from '../../../platform/http/query-list.js';

/** How to answer where an export is. */
export class DncExportQuery {
  @ApiPropertyOptional({ default: false, description: 'Leads to the file' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  download?: boolean;
}

/** Where the file is (Genesys Cloud API, ExportUri). */
export class DncExportUriView {
  @ApiProperty()
  uri: string;

  @ApiProperty()
  exportTimestamp: string;
}
