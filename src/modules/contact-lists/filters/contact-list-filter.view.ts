import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { ContactView } from '../contacts/contact.view.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { type FilterClause, type Junction, JUNCTIONS } from './contact-filter.js';
import { FilterClauseDto } from './filter-criteria.dto.js';
import type { ContactListFilter } from './contact-list-filter.entity.js';

export const FILTERS_PATH = '/api/v2/outbound/contactlistfilters';

/** A filter on the wire (Genesys Cloud API, ContactListFilter). */
export class ContactListFilterView {
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

  @ApiProperty({ enum: ['ContactList'] })
  sourceType: 'ContactList';

  @ApiProperty({ type: EntityRefDto })
  contactList: EntityRefDto;

  @ApiPropertyOptional({ enum: JUNCTIONS })
  filterType?: Junction;

  @ApiProperty({ type: [FilterClauseDto] })
  clauses: FilterClause[];

  @ApiProperty()
  selfUri: string;
}

/** What a filter would select (Genesys Cloud API, FilterPreviewResponse). */
export class FilterPreviewView {
  @ApiProperty({ description: 'Contacts that match' })
  filteredContacts: number;

  @ApiProperty({ description: 'Contacts of the list' })
  totalContacts: number;

  @ApiProperty({ type: [ContactView], description: 'The first of the matching contacts' })
  preview: ContactView[];
}

export function toFilterView(filter: ContactListFilter): ContactListFilterView {
  const { id, name: listName } = filter.contactList;
  return {
    id: filter.id,
    name: filter.name,
    dateCreated: toWireDate(filter.createdAt),
    dateModified: toWireDate(filter.updatedAt),
    version: filter.version,
    sourceType: 'ContactList',
    contactList: { id, name: listName, selfUri: `${CONTACT_LISTS_PATH}/${id}` },
    filterType: filter.filterType ?? undefined,
    clauses: filter.clauses,
    selfUri: `${FILTERS_PATH}/${filter.id}`,
  };
}
