import { toWireDate } from '../../../platform/http/json-dates.js';
import {
  MESSAGING_SETTINGS_PATH,
  SUPPORTED_CONTENT_PATH,
  toMessagingSettingView,
  toSupportedContentView,
  toUserRef,
} from '../profiles/profile.view.js';
import type { MessagingSetting } from '../profiles/messaging-setting.entity.js';
import type { SupportedContent } from '../profiles/supported-content.entity.js';
import type { IntegrationErrorView, IntegrationView, MessagingIntegrationView } from './integration.dto.js';
import type { IntegrationError, WhatsAppIntegration } from './integration.entity.js';

/** Path of the collections: of all integrations, and of those for WhatsApp, which are all there are. */
export const MESSAGING_INTEGRATIONS_PATH = '/api/v2/conversations/messaging/integrations';
export const INTEGRATIONS_PATH = `${MESSAGING_INTEGRATIONS_PATH}/whatsapp`;

/** Profiles to show in full, by id. */
export interface Expanded {
  contents: ReadonlyMap<string, SupportedContent>;
  settings: ReadonlyMap<string, MessagingSetting>;
}

/** The integration as callers see it: without its secrets. */
export function toIntegrationView(row: WhatsAppIntegration, expanded: Expanded): IntegrationView {
  return {
    ...toCommonView(row, expanded),
    phoneNumber: row.phoneNumber ?? '',
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
  };
}

/** The integration among those of all messengers. */
export function toMessagingIntegrationView(
  row: WhatsAppIntegration,
  expanded: Expanded,
): MessagingIntegrationView {
  return { ...toCommonView(row, expanded), messengerType: 'whatsapp' };
}

function toCommonView(
  row: WhatsAppIntegration,
  { contents, settings }: Expanded,
): Omit<MessagingIntegrationView, 'messengerType'> {
  const content = contents.get(row.supportedContentId ?? '');
  const setting = settings.get(row.messagingSettingId ?? '');
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    supportedContent: content
      ? toSupportedContentView(content)
      : toRef(row.supportedContentId, SUPPORTED_CONTENT_PATH),
    messagingSetting: setting
      ? toMessagingSettingView(setting)
      : toRef(row.messagingSettingId, MESSAGING_SETTINGS_PATH),
    version: row.version,
    dateCreated: toWireDate(row.createdAt),
    dateModified: toWireDate(row.modifiedAt),
    createdBy: toUserRef(row.createdBy),
    modifiedBy: toUserRef(row.modifiedBy),
    selfUri: `${INTEGRATIONS_PATH}/${row.id}`,
  };
}

function activationStatusOf(row: WhatsAppIntegration): string | undefined {
  if (row.status === 'Active') return 'CodeConfirmed';
  return row.activationError ? 'ActivationFailed' : undefined;
}

function toRef(id: string | null, path: string): { id: string; selfUri: string } | undefined {
  return id ? { id, selfUri: `${path}/${id}` } : undefined;
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
