/** The results of a message that conditions may name (Genesys Cloud API, wrap-up codes of outbound messaging). */
export const MESSAGE_DISPOSITIONS = [
  'OUTBOUND-MESSAGE-SENT',
  'OUTBOUND-MESSAGE-FAILED',
  'OUTBOUND-MESSAGE-THROTTLED',
  'OUTBOUND-MESSAGE-AMBIGUOUS',
] as const;
export type MessageDisposition = (typeof MESSAGE_DISPOSITIONS)[number];
