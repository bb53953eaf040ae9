import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional, IsString } from 'class-validator';
import { QueryFlag } from '../../platform/http/query-list.js';

const ENTRY_ACTIONS = ['Add', 'Remove'] as const;
/** Greatest number of entries in one call; larger numbers come by import. */
export const MAX_AT_ONCE = 10_000;
const EXPIRATION = {
  description: 'yyyy-MM-ddTHH:mmZ, at most 180 days ahead; a moment that is past removes',
};

/** Adds or removes entries; only the kind of the path that is called counts. */
export abstract class PatchEntriesDto {
  @ApiProperty({ enum: ENTRY_ACTIONS })
  @IsIn(ENTRY_ACTIONS, { message: 'action must be Add or Remove' })
  action: (typeof ENTRY_ACTIONS)[number];

  @ApiPropertyOptional(EXPIRATION)
  @IsOptional()
  @IsString()
  expirationDateTime?: string;
}

function Entries(field: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: [String] }),
    IsOptional(),
    IsArray({ message: `${field} must be a list` }),
    ArrayMaxSize(MAX_AT_ONCE, { message: `${field} may hold at most ${MAX_AT_ONCE} entries` }),
    IsString({ each: true, message: `${field} must hold texts` }),
  );
}

export class PatchWhatsAppNumbersDto extends PatchEntriesDto {
  @Entries('whatsAppNumbers')
  whatsAppNumbers?: string[];
}

export class PatchPhoneNumbersDto extends PatchEntriesDto {
  @Entries('phoneNumbers')
  phoneNumbers?: string[];
}

export class PatchEmailsDto extends PatchEntriesDto {
  @Entries('emailAddresses')
  emailAddresses?: string[];
}

export class PatchCustomDto extends PatchEntriesDto {
  @Entries('customExclusionColumnEntries')
  customExclusionColumnEntries?: string[];
}

export class AddEntriesQuery {
  @ApiPropertyOptional(EXPIRATION)
  @IsOptional()
  @IsString()
  expirationDateTime?: string;
}

export class DeleteEntriesQuery {
  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  expiredOnly?: boolean;
}
