/** Whom an opt-out is from: every campaign, or marketing through one business number. */
export type OptOutScope = 'all' | 'marketing';

/** Somebody said through WhatsApp that messages shall stop, or may come again; or WhatsApp said so for them. */
export interface OptOutSignal {
  /** Tells signals apart, so that one which comes twice counts once. */
  key: string;
  /** Digits, in whatever national spelling. */
  whatsAppId: string;
  scope: OptOutScope;
  direction: 'stop' | 'resume';
  source: 'keyword' | 'button' | 'preference' | 'provider';
  /** Phone number id of the business number; marketing opt-outs are from one number. */
  sender?: string;
  /** That number as people know it, for the name of the list. */
  senderNumber?: string;
  /** The words that said it. */
  matched?: string;
  text?: string;
  /** Our message that was answered. */
  contextWamid?: string;
  at: Date;
}
