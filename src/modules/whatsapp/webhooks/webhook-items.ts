/** How a message that we sent fared. */
export interface StatusItem {
  kind: 'status';
  wamid: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  at: Date;
  /** Digits; absent for users without a visible number. */
  recipientId?: string;
  callbackData?: string;
  phoneNumberId?: string;
  error?: { code: number; title: string; details: string };
}

/** A message from a user. `from` is their number in digits, or their user id when the number is hidden. */
export interface InboundItem {
  kind: 'inbound';
  messageId: string;
  from: string;
  /** What they wrote, or the label of the button they tapped. */
  text?: string;
  /** What the tapped button carries. */
  payload?: string;
  /** Our message that this one answers. */
  contextWamid?: string;
  phoneNumberId?: string;
  at: Date;
}

/** A user stopped or resumed marketing messages from one business number. */
export interface PreferenceItem {
  kind: 'preference';
  from: string;
  category: string;
  value: 'stop' | 'resume';
  phoneNumberId?: string;
  at: Date;
}

/** A user got another number; the old one is somebody else's from now on. Both in digits. */
export interface NumberChangeItem {
  kind: 'number-change';
  messageId: string;
  from: string;
  to: string;
  at: Date;
}

/** The platform approved, paused or disabled a template. */
export interface TemplateStatusItem {
  kind: 'template-status';
  wabaId?: string;
  templateId?: string;
  name: string;
  /** With an underscore: en_US. */
  language?: string;
  event: string;
  reason?: string;
  at: Date;
}

/** The platform changed category, quality or content of a template. */
export interface TemplateChangeItem {
  kind: 'template-change';
  wabaId?: string;
  name: string;
  /** With an underscore: en_US. */
  language?: string;
  category?: string;
  /** GREEN, YELLOW, RED or UNKNOWN. */
  quality?: string;
  at: Date;
}

/** Something happened to a business account or to one of its numbers. */
export interface AccountItem {
  kind: 'account';
  wabaId?: string;
  event: string;
  /** Why its numbers can't send campaigns any more; absent when the event does not take that away. */
  blockedBecause?: string;
  /** When the platform lifts it by itself. */
  blockedUntil?: Date;
  at: Date;
}

/** Something is wrong with a number, whatever message it showed at. */
export interface NumberErrorItem {
  kind: 'number-error';
  phoneNumberId: string;
  error: { code: number; title: string; details: string };
}

/** Anything else; kept for operators, without consequence. */
export interface OtherItem {
  kind: 'other';
  field: string;
  wabaId?: string;
  value: unknown;
}

export type WebhookItem =
  | StatusItem
  | InboundItem
  | PreferenceItem
  | NumberChangeItem
  | TemplateStatusItem
  | TemplateChangeItem
  | AccountItem
  | NumberErrorItem
  | OtherItem;
