/**
 * What an error code of the platform means for us (WhatsApp Cloud API, error codes).
 * R1 try again soon, R2 try again later, PR final for the recipient, PT for the template, PI for the integration,
 * PQ our request is wrong.
 */
export type ProviderErrorClass = 'R1' | 'R2' | 'PR' | 'PT' | 'PI' | 'PQ';

/** What to do about it. TRIP stops everything that uses the token, until a person has looked. */
export type ProviderErrorAction =
  | 'RETRY'
  | 'DEFER'
  | 'FAIL'
  | 'UNCONTACTABLE'
  | 'COOL_DOWN'
  | 'SUPPRESS_MARKETING'
  | 'PAUSE_TEMPLATE'
  | 'PAUSE_NUMBER'
  | 'PAUSE_WABA'
  | 'TRIP';

/** The greatest code of an error that is kept; no code of the platform comes near. */
export const GREATEST_CODE = 2 ** 31 - 1;

/** How far an error reaches: one message, one recipient, ..., everything under the token. */
export type ProviderErrorScope = 'message' | 'recipient' | 'template' | 'number' | 'waba' | 'app' | 'token';

/** Detail of a delivery status (Genesys Cloud API, delivery status). */
export type DeliveryDetail =
  | 'MessageExpired'
  | 'RateLimited'
  | 'MessageNotAllowed'
  | 'GeneralError'
  | 'UnsupportedMessage'
  | 'UnknownMessage'
  | 'InvalidMessageStructure'
  | 'InvalidDestination'
  | 'ServerError'
  | 'MediaTypeNotAllowed'
  | 'InvalidMediaContentLength'
  | 'RecipientOptedOut';

export interface ProviderErrorMeaning {
  class: ProviderErrorClass;
  action: ProviderErrorAction;
  scope: ProviderErrorScope;
  detail: DeliveryDetail;
  /** Plain English for operators. */
  text: string;
}

type Row = [ProviderErrorClass, ProviderErrorAction, ProviderErrorScope, DeliveryDetail, string];

const NOT_AUTHORISED = 'The access token lacks a permission or has no access to the business account.';
const REGISTRATION = 'The registration of the phone number failed; check the PIN and register it again.';
const MAINTENANCE = 'The phone number is in maintenance for about a minute, for example during an upgrade.';
const WRONG_REQUEST = 'The platform could not read the request; this is a defect or wrong campaign data.';

