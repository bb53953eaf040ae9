import { toWireDate } from '../../../platform/http/json-dates.js';
import type { MessagingSetting } from './messaging-setting.entity.js';
import type { MessagingSettingView, SupportedContentView } from './profile.dto.js';
import type { SupportedContent } from './supported-content.entity.js';

/** Paths of the collections. */
export const SUPPORTED_CONTENT_PATH = '/api/v2/conversations/messaging/supportedcontent';
export const MESSAGING_SETTINGS_PATH = '/api/v2/conversations/messaging/settings';

export function toSupportedContentView(row: SupportedContent): SupportedContentView {
  return {
    id: row.id,
    name: row.name,
    mediaTypes: row.mediaTypes,
    version: row.version,
    dateCreated: toWireDate(row.createdAt),
    dateModified: toWireDate(row.updatedAt),
    createdBy: toUserRef(row.createdBy),
    modifiedBy: toUserRef(row.modifiedBy),
    selfUri: `${SUPPORTED_CONTENT_PATH}/${row.id}`,
  };
}

export function toMessagingSettingView(row: MessagingSetting): MessagingSettingView {
  return {
    id: row.id,
    name: row.name,
    content: row.content,
    event: row.event,
    version: String(row.version),
    dateCreated: toWireDate(row.createdAt),
    dateModified: toWireDate(row.updatedAt),
    createdBy: toUserRef(row.createdBy),
    updatedBy: toUserRef(row.modifiedBy),
    selfUri: `${MESSAGING_SETTINGS_PATH}/${row.id}`,
  };
}

/** Who did it, if it was a user. */
export function toUserRef(id: string | null): { id: string; selfUri: string } | undefined {
  return id ? { id, selfUri: `/api/v2/users/${id}` } : undefined;
}
