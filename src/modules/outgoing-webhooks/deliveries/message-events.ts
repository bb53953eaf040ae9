import { randomUUID } from 'node:crypto';
import type { AgentlessChange } from '../../dispatch/index.js';
import type { InteractionChange } from '../../reporting/index.js';

/**
 * What can be told of a message: that its outcome is known (see its disposition), and what WhatsApp says of it later,
 * by the names of the delivery status.
 */
export const EVENT_STATUSES = ['Outcome', 'Published', 'DeliverySuccess', 'Read', 'DeliveryFailed'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** One status of one message, as it is told. */
export interface MessageEvent {
  /** The same in every attempt, so that whoever gets an event twice can tell. */
  id: string;
  status: EventStatus;
  /** When the message got the status, as far as WhatsApp says. */
  occurredAt: string;
  conversationId: string;
  /** Null with list and contact for a single message, which is of no campaign. */
  campaignId: string | null;
  divisionId: string;
  contactListId: string | null;
  contactId: string | null;
  contactColumn: string | null;
  address: string | null;
  integrationId: string | null;
  contentTemplateId: string | null;
  disposition: string | null;
  deliveryStatus: string | null;
  errorCode: number | null;
  errorText: string | null;
}

/** What is told of a change, whether of a message of a campaign or of a single one. */
type Told = Pick<
  InteractionChange,
  | 'messageId'
  | 'divisionId'
  | 'contactColumn'
  | 'address'
  | 'integrationId'
  | 'contentTemplateId'
  | 'startedAt'
  | 'settledAt'
  | 'disposition'
  | 'previousDisposition'
  | 'deliveryStatus'
  | 'errorCode'
  | 'errorText'
  | 'newPublishedAt'
  | 'newDeliveredAt'
  | 'newReadAt'
  | 'newFailedAt'
> &
  Pick<MessageEvent, 'campaignId' | 'contactListId' | 'contactId'>;

/** A single message as webhooks are told of it: those of the division that it is counted to. */
export function ofSingleMessage(change: AgentlessChange, divisionId: string, settledAt: Date): Told {
  return {
    ...change,
    divisionId,
    settledAt,
    campaignId: null,
    contactListId: null,
    contactId: null,
    contactColumn: null,
  };
}

/** The statuses that a message got by a change, in their order; one event each, however many came at once. */
export function toMessageEvents(change: Told): MessageEvent[] {
  return reachedBy(change).map(({ status, at }) => ({
    id: randomUUID(),
    status,
    occurredAt: at.toISOString(),
    conversationId: change.messageId,
    campaignId: change.campaignId,
    divisionId: change.divisionId,
    contactListId: change.contactListId,
    contactId: change.contactId,
    contactColumn: change.contactColumn,
    address: change.address && `+${change.address}`,
    integrationId: change.integrationId,
    contentTemplateId: change.contentTemplateId,
    disposition: change.disposition,
    deliveryStatus: change.deliveryStatus,
    errorCode: change.errorCode,
    errorText: change.errorText,
  }));
}

function reachedBy(change: Told): { status: EventStatus; at: Date }[] {
  const { disposition, previousDisposition, settledAt, startedAt } = change;
  const isOutcomeNew = disposition !== null && disposition !== previousDisposition;
  const moments: [EventStatus, Date | null][] = [
    ['Outcome', isOutcomeNew ? (settledAt ?? startedAt) : null],
    ['Published', change.newPublishedAt],
    ['DeliverySuccess', change.newDeliveredAt],
    ['Read', change.newReadAt],
    // What was refused at once has failed by its outcome.
    ['DeliveryFailed', change.deliveryStatus === 'Failed' ? null : change.newFailedAt],
  ];
  return moments.flatMap(([status, at]) => (at ? [{ status, at }] : []));
}
