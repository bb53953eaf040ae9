/** The business number an update is about. */
export interface Metadata {
  display_phone_number: string;
  phone_number_id: string;
}

export interface Contact {
  profile?: { name: string };
  wa_id: string;
  user_id?: string;
}

/** One fact to tell a client (WhatsApp Cloud API, webhooks). */
export type WebhookUpdate =
  | { kind: 'status'; wabaId: string; metadata: Metadata; contact: Contact | undefined; status: object }
  | { kind: 'message'; wabaId: string; metadata: Metadata; contact: Contact | undefined; message: object }
  | { kind: 'preference'; wabaId: string; metadata: Metadata; contact: Contact; preference: object }
  | { kind: 'account'; wabaId: string; field: string; value: object };

interface Change {
  field: string;
  value: object;
}

interface Entry {
  id: string;
  time?: number;
  changes: Change[];
}

/** Statuses of one number share a change up to this many, so that large batches span several changes. */
const STATUSES_PER_CHANGE = 100;

interface OpenChange {
  contacts: Map<string, Contact>;
  statuses: object[];
}

/** The body of one POST for updates in their order of appearance; account events get an entry of their own. */
export function buildPayload(updates: readonly WebhookUpdate[], now: number): object {
  const entries: Entry[] = [];
  const messageEntries = new Map<string, Entry>();
  const open = new Map<string, OpenChange>();
  for (const update of updates) {
    if (update.kind === 'account') {
      const change = { field: update.field, value: update.value };
      entries.push({ id: update.wabaId, time: Math.floor(now / 1_000), changes: [change] });
      continue;
    }
    let entry = messageEntries.get(update.wabaId);
    if (!entry) {
      entry = { id: update.wabaId, changes: [] };
      messageEntries.set(update.wabaId, entry);
      entries.push(entry);
    }
    if (update.kind === 'status') addStatus(entry, update, open);
    else entry.changes.push(changeOf(update));
  }
  for (const entry of entries) entry.changes = entry.changes.map(closeChange);
  return { object: 'whatsapp_business_account', entry: entries };
}

function addStatus(
  entry: Entry,
  update: Extract<WebhookUpdate, { kind: 'status' }>,
  open: Map<string, OpenChange>,
): void {
  const key = update.metadata.phone_number_id;
  let change = open.get(key);
  if (!change || change.statuses.length >= STATUSES_PER_CHANGE) {
    change = { contacts: new Map(), statuses: [] };
    open.set(key, change);
    const value = { messaging_product: 'whatsapp', metadata: update.metadata, ...change };
    entry.changes.push({ field: 'messages', value });
  }
  change.statuses.push(update.status);
  if (update.contact) change.contacts.set(update.contact.wa_id, update.contact);
}

/** Turns the contacts gathered for a change into their list, or leaves them out when there are none. */
function closeChange(change: Change): Change {
  const { contacts, ...value } = change.value as { contacts?: unknown };
  if (!(contacts instanceof Map)) return change;
  const list = [...(contacts as OpenChange['contacts']).values()];
  return { field: change.field, value: list.length > 0 ? { ...value, contacts: list } : value };
}

function changeOf(update: Extract<WebhookUpdate, { kind: 'message' | 'preference' }>): Change {
  const base = { messaging_product: 'whatsapp', metadata: update.metadata };
  const contacts = update.contact ? { contacts: [update.contact] } : {};
  return update.kind === 'message'
    ? { field: 'messages', value: { ...base, ...contacts, messages: [update.message] } }
    : { field: 'user_preferences', value: { ...base, ...contacts, user_preferences: [update.preference] } };
}

/**
 * JSON with every character outside ASCII as a lower-case \uXXXX escape: the bytes that are signed and sent
 * (WhatsApp Cloud API, webhooks: validating payloads).
 */
export function toWireJson(payload: object): string {
  return JSON.stringify(payload).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
