import { parseAccountChange } from './parse-account-change.js';
import {
  type Change,
  type Loose,
  listOf,
  other,
  toCode,
  toDate,
  toObject,
  toText,
} from './webhook-change.js';
import type {
  InboundItem,
  NumberChangeItem,
  NumberErrorItem,
  OtherItem,
  PreferenceItem,
  StatusItem,
  WebhookItem,
} from './webhook-items.js';

const STATUSES: readonly unknown[] = ['sent', 'delivered', 'read', 'failed'] satisfies StatusItem['status'][];

/**
 * Splits a webhook body into items (WhatsApp Cloud API, webhooks). Never throws: what can't be understood comes back
 * as `other`, and a body that is no envelope has no items.
 */
export function parseWebhook(body: unknown, now = new Date()): WebhookItem[] {
  return listOf(toObject(body)?.entry).flatMap((entry) =>
    listOf(entry.changes).flatMap((change) => {
      const value = toObject(change.value);
      const field = toText(change.field) ?? '';
      const wabaId = toText(entry.id);
      if (!value) return [{ kind: 'other', field, wabaId, value: change.value } satisfies OtherItem];
      const phoneNumberId = toText(toObject(value.metadata)?.phone_number_id);
      return parseChange({ field, value, wabaId, phoneNumberId, now, entryTime: entry.time });
    }),
  );
}

function parseChange(change: Change): WebhookItem[] {
  const { field, value } = change;
  switch (field) {
    case 'messages': {
      const items = [
        ...listOf(value.statuses).map((status) => parseStatus(change, status)),
        ...listOf(value.messages).map((message) => parseInbound(change, message)),
        ...listOf(value.errors).map((error) => parseNumberError(change, error)),
      ];
      return items.length > 0 ? items : [other(change, value)];
    }
    case 'user_preferences':
      return listOf(value.user_preferences).map((preference) => parsePreference(change, preference));
    default:
      return [parseAccountChange(change) ?? other(change, value)];
  }
}

function parseStatus(change: Change, status: Loose): WebhookItem {
  const wamid = toText(status.id);
  if (wamid === undefined || !STATUSES.includes(status.status)) return other(change, status);
  return {
    kind: 'status',
    wamid,
    status: status.status as StatusItem['status'],
    at: toDate(status.timestamp, change.now),
    recipientId: toText(status.recipient_id),
    callbackData: toText(status.biz_opaque_callback_data),
    phoneNumberId: change.phoneNumberId,
    error: parseError(listOf(status.errors)[0]),
  } satisfies StatusItem;
}

function parseNumberError(change: Change, value: Loose): WebhookItem {
  const [error, { phoneNumberId }] = [parseError(value), change];
  if (!error || phoneNumberId === undefined) return other(change, value);
  return { kind: 'number-error', phoneNumberId, error } satisfies NumberErrorItem;
}

function parseError(error: Loose | undefined): StatusItem['error'] {
  if (!error) return undefined;
  const title = toText(error.title) ?? toText(error.message) ?? 'Unknown error';
  const data = error.error_data;
  const details = toText(toObject(data)?.details) ?? toText(data) ?? toText(error.message) ?? title;
  return { code: toCode(error.code), title, details };
}

function parseInbound(change: Change, message: Loose): WebhookItem {
  const messageId = toText(message.id);
  const from = toText(message.from) ?? toText(message.from_user_id);
  if (messageId === undefined || from === undefined) return other(change, message);
  const at = toDate(message.timestamp, change.now);
  // It concerns a user, but nobody wrote anything.
  if (message.type === 'system') {
    const to = newNumberOf(message);
    if (to === undefined) return other(change, message);
    return { kind: 'number-change', messageId, from, to, at } satisfies NumberChangeItem;
  }
  return {
    kind: 'inbound',
    messageId,
    from,
    ...contentOf(message),
    contextWamid: toText(toObject(message.context)?.id),
    phoneNumberId: change.phoneNumberId,
    at,
  } satisfies InboundItem;
}

function newNumberOf(message: Loose): string | undefined {
  const system = toObject(message.system);
  if (system?.type !== 'user_changed_number') return undefined;
  return toText(system.wa_id) ?? toText(system.new_wa_id);
}

function contentOf(message: Loose): Pick<InboundItem, 'text' | 'payload'> {
  const button = toObject(message.button);
  if (button) return { text: toText(button.text), payload: toText(button.payload) };
  const interactive = toObject(message.interactive);
  const reply = toObject(interactive?.button_reply) ?? toObject(interactive?.list_reply);
  if (reply) return { text: toText(reply.title), payload: toText(reply.id) };
  return { text: toText(toObject(message.text)?.body) };
}

function parsePreference(change: Change, preference: Loose): WebhookItem {
  const from = toText(preference.wa_id) ?? toText(preference.user_id);
  const { value } = preference;
  if (from === undefined || (value !== 'stop' && value !== 'resume')) return other(change, preference);
  return {
    kind: 'preference',
    from,
    category: toText(preference.category) ?? 'marketing_messages',
    value,
    phoneNumberId: change.phoneNumberId,
    at: toDate(preference.timestamp, change.now),
  } satisfies PreferenceItem;
}
