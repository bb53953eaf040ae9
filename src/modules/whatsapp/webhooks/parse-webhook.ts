import type {
  InboundItem,
  OtherItem,
  PreferenceItem,
  StatusItem,
  TemplateStatusItem,
  WebhookItem,
} from './webhook-items.js';

type Loose = Record<string, unknown>;

interface Change {
  field: string;
  value: Loose;
  wabaId: string | undefined;
  phoneNumberId: string | undefined;
  /** When the time of an item can't be read, it is the time at which it came. */
  now: Date;
  /** Time of the entry, present on account and template events. */
  entryTime: unknown;
}

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
  const { field, value, wabaId } = change;
  switch (field) {
    case 'messages': {
      const items = [
        ...listOf(value.statuses).map((status) => parseStatus(change, status)),
        ...listOf(value.messages).map((message) => parseInbound(change, message)),
        ...listOf(value.errors).map((error) => other(change, error)),
      ];
      return items.length > 0 ? items : [other(change, value)];
    }
    case 'user_preferences':
      return listOf(value.user_preferences).map((preference) => parsePreference(change, preference));
    case 'message_template_status_update':
      return [parseTemplateStatus(change)];
    default:
      return [{ kind: 'other', field, wabaId, value }];
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

function parseError(error: Loose | undefined): StatusItem['error'] {
  if (!error) return undefined;
  const code = Number(error.code);
  const title = toText(error.title) ?? toText(error.message) ?? 'Unknown error';
  const data = error.error_data;
  const details = toText(toObject(data)?.details) ?? toText(data) ?? toText(error.message) ?? title;
  return { code: Number.isInteger(code) ? code : 0, title, details };
}

function parseInbound(change: Change, message: Loose): WebhookItem {
  const messageId = toText(message.id);
  const from = toText(message.from) ?? toText(message.from_user_id);
  // A change of number and the like concerns a user, but nobody wrote anything.
  if (messageId === undefined || from === undefined || message.type === 'system')
    return other(change, message);
  return {
    kind: 'inbound',
    messageId,
    from,
    ...contentOf(message),
    contextWamid: toText(toObject(message.context)?.id),
    phoneNumberId: change.phoneNumberId,
    at: toDate(message.timestamp, change.now),
  } satisfies InboundItem;
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

function parseTemplateStatus(change: Change): WebhookItem {
  const { value, wabaId, now, entryTime } = change;
  const event = toText(value.event);
  const name = toText(value.message_template_name);
  if (event === undefined || name === undefined) return other(change, value);
  return {
    kind: 'template-status',
    wabaId,
    templateId: toText(value.message_template_id),
    name,
    language: toText(value.message_template_language)?.replace('-', '_'),
    event,
    reason: toText(value.reason),
    at: toDate(entryTime, now),
  } satisfies TemplateStatusItem;
}

const other = ({ field, wabaId }: Change, value: unknown): OtherItem => ({
  kind: 'other',
  field,
  wabaId,
  value,
});

function toObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

/** The objects of a list; anything else in it, or no list at all, is left out. */
function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(toObject).filter((item) => item !== undefined) : [];
}

/** Text, or a number in digits: the platform sends ids both ways. */
function toText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** Unix seconds, as a number or as text. */
function toDate(value: unknown, fallback: Date): Date {
  const seconds = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  if (typeof seconds !== 'number' || !(seconds > 0)) return fallback;
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? fallback : date;
}
