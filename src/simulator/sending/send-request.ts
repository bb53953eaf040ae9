import type { PhoneNumber } from '../accounts/world.js';
import { GraphError } from '../graph/graph-errors.js';
import { isObject, type Loose } from '../graph/graph-request.js';
import { normaliseRecipient, toWaId } from './recipient.js';

/** A send whose outer shape is right; the template is not looked at yet. */
export interface SendRequest {
  input: string;
  to: string;
  waId: string;
  callbackData: string | undefined;
  templateName: string;
  language: string;
  components: unknown;
  isStrict: boolean;
}

const MAX_CALLBACK_DATA = 512;
const TYPES = 'text image video audio document sticker location contacts interactive reaction template'.split(
  ' ',
);
const KNOWN = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'template',
  'biz_opaque_callback_data',
  'recipient_identity_key_hash',
  'context',
]);
const KNOWN_MARKETING = new Set(['product_policy', 'message_activity_sharing', 'bid_spec']);

const missing = (name: string): GraphError => new GraphError(131008, `The parameter ${name} is required.`);
const invalid = (details: string): GraphError => new GraphError(131009, details);

/**
 * The outer checks of a send: shape of the body, callback data, recipient, self send, allow list.
 * @throws GraphError 100, 131008, 131009, 131021, 131030, 131047 (free text needs an open service window), 131051.
 */
export function readSendRequest(body: Loose, number: PhoneNumber, options: SendOptions): SendRequest {
  checkShape(body, options.endpoint);
  const callbackData = readCallbackData(body.biz_opaque_callback_data);
  const input = body.to as string;
  const to = normaliseRecipient(input, number.countryCode);
  if (to === number.digits) throw new GraphError(131021, 'Recipient phone number cannot be the sender');
  if (number.allowedRecipients && !number.allowedRecipients.includes(to)) {
    throw new GraphError(131030, 'Recipient phone number is not in the allowed list of this test number');
  }
  const template = readTemplate(body.template);
  const waId = options.nationalVariants ? toWaId(to) : to;
  return { input, to, waId, callbackData, ...template, isStrict: body.product_policy === 'STRICT' };
}

export interface SendOptions {
  endpoint: 'messages' | 'marketing_messages';
  nationalVariants: boolean;
}

function checkShape(body: Loose, endpoint: SendOptions['endpoint']): void {
  const isMarketing = endpoint === 'marketing_messages';
  const type = body.type ?? 'text';
  if (typeof type !== 'string' || !TYPES.includes(type))
    throw new GraphError(131051, "Parameter 'type' is not supported");
  const unknown = Object.keys(body).filter(
    (key) => !KNOWN.has(key) && key !== type && !(isMarketing && KNOWN_MARKETING.has(key)),
  );
  if (unknown.length > 0) throw new GraphError(100, `Unexpected key "${unknown[0]}" on param "message"`);
  if (body.messaging_product !== 'whatsapp')
    throw new GraphError(100, "The parameter messaging_product must be 'whatsapp'");
  if (body.recipient_type !== undefined && body.recipient_type !== 'individual') {
    throw new GraphError(100, "Parameter 'recipient_type' must be 'individual'");
  }
  if (body.to === undefined) {
    throw body.recipient === undefined
      ? missing('to')
      : invalid("Parameter 'recipient': only phone numbers are known here");
  }
  if (typeof body.to !== 'string') throw invalid("Parameter 'to' must be a string");
  if (type === 'template') return;
  if (isMarketing) throw new GraphError(100, 'Only messages of type template can be sent here');
  throw new GraphError(131047, 'More than 24 hours have passed since the recipient last replied');
}

function readCallbackData(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= MAX_CALLBACK_DATA) return value;
  throw invalid(
    `Parameter 'biz_opaque_callback_data' must be a string of at most ${MAX_CALLBACK_DATA} characters`,
  );
}

function readTemplate(value: unknown): Pick<SendRequest, 'templateName' | 'language' | 'components'> {
  if (!isObject(value)) throw missing('template');
  const { name, language, components } = value;
  if (typeof name !== 'string' || name === '') throw missing('template.name');
  if (!isObject(language) || typeof language.code !== 'string') throw missing('template.language.code');
  if (language.policy !== undefined && language.policy !== 'deterministic') {
    throw invalid("Parameter 'template.language.policy' must be 'deterministic'");
  }
  return { templateName: name, language: language.code, components };
}
