import { assertNever } from '../../../kernel/assert-never.js';
import type { ProviderError, SendOutcome } from '../../whatsapp/index.js';
import type { AttemptDisposition } from '../dispositions.js';

/** What becomes of a message after a call. */
export type MessageFate =
  | { kind: 'settle'; disposition: AttemptDisposition; detail?: string }
  | { kind: 'requeue'; delayMs: number; countsAsAttempt: boolean };

/** What a call, or a status that tells of a failure, says about more than its message. */
export type Consequence =
  /** The provider answers: an outage is over. */
  | { kind: 'works' }
  /** The provider can't be reached, or may be broken: calls it less and less often until one succeeds. */
  | { kind: 'outage'; isCertain: boolean }
  /** The provider asks for fewer calls: of the number, of all numbers of its account, or of all there are. */
  | { kind: 'throttle'; waitMs: number; scope: ThrottleScope }
  /** The number rests for a while. */
  | { kind: 'rest'; waitMs: number }
  /** The template, or the number with its account, can't be used; for a while, or until WhatsApp says otherwise. */
  | { kind: 'pause-template' | 'pause-number'; error: ProviderError; forMs?: number }
  /** The number has sent too much to the person lately. */
  | { kind: 'recipient-rests'; waitMs: number }
  /** Nothing reaches the person through WhatsApp. */
  | { kind: 'unreachable' }
  /** WhatsApp lets no more marketing through to the person for now. */
  | { kind: 'cool-down' }
  /** The person takes no marketing from this number any more. */
  | { kind: 'marketing-stopped' }
  /** The request is refused as it is: a single bad contact, or every one of them. */
  | { kind: 'bad-request'; error: ProviderError }
  /** The provider has the message and holds it back until it has judged the template. */
  | { kind: 'held' }
  /** A message was given up for a reason that a person should look at. */
  | { kind: 'given-up'; error: ProviderError };

export type ThrottleScope = 'number' | 'waba' | 'app';

export interface Reaction {
  fate: MessageFate;
  consequence?: Consequence;
}

/** Tries after which a message that the provider keeps refusing for now is given up. */
const MAX_ATTEMPTS = 5;
const FEWER_ATTEMPTS: Readonly<Record<number, number>> = { 1: 3 };
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const PAIR_RATE_CODE = 131056;
const MAINTENANCE_CODES = new Set([131057, 2494100]);
const THROTTLE_CODES = new Set([4, 80007, 130429]);
/** A new template is not known everywhere yet: no fault of the request. */
const NOT_READY_CODES = new Set([134101]);

/** Refusals that are tried again later: after how long, and how often at most; all others once after a quarter. */
const LATER: Readonly<Record<number, { delayMs: number; most: number }>> = {
  134101: { delayMs: 10 * MINUTE_MS, most: 6 },
  135000: { delayMs: HOUR_MS, most: 1 },
};
const UNKNOWN_LATER = { delayMs: 15 * MINUTE_MS, most: 1 };

