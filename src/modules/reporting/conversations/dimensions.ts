/**
 * Where the value of a dimension comes from: it is the same for every campaign message, no campaign message has one,
 * or it is an expression over the interactions. The kind of an expression says how a value asked for is read.
 */
export type DimensionSource =
  | { kind: 'constant'; value: string }
  | { kind: 'absent' }
  | { kind: 'uuid' | 'text' | 'integer' | 'address' | 'moment'; sql: string; counted: boolean };

const constant = <const V extends string>(value: V) => ({ kind: 'constant', value }) as const;
const absent = { kind: 'absent' } as const;
/** The counts of interactions know it as well. */
const counted = (kind: 'uuid' | 'text' | 'integer', sql: string): DimensionSource => ({
  kind,
  sql,
  counted: true,
});
const single = (kind: 'uuid' | 'text' | 'address' | 'moment', sql: string): DimensionSource => ({
  kind,
  sql,
  counted: false,
});

/** What every campaign message has in common. */
export const COMMON = {
  conversationInitiator: 'campaign',
  purpose: 'outbound',
  mediaType: 'message',
  messageType: 'whatsapp',
  direction: 'outbound',
  provider: 'WhatsApp',
  segmentType: 'interact',
  customerParticipation: 'false',
} as const;

/** Dimensions that conversations can be filtered and counted by (Genesys Cloud API, conversation detail query). */
export const DIMENSIONS = {
  conversationId: single('uuid', 'message_id'),
  conversationStart: single('moment', 'started_at'),
  conversationEnd: single('moment', 'settled_at'),
  segmentStart: single('moment', 'started_at'),
  segmentEnd: single('moment', 'settled_at'),
  divisionId: counted('uuid', 'division_id'),
  outboundCampaignId: counted('uuid', 'campaign_id'),
  outboundContactId: single('text', 'contact_id'),
  outboundContactListId: counted('uuid', 'contact_list_id'),
  addressFrom: counted('uuid', 'integration_id'),
  addressTo: single('address', 'address'),
  deliveryStatus: counted('text', 'delivery_status'),
  extendedDeliveryStatus: counted('text', 'coalesce(provider_error_detail, provider_error_text)'),
  wrapUpCode: counted('text', 'disposition'),
  errorCode: counted('integer', 'provider_error_code'),
  disconnectType: counted(
    'text',
    `CASE WHEN disposition = 'OUTBOUND-MESSAGE-SENT' THEN 'system' WHEN disposition IS NOT NULL THEN 'error' END`,
  ),
  mediaType: constant(COMMON.mediaType),
  messageType: constant(COMMON.messageType),
  direction: constant(COMMON.direction),
  originatingDirection: constant(COMMON.direction),
  conversationInitiator: constant(COMMON.conversationInitiator),
  purpose: constant(COMMON.purpose),
  provider: constant(COMMON.provider),
  segmentType: constant(COMMON.segmentType),
  customerParticipation: constant(COMMON.customerParticipation),
  externalContactId: absent,
  externalTag: absent,
  ani: absent,
  dnis: absent,
  queueId: absent,
  userId: absent,
} satisfies Record<string, DimensionSource>;

export type Dimension = keyof typeof DIMENSIONS;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as Dimension[];

/** Where the dimension comes from; the name must be a known one. */
export function dimensionSource(dimension: Dimension): DimensionSource {
  return DIMENSIONS[dimension];
}

/** True when the counts of interactions know the dimension, so that no interaction has to be read. */
export function isCounted(dimension: Dimension): boolean {
  const source = dimensionSource(dimension);
  return source.kind === 'constant' || source.kind === 'absent' || source.counted;
}
