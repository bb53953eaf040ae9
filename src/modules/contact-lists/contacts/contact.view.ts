import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { RETENTION_TYPES } from '../retention/retention.js';
import type { MessageEvaluation, StoredContact } from './contacts.repository.js';

interface Contactable {
  contactable: boolean;
  columnStatus: Record<string, { contactable: boolean }>;
}

/** A contact on the wire (Genesys Cloud API, DialerContact). */
export class ContactView {
  @ApiPropertyOptional()
  id: string;

  @ApiProperty({ format: 'uuid' })
  contactListId: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  data: Record<string, string>;

  @ApiPropertyOptional()
  callable: boolean;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  contactableStatus: Record<string, Contactable>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  latestWhatsAppEvaluations: Record<string, MessageEvaluation>;

  @ApiPropertyOptional({ type: 'object', properties: { priority: { type: 'boolean' } } })
  configurationOverrides: { priority: boolean };

  @ApiPropertyOptional()
  dateCreated: string;

  @ApiPropertyOptional({ enum: RETENTION_TYPES })
  retentionType?: string;

  @ApiPropertyOptional()
  retentionDays?: number;

  @ApiPropertyOptional()
  dateExpiration?: string;

  @ApiPropertyOptional()
  selfUri: string;
}

export function toContactView(
  contactListId: string,
  whatsAppColumns: readonly { columnName: string }[],
  contact: StoredContact,
): ContactView {
  const columnStatus = Object.fromEntries(
    whatsAppColumns.map(({ columnName }) => [
      columnName,
      { contactable: !contact.uncontactableColumns.includes(columnName) },
    ]),
  );
  return {
    id: contact.contactId,
    contactListId,
    data: contact.data,
    callable: contact.callable,
    contactableStatus: { WhatsApp: { contactable: contact.contactable, columnStatus } },
    latestWhatsAppEvaluations: contact.latestWhatsappEvaluations,
    configurationOverrides: { priority: contact.priority },
    dateCreated: toWireDate(contact.createdAt),
    retentionType: contact.retentionType ?? undefined,
    retentionDays: contact.retentionDays ?? undefined,
    dateExpiration: contact.expiresAt ? toWireDate(contact.expiresAt) : undefined,
    selfUri: `${CONTACT_LISTS_PATH}/${contactListId}/contacts/${encodeURIComponent(contact.contactId)}`,
  };
}
