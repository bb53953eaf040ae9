import { toWireDate } from '../../../platform/http/json-dates.js';
import type { IntegrationErrorView, IntegrationView } from './integration.dto.js';
import type { IntegrationError, WhatsAppIntegration } from './integration.entity.js';

/** Path of the collection. */
export const INTEGRATIONS_PATH = '/api/v2/conversations/messaging/integrations/whatsapp';

const MESSAGING_PATH = '/api/v2/conversations/messaging';

/** The integration as callers see it: without its secrets. */
export function toIntegrationView(row: WhatsAppIntegration): IntegrationView {
  return {
    id: row.id,
    name: row.name,
    phoneNumber: row.phoneNumber ?? '',
    status: row.status,
    createStatus: row.createStatus,
    createError: toErrorView(row.createError),
    activationStatusCode: activationStatusOf(row),
    activationErrorInfo: toErrorView(row.stateError ?? row.activationError),
    availablePhoneNumbers: {
      entities: row.availablePhoneNumbers.map(({ name, phoneNumber, status }) => ({
        name,
        phoneNumber,
        status,
      })),
    },
    whatsAppBusinessAccountId: row.wabaId ?? undefined,
    messagesPerSecond: row.messagesPerSecond,
    qualityRating: row.qualityRating,
    supportedContent: toRef(row.supportedContentId, 'supportedcontent'),
    messagingSetting: toRef(row.messagingSettingId, 'settings'),
    version: row.version,
    dateCreated: toWireDate(row.createdAt),
    dateModified: toWireDate(row.modifiedAt),
    createdBy: row.createdBy ? { id: row.createdBy, selfUri: `/api/v2/users/${row.createdBy}` } : undefined,
    selfUri: `${INTEGRATIONS_PATH}/${row.id}`,
  };
}

function activationStatusOf(row: WhatsAppIntegration): string | undefined {
  if (row.status === 'Active') return 'CodeConfirmed';
  return row.activationError ? 'ActivationFailed' : undefined;
}

function toRef(id: string | null, collection: string): { id: string; selfUri: string } | undefined {
  return id ? { id, selfUri: `${MESSAGING_PATH}/${collection}/${id}` } : undefined;
}

function toErrorView(error: IntegrationError | null): IntegrationErrorView | undefined {
  if (!error) return undefined;
  const { code, message } = error;
  return {
    message,
    code,
    status: 400,
    messageWithParams: message,
    messageParams: {},
    details: [],
    errors: [],
  };
}
