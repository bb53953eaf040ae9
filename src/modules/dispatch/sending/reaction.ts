import { assertNever } from '../../../kernel/assert-never.js';
import type { ProviderError, SendOutcome } from '../../whatsapp/index.js';
import type { AttemptDisposition } from '../dispositions.js';

/** What becomes of a message after a call. */
export type Reaction =
  | { kind: 'settle'; disposition: AttemptDisposition; detail?: string }
  | { kind: 'requeue'; delayMs: number; countsAsAttempt: boolean; holdRun: boolean }
  /** The fault is not this contact's: the message goes back and the campaign stops until somebody mends it. */
  | { kind: 'invalidate'; error: string; details: string };

/** Tries after which a message that the provider keeps refusing for now is given up. */
const MAX_ATTEMPTS = 5;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const PAIR_RATE_CODE = 131056;
const THROTTLE_CODES = new Set([4, 80007, 130429, PAIR_RATE_CODE]);

/**
 * Decides by the outcome of a call and the tries before it (WhatsApp Cloud API, error table and ambiguity).
 * What may have reached the provider is never sent again.
 */
export function reactTo(outcome: SendOutcome, attemptsBefore: number): Reaction {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-SENT' };
    case 'unknown':
      return { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: outcome.reason };
    case 'withheld':
      return { kind: 'requeue', delayMs: 0, countsAsAttempt: false, holdRun: false };
    case 'not-sent':
      return { kind: 'requeue', delayMs: SECOND_MS, countsAsAttempt: false, holdRun: true };
    case 'rejected':
      return reactToRefusal(outcome.error, attemptsBefore);
    default:
      return assertNever(outcome);
  }
}

function reactToRefusal(error: ProviderError, attemptsBefore: number): Reaction {
  switch (error.action) {
    case 'RETRY':
    case 'DEFER':
      return retryOrGiveUp(error, attemptsBefore);
    case 'FAIL':
    case 'UNCONTACTABLE':
    case 'SUPPRESS_MARKETING':
      return { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-FAILED' };
    case 'PAUSE_TEMPLATE':
    case 'PAUSE_NUMBER':
    case 'PAUSE_WABA':
    case 'TRIP':
      return {
        kind: 'invalidate',
        error: invalidationCode(error),
        details: `${error.title} (${error.code})`,
      };
    default:
      return assertNever(error.action);
  }
}

function retryOrGiveUp(error: ProviderError, attemptsBefore: number): Reaction {
  const throttled = THROTTLE_CODES.has(error.code);
  if (attemptsBefore + 1 >= MAX_ATTEMPTS) {
    return {
      kind: 'settle',
      disposition: throttled ? 'OUTBOUND-MESSAGE-THROTTLED' : 'OUTBOUND-MESSAGE-FAILED',
    };
  }
  const isPairRate = error.code === PAIR_RATE_CODE;
  const patience = isPairRate
    ? Math.max(6 * SECOND_MS, 4 ** attemptsBefore * SECOND_MS)
    : Math.min(MINUTE_MS, 2 ** attemptsBefore * SECOND_MS);
  return {
    kind: 'requeue',
    delayMs: Math.max(patience, error.retryAfterMs ?? 0),
    countsAsAttempt: true,
    // Only the pair rate is about one recipient; other throttling slows everybody.
    holdRun: throttled && !isPairRate,
  };
}

function invalidationCode(error: ProviderError): string {
  return error.action === 'PAUSE_TEMPLATE' ? 'template.not.usable' : 'integration.not.usable';
}
