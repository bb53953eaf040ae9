import { createHash } from 'node:crypto';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { ConversationView, DeliveryStatusChange, SegmentView, SessionView } from './conversation.dto.js';
import { COMMON } from './dimensions.js';
import type { MessageRow } from './conversations.repository.js';

const SENT = 'OUTBOUND-MESSAGE-SENT';
const DIGITS = /^\d+$/u;

/**
 * A campaign message as a conversation: one participant, one session, one segment
 * (Genesys Cloud API, AnalyticsConversation). The end is missing while the provider has not answered yet.
 */
export function toConversation(row: MessageRow): ConversationView {
  return {
    conversationId: row.message_id,
    conversationStart: toWireDate(row.started_at),
    conversationEnd: toWireDate(row.settled_at),
    conversationInitiator: COMMON.conversationInitiator,
    originatingDirection: COMMON.direction,
    divisionIds: [row.division_id],
    participants: [
      {
        participantId: derivedId(row.message_id, 'participant'),
        purpose: COMMON.purpose,
        sessions: [toSession(row)],
      },
    ],
  };
}

/**
 * Every delivery status that the message reached and when, in the order of their rank, so that the last one is the
 * delivery status of the message. WhatsApp tells whole seconds by its own clock; a status is therefore never shown
 * earlier than the one before it.
 */
export function deliveryStatusHistory(row: MessageRow): DeliveryStatusChange[] {
  const byRank: [string, Date | null][] = [
    ['Queued', row.started_at],
    ['Sent', row.sent_at],
    ['Published', row.published_at],
    [row.wamid === null ? 'Failed' : 'DeliveryFailed', row.failed_at],
    ['DeliverySuccess', row.delivered_at],
    ['Read', row.read_at],
  ];
  let latest = row.started_at;
  return byRank.flatMap(([status, at]) => {
    if (!at) return [];
    if (at > latest) latest = at;
    return [{ status, at: toWireDate(latest) }];
  });
}

function toSession(row: MessageRow): SessionView {
  return {
    sessionId: derivedId(row.message_id, 'session'),
    mediaType: COMMON.mediaType,
    messageType: COMMON.messageType,
    direction: COMMON.direction,
    provider: COMMON.provider,
    addressFrom: row.integration_id ?? undefined,
    addressTo: row.address === null ? undefined : DIGITS.test(row.address) ? `+${row.address}` : row.address,
    outboundCampaignId: row.campaign_id,
    outboundContactId: row.contact_id,
    outboundContactListId: row.contact_list_id,
    deliveryStatus: row.delivery_status ?? undefined,
    deliveryStatusChangeDate: toWireDate(row.delivery_changed_at),
    extendedDeliveryStatus: row.provider_error_detail ?? row.provider_error_text ?? undefined,
    deliveryStatusHistory: deliveryStatusHistory(row),
    metrics: [{ emitDate: toWireDate(row.started_at), name: 'nOutbound', value: 1 }],
    segments: [toSegment(row)],
  };
}

function toSegment(row: MessageRow): SegmentView {
  return {
    segmentStart: toWireDate(row.started_at),
    segmentEnd: toWireDate(row.settled_at),
    segmentType: 'interact',
    disconnectType: row.disposition === null ? undefined : row.disposition === SENT ? 'system' : 'error',
    wrapUpCode: row.disposition ?? undefined,
    errorCode: row.provider_error_code?.toString(),
    conference: false,
  };
}

/** A UUID (version 8, own content) that is always the same for the same message and part of it. */
function derivedId(messageId: string, part: string): string {
  const hex = createHash('sha256').update(`${part}:${messageId}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
