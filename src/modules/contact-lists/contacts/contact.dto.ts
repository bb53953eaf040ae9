import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryFlag } from '../../../platform/http/query-list.js';

/** How contacts are added (Genesys Cloud API, add contacts). */
export class AddContactsQuery {
  @ApiPropertyOptional({ description: 'Put the contacts in front' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  priority?: boolean;

  @ApiPropertyOptional({ description: 'Forget what campaigns noted on contacts that exist already' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  clearSystemData?: boolean;

  /** Updated contacts keep their place in running campaigns, here always. */
  @ApiPropertyOptional()
  @IsOptional()
  @QueryFlag()
  @IsBoolean()
  doNotQueue?: boolean;
}

/** Body of a contact search (Genesys Cloud API, ContactListingRequest); may be empty. */
export class ContactSearchDto extends PageQuery {
  @IsOptional()
  contactListFilterId?: unknown;

  @IsOptional()
  criteria?: unknown;

  @IsOptional()
  contactSorts?: unknown;

  /** Names of the given fields that this server does not offer. */
  notOffered(): string[] {
    const { contactListFilterId, criteria, contactSorts } = this;
    return Object.entries({ contactListFilterId, criteria, contactSorts })
      .filter(([, value]) => value !== undefined && value !== null && !isEmptyList(value))
      .map(([name]) => name);
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
