/** HTTP status and title of each error code (WhatsApp Cloud API, error codes). */
const CATALOGUE: Record<number, { status: number; title: string }> = {
  0: { status: 401, title: 'We were unable to authenticate the app user' },
  1: { status: 400, title: 'Invalid request or possible server error' },
  2: { status: 503, title: 'Temporary due to downtime or due to being overloaded' },
  3: { status: 500, title: 'Capability or permissions issue' },
  4: { status: 400, title: 'Application request limit reached' },
  10: { status: 403, title: 'Permission is either not granted or has been removed' },
  33: { status: 400, title: 'The business phone number has been deleted' },
  100: { status: 400, title: 'Invalid parameter' },
  190: { status: 401, title: 'Invalid OAuth access token' },
  200: { status: 403, title: 'You do not have the necessary permissions to perform this action' },
  368: { status: 403, title: 'Temporarily blocked for policies violations' },
  2200: { status: 400, title: 'Callback verification failed' },
  2500: { status: 404, title: 'Unknown path components' },
  80007: { status: 400, title: 'Rate limit issues' },
  130403: { status: 400, title: 'User is blocked by the business' },
  130429: { status: 400, title: 'Rate limit hit' },
  130472: { status: 400, title: "User's number is part of an experiment" },
  130497: { status: 403, title: 'Business account is restricted from messaging users in this country' },
  131000: { status: 500, title: 'Something went wrong' },
  131005: { status: 403, title: 'Access denied' },
  131008: { status: 400, title: 'Required parameter is missing' },
  131009: { status: 400, title: 'Parameter value is not valid' },
  131016: { status: 500, title: 'Service unavailable' },
  131021: { status: 400, title: 'Recipient cannot be sender' },
  131026: { status: 400, title: 'Message undeliverable' },
  131030: { status: 400, title: 'Recipient phone number not in allowed list' },
  131031: { status: 403, title: 'Account has been locked' },
  131037: {
    status: 400,
    title: 'WhatsApp provided number needs display name approval before message can be sent',
  },
  131042: { status: 400, title: 'Business eligibility payment issue' },
  131045: { status: 500, title: 'Incorrect certificate' },
  131047: { status: 400, title: 'Re-engagement message' },
  131048: { status: 400, title: 'Spam rate limit hit' },
  131049: { status: 400, title: 'This message was not delivered to maintain healthy ecosystem engagement' },
  131050: { status: 400, title: 'User has stopped receiving marketing messages from this business' },
  131051: { status: 400, title: 'Unsupported message type' },
  131053: { status: 400, title: 'Media upload error' },
  131055: { status: 400, title: 'Method not allowed' },
  131056: { status: 400, title: '(Business Account, Consumer Account) pair rate limit hit' },
  131057: { status: 500, title: 'Account in maintenance mode' },
  131059: { status: 400, title: 'Invalid paging cursor' },
  131063: { status: 400, title: 'Marketing messages are disabled on Cloud API' },
  132000: { status: 400, title: 'Number of parameters does not match the expected number of params' },
  132001: { status: 404, title: 'Template name does not exist in the translation' },
  132005: { status: 400, title: 'Translated text too long' },
  132007: { status: 400, title: 'Template format character policy violated' },
  132012: { status: 400, title: 'Parameter format does not match format in the created template' },
  132015: { status: 400, title: 'Template is paused' },
  132016: { status: 400, title: 'Template is disabled' },
  132018: { status: 400, title: 'There is an issue with the parameters in your template' },
  133004: { status: 503, title: 'Server temporarily unavailable' },
  133005: { status: 400, title: 'Two step verification PIN mismatch' },
  133010: { status: 400, title: 'Phone number not registered' },
  133016: { status: 400, title: 'Account register deregister rate limit exceeded' },
  134100: { status: 400, title: 'Only marketing messages supported' },
  134101: { status: 400, title: 'Template is syncing' },
  134102: { status: 500, title: 'Template unavailable for use' },
  135000: { status: 400, title: 'Generic user error' },
};

const TRANSIENT = new Set([1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004]);

/** Title of an error code; unknown codes get a neutral one. */
export const titleOf = (code: number): string => CATALOGUE[code]?.title ?? 'An unknown error occurred';

export interface GraphErrorOptions {
  status?: number;
  subcode?: number;
  title?: string;
  type?: 'OAuthException' | 'GraphMethodException';
  retryAfterSeconds?: number;
}

/** A refused call; the server turns it into the Graph error envelope. */
export class GraphError extends Error {
  readonly status: number;

  constructor(
    readonly code: number,
    readonly details: string,
    readonly options: GraphErrorOptions = {},
  ) {
    super(`(#${code}) ${options.title ?? titleOf(code)}`);
    this.status = options.status ?? CATALOGUE[code]?.status ?? 400;
  }
}

/** The answer to an id that does not exist or that the token may not see (code 100, subcode 33, HTTP 400). */
export function unknownObject(method: string, id: string): GraphError {
  const verb = method.toLowerCase();
  const text = `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
  return new GraphError(100, text, { subcode: 33, title: text, type: 'GraphMethodException' });
}

/** The JSON body of an error answer (WhatsApp Cloud API, error codes: response). */
export function toEnvelope(error: GraphError, traceId: string): object {
  const { subcode, type } = error.options;
  return {
    error: {
      message: error.message,
      type: type ?? 'OAuthException',
      code: error.code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      ...(TRANSIENT.has(error.code) ? { is_transient: true } : {}),
      error_data: { messaging_product: 'whatsapp', details: error.details },
      fbtrace_id: traceId,
    },
  };
}
