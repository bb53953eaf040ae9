/**
 * Where the value of a dimension comes from: it is the same for every campaign message, or it is an expression over
 * the view of messages. The kind of an expression says how a value asked for is read.
 */
export type DimensionSource =
  { kind: 'constant'; value: string } | { kind: 'uuid' | 'text' | 'integer' | 'address'; sql: string };

const constant = <const V extends string>(value: V) => ({ kind: 'constant', value }) as const;
const uuid = (sql: string): DimensionSource => ({ kind: 'uuid', sql });
const text = (sql: string): DimensionSource => ({ kind: 'text', sql });

/** What every campaign message has in common. */
export const COMMON = {
  conversationInitiator: 'campaign',
  purpose: 'outbound',
  mediaType: 'message',
  messageType: 'whatsapp',
  direction: 'outbound',
  provider: 'WhatsApp',
} as const;

/** Dimensions that conversations can be filtered and counted by (Genesys Cloud API, conversation detail query). */
export const DIMENSIONS = {
  conversationId: uuid('message_id'),
  divisionId: uuid('division_id'),
  outboundCampaignId: uuid('campaign_id'),
  outboundContactId: text('contact_id'),
  outboundContactListId: uuid('contact_list_id'),
  addressFrom: uuid('integration_id'),
  addressTo: { kind: 'address', sql: 'address' },
  deliveryStatus: text('delivery_status'),
  extendedDeliveryStatus: text('coalesce(provider_error_detail, provider_error_text)'),
  wrapUpCode: text('disposition'),
  errorCode: { kind: 'integer', sql: 'provider_error_code' },
  mediaType: constant(COMMON.mediaType),
  messageType: constant(COMMON.messageType),
  direction: constant(COMMON.direction),
  originatingDirection: constant(COMMON.direction),
  conversationInitiator: constant(COMMON.conversationInitiator),
  purpose: constant(COMMON.purpose),
  provider: constant(COMMON.provider),
} satisfies Record<string, DimensionSource>;

export type Dimension = keyof typeof DIMENSIONS;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as Dimension[];

/** Where the dimension comes from; the name must be a known one. */
export function dimensionSource(dimension: Dimension): DimensionSource {
  return DIMENSIONS[dimension];
}
