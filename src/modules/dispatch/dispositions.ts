/** How the attempt to message a contact ended (Genesys Cloud API, wrap-up codes of outbound messaging). */
export type Disposition = AttemptDisposition | SkipDisposition;

export type AttemptDisposition =
  | 'OUTBOUND-MESSAGE-SENT'
  | 'OUTBOUND-MESSAGE-FAILED'
  | 'OUTBOUND-MESSAGE-THROTTLED'
  | 'OUTBOUND-MESSAGE-AMBIGUOUS';

/** Why a contact was passed over before any call to the provider. */
export type SkipDisposition =
  | 'ININ-OUTBOUND-NUMBERS-INVALID'
  | 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST'
  | 'ININ-OUTBOUND-DNC-SKIPPED'
  | 'ININ-OUTBOUND-INTERNAL-ERROR-SKIPPED'
  | 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED'
  | 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED'
  | 'OUTBOUND-RULE-SKIPPED'
  | 'OUTBOUND-RULE-ERROR-SKIPPED'
  /** The contact's time zone is unknown, or has no callable times, or they were over. */
  | 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED'
  | 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED'
  | 'OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG'
  | 'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG';

/** Detail of ZONE-BLOCKED where the contact has callable times but they were over. */
export const WINDOW_CLOSED = 'the window is closed';

const ATTEMPTS = new Set<string>([
  'OUTBOUND-MESSAGE-SENT',
  'OUTBOUND-MESSAGE-FAILED',
  'OUTBOUND-MESSAGE-THROTTLED',
  'OUTBOUND-MESSAGE-AMBIGUOUS',
] satisfies AttemptDisposition[]);

/** True for the end of an attempt, false for a skip. */
export function isAttempt(disposition: string): disposition is AttemptDisposition {
  return ATTEMPTS.has(disposition);
}

/** True when WhatsApp did not take the message. */
export function isRefusal(disposition: string): boolean {
  return disposition === 'OUTBOUND-MESSAGE-FAILED' || disposition === 'OUTBOUND-MESSAGE-THROTTLED';
}