const FAILED: MessageFate = { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-FAILED' };
const WORKS: Consequence = { kind: 'works' };

/** Refusals that WhatsApp's word on the token, account or number shows as well: believed until it says otherwise. */
const SHOWN_CODES = new Set([0, 190, 33, 100, 368, 131031, 133010]);

/**
 * For how long to believe any other one, whatever WhatsApp says of the number meanwhile. Those that are not here a
 * minute, so that a number which WhatsApp takes for fine is not tried all the time.
 */
const NUMBER_PAUSES_MS: Readonly<Record<number, number>> = {
  131042: HOUR_MS,
  131048: 24 * HOUR_MS,
  // Which route marketing takes is read anew meanwhile.
  131063: 10 * MINUTE_MS,
  131064: 24 * HOUR_MS,
};

/** Templates that are tried again after a while; all others wait until WhatsApp approves them or a person looks. */
const TEMPLATE_PAUSES_MS: Readonly<Record<number, number>> = {
  // Route and category are read anew meanwhile, and may be others then.
  131055: MINUTE_MS,
  134100: MINUTE_MS,
  131061: 10 * MINUTE_MS,
  134102: 10 * MINUTE_MS,
  132069: HOUR_MS,
};

/**
 * Decides by the outcome of a call and the tries before it (WhatsApp Cloud API, error table and ambiguity).
 * What may have reached the provider is never sent again.
 */
export function reactTo(outcome: SendOutcome, attemptsBefore: number): Reaction {
  switch (outcome.kind) {
    case 'accepted':
      return {
        fate: { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-SENT' },
        consequence: outcome.messageStatus === 'accepted' ? WORKS : { kind: 'held' },
      };
    case 'unknown':
      return {
        fate: { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: outcome.reason },
        consequence: { kind: 'outage', isCertain: outcome.error?.scope === 'app' },
      };
    case 'withheld':
      return { fate: untouched(0) };
    case 'not-sent':
      return { fate: untouched(SECOND_MS), consequence: { kind: 'outage', isCertain: true } };
    case 'rejected':
      return reactToRefusal(outcome.error, attemptsBefore);
    default:
      return assertNever(outcome);
  }
}

/**
 * What a status that tells of a failure says about more than its message: the same as a refusal with this code, except
 * that the message itself was accepted and is never sent again.
 */
export function consequenceOfFailure(error: ProviderError): Consequence {
  return reactToRefusal(error, MAX_ATTEMPTS).consequence ?? { kind: 'works' };
}

function reactToRefusal(error: ProviderError, attemptsBefore: number): Reaction {
  switch (error.action) {
    case 'RETRY': {
      const fate = again(error, attemptsBefore);
      return { fate, consequence: slowerAfter(error, fate) };
    }
    case 'DEFER': {
      const fate = later(error, attemptsBefore);
      // What one contact is refused for without a clear reason, all others may be too.
      if (!NOT_READY_CODES.has(error.code)) return { fate, consequence: { kind: 'bad-request', error } };
      return { fate, consequence: fate.kind === 'settle' ? { kind: 'given-up', error } : WORKS };
    }
    case 'FAIL':
      return { fate: FAILED, consequence: error.class === 'PQ' ? { kind: 'bad-request', error } : WORKS };
    case 'UNCONTACTABLE':
      return { fate: FAILED, consequence: { kind: 'unreachable' } };
    case 'COOL_DOWN':
      return { fate: FAILED, consequence: { kind: 'cool-down' } };
    case 'SUPPRESS_MARKETING':
      return { fate: FAILED, consequence: { kind: 'marketing-stopped' } };
    case 'PAUSE_TEMPLATE': {
      const forMs = TEMPLATE_PAUSES_MS[error.code];
      return { fate: untouched(SECOND_MS), consequence: { kind: 'pause-template', error, forMs } };
    }
    case 'PAUSE_NUMBER':
    case 'PAUSE_WABA':
    case 'TRIP':
      return { fate: untouched(SECOND_MS), consequence: pauseOf(error) };
    default:
      return assertNever(error.action);
  }
}

/** The fault is not this contact's: the message goes back as it was. */
function untouched(delayMs: number): MessageFate {
  return { kind: 'requeue', delayMs, countsAsAttempt: false };
}

function again(error: ProviderError, attemptsBefore: number): MessageFate {
  if (attemptsBefore + 1 >= (FEWER_ATTEMPTS[error.code] ?? MAX_ATTEMPTS)) return givenUp(error);
  const patience =
    error.code === PAIR_RATE_CODE
      ? Math.max(6 * SECOND_MS, 4 ** attemptsBefore * SECOND_MS)
      : Math.min(MINUTE_MS, 2 ** attemptsBefore * SECOND_MS);
  return { kind: 'requeue', delayMs: Math.max(patience, error.retryAfterMs ?? 0), countsAsAttempt: true };
}

function later(error: ProviderError, attemptsBefore: number): MessageFate {
  const { delayMs, most } = LATER[error.code] ?? UNKNOWN_LATER;
  if (attemptsBefore >= most) return givenUp(error);
  return { kind: 'requeue', delayMs: Math.max(delayMs, error.retryAfterMs ?? 0), countsAsAttempt: true };
}

function givenUp({ code }: ProviderError): MessageFate {
  const isThrottled = THROTTLE_CODES.has(code) || code === PAIR_RATE_CODE;
  return {
    kind: 'settle',
    disposition: isThrottled ? 'OUTBOUND-MESSAGE-THROTTLED' : 'OUTBOUND-MESSAGE-FAILED',
  };
}

function slowerAfter(error: ProviderError, fate: MessageFate): Consequence {
  const { code, scope, retryAfterMs } = error;
  // About one recipient; nobody else goes slower for it.
  if (code === PAIR_RATE_CODE)
    return { kind: 'recipient-rests', waitMs: fate.kind === 'requeue' ? fate.delayMs : MINUTE_MS };
  if (THROTTLE_CODES.has(code)) {
    const waitMs = Math.max(SECOND_MS, retryAfterMs ?? 0);
    return { kind: 'throttle', waitMs, scope: scope === 'app' || scope === 'waba' ? scope : 'number' };
  }
  if (scope === 'app') return { kind: 'outage', isCertain: true };
  return fate.kind === 'settle' ? { kind: 'given-up', error } : WORKS;
}

function pauseOf(error: ProviderError): Consequence {
  if (MAINTENANCE_CODES.has(error.code)) return { kind: 'rest', waitMs: MINUTE_MS };
  const forMs = SHOWN_CODES.has(error.code) ? undefined : (NUMBER_PAUSES_MS[error.code] ?? MINUTE_MS);
  return { kind: 'pause-number', error, forMs };
}
