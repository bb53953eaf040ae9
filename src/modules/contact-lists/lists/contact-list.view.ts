import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Reason } from '../../../kernel/reason.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionRef } from '../../access/index.js';
import type { WireImportStatus } from '../../imports/index.js';
import { RETENTION_TYPES } from '../retention/retention.js';
import { AddressColumnDto, ColumnDataTypeDto } from './contact-list.dto.js';
import type { AddressColumn } from './contact-list-definition.js';
import type { ContactList } from './contact-list.entity.js';

export const CONTACT_LISTS_PATH = '/api/v2/outbound/contactlists';

/** What is shown of a list besides its own row. */
export interface ContactListExtras {
  division: DivisionRef;
  importStatus?: WireImportStatus;
  /** Shown only when asked for. */
  includeSize?: boolean;
}

/** A contact list as the pickers show it (Genesys Cloud API, ContactListDivisionView). */
export class ContactListDivisionView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  division: DivisionRef;

  @ApiProperty({ type: [String] })
  columnNames: string[];

  @ApiProperty({ type: [AddressColumnDto] })
  phoneColumns: object[];

  @ApiProperty({ type: [AddressColumnDto] })
  emailColumns: object[];

  @ApiProperty({ type: [AddressColumnDto] })
  whatsAppColumns: object[];

  @ApiPropertyOptional()
  importStatus?: WireImportStatus;

  @ApiPropertyOptional()
  size?: number;

  /** Our own: why a WhatsApp campaign can't use the list; empty when it can. */
  @ApiPropertyOptional()
  unusableReasons?: Pick<Reason, 'code' | 'message'>[];

  @ApiProperty()
  selfUri: string;
}

/** A contact list on the wire (Genesys Cloud API, ContactList). */
export class ContactListView extends ContactListDivisionView {
  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ type: [ColumnDataTypeDto] })
  columnDataTypeSpecifications: object[];

  @ApiProperty({ type: [String] })
  previewModeAcceptedValues: string[];

  @ApiProperty()
  automaticTimeZoneMapping: boolean;

  @ApiProperty()
  trimWhitespace: boolean;

  @ApiPropertyOptional({ enum: RETENTION_TYPES })
  retentionType?: string;

  @ApiPropertyOptional()
  retentionDays?: number;

  @ApiPropertyOptional()
  dateExpiration?: string;

  @ApiPropertyOptional()
  timeZone?: string;
}

export function toContactListView(list: ContactList, extras: ContactListExtras): ContactListView {
  return {
    ...toDivisionView(list, extras),
    dateCreated: toWireDate(list.createdAt),
    dateModified: toWireDate(list.updatedAt),
    version: list.version,
    columnDataTypeSpecifications: list.columnDataTypeSpecifications,
    previewModeAcceptedValues: [],
    automaticTimeZoneMapping: false,
    trimWhitespace: list.trimWhitespace,
    retentionType: list.retentionType ?? undefined,
    retentionDays: list.retentionDays ?? undefined,
    dateExpiration: list.expiresAt ? toWireDate(list.expiresAt) : undefined,
    timeZone: list.timeZone ?? undefined,
    selfUri: `${CONTACT_LISTS_PATH}/${list.id}`,
  };
}

export function toDivisionView(
  list: ContactList,
  { division, importStatus, includeSize }: ContactListExtras,
): ContactListDivisionView {
  return {
    id: list.id,
    name: list.name,
    division,
    columnNames: list.columnNames,
    phoneColumns: list.phoneColumns.map((column) => toWireColumn(column, 'callable')),
    emailColumns: list.emailColumns.map((column) => toWireColumn(column, 'contactable')),
    whatsAppColumns: list.whatsAppColumns.map((column) => toWireColumn(column, 'contactable')),
    importStatus,
    size: includeSize ? list.size : undefined,
    selfUri: `${CONTACT_LISTS_PATH}/divisionviews/${list.id}`,
  };
}

// The time column is answered under its old and its new name.
function toWireColumn(
  { columnName, type, timeColumn }: AddressColumn,
  kind: 'callable' | 'contactable',
): object {
  if (!timeColumn) return { columnName, type };
  return { columnName, type, [`${kind}TimeColumn`]: timeColumn, [`${kind}TimeColumnName`]: timeColumn };
}