const TABLE: Readonly<Record<number, Row>> = {
  // Authorisation
  0: ['PI', 'TRIP', 'token', 'GeneralError', 'The platform could not tell whose access token this is.'],
  3: ['PI', 'TRIP', 'token', 'GeneralError', NOT_AUTHORISED],
  10: ['PI', 'TRIP', 'token', 'GeneralError', NOT_AUTHORISED],
  190: ['PI', 'TRIP', 'token', 'GeneralError', 'The access token is invalid or expired; sign up again.'],
  131005: ['PI', 'TRIP', 'token', 'GeneralError', NOT_AUTHORISED],
  // Integrity, account, billing, number
  33: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', 'The phone number no longer exists at WhatsApp.'],
  368: ['PI', 'PAUSE_WABA', 'waba', 'MessageNotAllowed', 'The account is blocked for a breach of policy.'],
  1005: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', 'The phone number is still on the retired API.'],
  130497: ['PR', 'FAIL', 'recipient', 'MessageNotAllowed', 'The business may not write to this country.'],
  131031: ['PI', 'PAUSE_WABA', 'waba', 'MessageNotAllowed', 'The account is locked.'],
  131037: ['PI', 'PAUSE_NUMBER', 'number', 'MessageNotAllowed', "The number's display name is not approved."],
  131042: [
    'PI',
    'PAUSE_WABA',
    'waba',
    'MessageNotAllowed',
    'Payment or eligibility of the account is broken.',
  ],
  131045: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', REGISTRATION],
  131048: [
    'R2',
    'PAUSE_NUMBER',
    'number',
    'RateLimited',
    'The number is throttled after blocks and reports.',
  ],
  131057: ['R1', 'PAUSE_NUMBER', 'number', 'ServerError', MAINTENANCE],
  131061: [
    'PI',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    'The template needs the marketing route.',
  ],
  131063: [
    'PI',
    'PAUSE_WABA',
    'waba',
    'MessageNotAllowed',
    'The account sends marketing by its own route only.',
  ],
  131064: ['R2', 'PAUSE_WABA', 'waba', 'RateLimited', 'Sending is limited after wrongly classed templates.'],
  133000: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', REGISTRATION],
  133005: [
    'PI',
    'PAUSE_NUMBER',
    'number',
    'GeneralError',
    'The PIN is not the one set for the phone number.',
  ],
  133006: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', 'The phone number has to be verified again.'],
  133008: [
    'PI',
    'PAUSE_NUMBER',
    'number',
    'GeneralError',
    'The PIN was wrong too often; wait and try again.',
  ],
  133009: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', 'The PIN was sent too fast; wait and try again.'],
  133010: [
    'PI',
    'PAUSE_NUMBER',
    'number',
    'GeneralError',
    'The phone number is not registered; activate it.',
  ],
  133015: ['PI', 'PAUSE_NUMBER', 'number', 'GeneralError', 'The number was deregistered; wait five minutes.'],
  133016: ['PI', 'PAUSE_NUMBER', 'number', 'RateLimited', 'Registered too often; wait up to 72 hours.'],
  134011: [
    'PI',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    'The terms of payments are not accepted.',
  ],
  139200: ['PI', 'PAUSE_WABA', 'waba', 'MessageNotAllowed', 'The account has no access to direct sending.'],
  2494100: ['R1', 'PAUSE_NUMBER', 'number', 'ServerError', MAINTENANCE],
  // Throttling
  4: ['R1', 'RETRY', 'app', 'RateLimited', 'The app makes too many calls.'],
  80007: ['R1', 'RETRY', 'waba', 'RateLimited', 'The account makes too many calls.'],
  130429: ['R1', 'RETRY', 'number', 'RateLimited', 'The phone number sends faster than its throughput.'],
  131056: ['R1', 'RETRY', 'recipient', 'RateLimited', 'Too many messages to this recipient in a short time.'],
  // Platform faults
  1: ['R1', 'RETRY', 'message', 'ServerError', 'The platform failed for a reason it does not name.'],
  2: ['R1', 'RETRY', 'app', 'ServerError', 'The platform is down or overloaded.'],
  131000: ['R1', 'RETRY', 'message', 'ServerError', 'Something went wrong at the platform.'],
  131016: ['R1', 'RETRY', 'app', 'ServerError', 'A service of the platform is unavailable.'],
  133004: ['R1', 'RETRY', 'app', 'ServerError', 'The platform is unavailable for a while.'],
  // Recipient
  130403: ['PR', 'FAIL', 'recipient', 'MessageNotAllowed', 'The business has blocked this recipient.'],
  130472: [
    'PR',
    'FAIL',
    'recipient',
    'MessageNotAllowed',
    'The recipient takes part in an experiment of Meta.',
  ],
  131021: ['PR', 'FAIL', 'recipient', 'InvalidDestination', 'The recipient is the sender.'],
  131026: [
    'PR',
    'UNCONTACTABLE',
    'recipient',
    'InvalidDestination',
    'The recipient can not be reached on WhatsApp.',
  ],
  131030: ['PR', 'FAIL', 'recipient', 'InvalidDestination', 'A test number may not write to this recipient.'],
  131047: ['PQ', 'FAIL', 'message', 'MessageNotAllowed', 'Outside 24 hours only a template may be sent.'],
  131049: [
    'R2',
    'COOL_DOWN',
    'recipient',
    'RateLimited',
    'WhatsApp held the message back: enough marketing for now.',
  ],
  131050: [
    'PR',
    'SUPPRESS_MARKETING',
    'recipient',
    'RecipientOptedOut',
    'The recipient has stopped marketing messages from this business.',
  ],
  131051: ['PQ', 'FAIL', 'message', 'UnsupportedMessage', 'The platform does not know this type of message.'],
  131062: ['PQ', 'FAIL', 'message', 'InvalidDestination', 'This message needs a phone number as recipient.'],
  137000: ['PR', 'FAIL', 'recipient', 'MessageNotAllowed', "The recipient's identity key has changed."],
  // Template
  131052: [
    'PR',
    'FAIL',
    'message',
    'GeneralError',
    'A file that the recipient sent could not be downloaded.',
  ],
  131053: [
    'PT',
    'PAUSE_TEMPLATE',
    'template',
    'MediaTypeNotAllowed',
    "The template's media can't be fetched.",
  ],
  131055: ['PQ', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed', 'The template is no marketing template.'],
  131059: [
    'PQ',
    'RETRY',
    'message',
    'GeneralError',
    'A page of a list is gone; read the list from its start.',
  ],
  132000: [
    'PQ',
    'FAIL',
    'message',
    'InvalidMessageStructure',
    'The number of values differs from the template.',
  ],
  132001: [
    'PT',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    'No approved template of this name and language.',
  ],
  132005: ['PR', 'FAIL', 'message', 'InvalidMessageStructure', 'The text is too long with these values.'],
  132007: [
    'PT',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    "The template's content breaks a policy.",
  ],
  132008: ['PQ', 'FAIL', 'message', 'InvalidMessageStructure', 'A value is not valid for the template.'],
  132012: [
    'PQ',
    'FAIL',
    'message',
    'InvalidMessageStructure',
    'The values differ in form from the template.',
  ],
  132015: [
    'R2',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    'The template is paused for low quality.',
  ],
  132016: ['PT', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed', 'The template is disabled for good.'],
  132018: [
    'PQ',
    'FAIL',
    'message',
    'InvalidMessageStructure',
    'A value has characters the template forbids.',
  ],
  132068: ['PT', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed', "The template's flow is blocked."],
  132069: ['PT', 'PAUSE_TEMPLATE', 'template', 'RateLimited', "The template's flow is throttled."],
  134100: ['PQ', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed', 'The template is no marketing template.'],
  134101: [
    'R2',
    'DEFER',
    'template',
    'MessageNotAllowed',
    'The template is being prepared; up to ten minutes.',
  ],
  134102: [
    'PI',
    'PAUSE_TEMPLATE',
    'template',
    'MessageNotAllowed',
    'The template may not use the marketing route.',
  ],
  // Request
  100: ['PQ', 'FAIL', 'message', 'InvalidMessageStructure', WRONG_REQUEST],
  131008: ['PQ', 'FAIL', 'message', 'InvalidMessageStructure', 'The request lacks a value.'],
  131009: ['PQ', 'FAIL', 'message', 'InvalidMessageStructure', 'The request has a value that is not valid.'],
  135000: ['PQ', 'DEFER', 'message', 'GeneralError', 'The platform refused the request without saying why.'],
};

/** One more try after this long is due when a code is unknown. */
const UNKNOWN: Row = [
  'R2',
  'DEFER',
  'message',
  'GeneralError',
  'The platform gave an error that is not known yet.',
];

const OBJECT_GONE_SUBCODE = 33;

/** All codes of the table, for documentation and tests. */
export const KNOWN_ERROR_CODES: readonly number[] = Object.keys(TABLE).map(Number);

/** The meaning of an error code, in a send answer or in a webhook. An unknown code is tried once more, later. */
export function explainProviderError(code: number, subcode?: number): ProviderErrorMeaning {
  const [cls, action, scope, detail, text] = rowOf(code, subcode);
  return { class: cls, action, scope, detail, text };
}

function rowOf(code: number, subcode: number | undefined): Row {
  if (code === 100 && subcode === OBJECT_GONE_SUBCODE) return TABLE[33]!;
  if (code >= 200 && code <= 299) return ['PI', 'TRIP', 'token', 'GeneralError', NOT_AUTHORISED];
  return TABLE[code] ?? UNKNOWN;
}
