import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Reason } from '../../kernel/reason.js';
import { toWireDate } from '../../platform/http/json-dates.js';
import type { DivisionRef } from '../access/index.js';
import type { WireImportStatus } from '../imports/index.js';
import { type DncList, KEPT_LISTS } from './dnc-list.entity.js';

export const DNC_LISTS_PATH = '/api/v2/outbound/dnclists';

/** What is shown of a list besides its own row. */
export interface DncListExtras {
  division: DivisionRef;
  importStatus?: WireImportStatus;
  /** Number of entries in force; shown only when asked for. */
  size?: number;
}

/** A DNC list as the pickers show it (Genesys Cloud API, DncListDivisionView). */
export class DncListDivisionView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  division: DivisionRef;

  @ApiPropertyOptional()
  importStatus?: WireImportStatus;

  @ApiPropertyOptional()
  size?: number;

  @ApiProperty()
  dncSourceType: string;

  @ApiPropertyOptional()
  contactMethod?: string;

  @ApiPropertyOptional()
  customExclusionColumn?: string;

  /** Our own: set on lists that the server keeps, and that hold without being named by a campaign. */
  @ApiPropertyOptional({ enum: KEPT_LISTS })
  optOuts?: string;

  /** Our own: why a WhatsApp campaign can't use the list; empty when it can. */
  @ApiPropertyOptional()
  unusableReasons?: Pick<Reason, 'code' | 'message'>[];

  @ApiProperty()
  selfUri: string;
}

/** A DNC list on the wire (Genesys Cloud API, DncList). */
export class DncListView extends DncListDivisionView {
  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;
}

export function toDncListView(list: DncList, extras: DncListExtras): DncListView {
  return {
    ...toDncDivisionView(list, extras),
    dateCreated: toWireDate(list.createdAt),
    dateModified: toWireDate(list.updatedAt),
    version: list.version,
    selfUri: `${DNC_LISTS_PATH}/${list.id}`,
  };
}

export function toDncDivisionView(
  list: DncList,
  { division, importStatus, size }: DncListExtras,
): DncListDivisionView {
  return {
    id: list.id,
    name: list.name,
    division,
    importStatus,
    size,
    dncSourceType: list.dncSourceType,
    contactMethod: list.contactMethod ?? undefined,
    customExclusionColumn: list.customExclusionColumn ?? undefined,
    optOuts: list.optOuts ?? undefined,
    selfUri: `${DNC_LISTS_PATH}/divisionviews/${list.id}`,
  };
}
