import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';

/** A row of the trail. */
export interface AuditRow {
  id: string;
  occurred_at: Date;
  subject_id: string | null;
  subject_type: string;
  subject_name: string | null;
  client_id: string | null;
  service_name: string;
  action: string;
  entity_type: string;
  entity_id: string | null;
  entity_name: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  address: string | null;
  user_agent: string | null;
  correlation_id: string | null;
}

class PropertyChangeView {
  @ApiProperty()
  property: string;

  @ApiProperty({ type: [String] })
  oldValues: string[];

  @ApiProperty({ type: [String] })
  newValues: string[];
}

class RefView {
  @ApiPropertyOptional()
  id?: string;

  @ApiPropertyOptional()
  name?: string;

  @ApiPropertyOptional()
  selfUri?: string;
}

/** An entry on the wire (Genesys Cloud API, AuditLogMessage). */
export class AuditView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  eventDate: string;

  @ApiProperty()
  serviceName: string;

  @ApiProperty({ enum: ['USER', 'SYSTEM'] })
  level: string;

  @ApiProperty()
  action: string;

  @ApiProperty()
  entityType: string;

  @ApiProperty({ type: RefView })
  entity: RefView;

  /** A person, or the OAuth client itself when it acted for nobody. */
  @ApiPropertyOptional({ type: RefView })
  user?: RefView;

  @ApiPropertyOptional({ type: RefView })
  client?: RefView;

  @ApiProperty({ type: [String] })
  remoteIp: string[];

  @ApiProperty({ enum: ['SUCCESS'] })
  status: string;

  @ApiProperty({ type: [PropertyChangeView] })
  propertyChanges: PropertyChangeView[];

  @ApiProperty({ description: 'userAgent and correlationId of the request' })
  context: Record<string, string>;
}

export function toAuditView(row: AuditRow): AuditView {
  const { before, after } = row;
  const properties = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    id: row.id,
    eventDate: toWireDate(row.occurred_at),
    serviceName: row.service_name,
    level: row.subject_type === 'SYSTEM' ? 'SYSTEM' : 'USER',
    action: row.action,
    entityType: row.entity_type,
    entity: { id: row.entity_id ?? undefined, name: row.entity_name ?? undefined },
    user: subjectOf(row),
    client: row.client_id
      ? { id: row.client_id, selfUri: `/api/v2/oauth/clients/${row.client_id}` }
      : undefined,
    remoteIp: row.address ? [row.address] : [],
    status: 'SUCCESS',
    propertyChanges: properties.map((property) => ({
      property,
      oldValues: textsOf(before[property]),
      newValues: textsOf(after[property]),
    })),
    context: Object.fromEntries(
      [
        ['userAgent', row.user_agent],
        ['correlationId', row.correlation_id],
      ].filter(([, value]) => value !== null),
    ) as Record<string, string>,
  };
}

function subjectOf({
  subject_id: id,
  subject_name: name,
  subject_type: type,
}: AuditRow): RefView | undefined {
  if (!id) return undefined;
  const path = type === 'PC_USER' ? 'users' : 'oauth/clients';
  return { id, name: name ?? undefined, selfUri: `/api/v2/${path}/${id}` };
}

function textsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}
