import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { QueryFlag } from '../../../platform/http/query-list.js';

/** How to answer (Genesys Cloud API, downloads). */
export class DownloadQuery {
  @ApiPropertyOptional({ description: 'inline or attachment' })
  @IsOptional()
  @IsString()
  contentDisposition?: string;

  @ApiPropertyOptional({ default: true, description: 'false answers the link instead of redirecting to it' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  issueRedirect?: boolean;

  @ApiPropertyOptional({ default: true, description: 'Of no effect: the link needs no login' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  redirectToAuth?: boolean;
}

/** What the signature of a link is over, and the signature. */
export class FileQuery {
  @ApiProperty()
  @Type(() => Number)
  @IsInt()
  expires: number;

  @ApiProperty({ enum: ['true', 'false'] })
  @IsIn(['true', 'false'])
  inline: 'true' | 'false';

  @ApiProperty()
  @IsString()
  signature: string;
}

/** Where the file is (Genesys Cloud API, UrlResponse). */
export class DownloadUrl {
  @ApiProperty()
  url: string;
}
