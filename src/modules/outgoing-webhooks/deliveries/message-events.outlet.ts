import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DivisionsService } from '../../access/index.js';
import { type AgentlessChange, type AgentlessOutlet, AgentlessOutlets } from '../../dispatch/index.js';
import { type InteractionChange, type InteractionOutlet, InteractionOutlets } from '../../reporting/index.js';
import { DeliveriesRepository, type NewDelivery, type Recipient } from './deliveries.repository.js';
import { type MessageEvent, ofSingleMessage, toMessageEvents } from './message-events.js';
import { TRIED_FOR_MS } from './retry-plan.js';

/** Events that go in one request at most. */
const EVENTS_AT_ONCE = 500;

/**
 * Stores what webhooks are to be told in the transaction that changes the interactions: an event is lost only if its
 * change is, and then both come again.
 */
@Injectable()
export class MessageEvents implements InteractionOutlet, AgentlessOutlet, OnModuleInit {
  constructor(
    private readonly outlets: InteractionOutlets,
    private readonly singleOutlets: AgentlessOutlets,
    private readonly deliveries: DeliveriesRepository,
    private readonly divisions: DivisionsService,
  ) {}

  onModuleInit(): void {
    this.outlets.register(this);
    this.singleOutlets.register(this);
  }

  isWanted(): Promise<boolean> {
    return this.deliveries.isAnybodyTold();
  }

  async take(changes: readonly InteractionChange[]): Promise<void> {
    const divisionIds = [...new Set(changes.map(({ divisionId }) => divisionId))];
    await this.store(divisionIds, () => changes.flatMap(toMessageEvents));
  }

  /** Single messages are of no campaign, and so of no division; those of the home division hear of them. */
  async takeSingle(changes: readonly AgentlessChange[]): Promise<void> {
    if (!(await this.deliveries.isAnybodyTold())) return;
    const { id } = await this.divisions.home();
    const now = new Date();
    await this.store([id], () =>
      changes.flatMap((change) => toMessageEvents(ofSingleMessage(change, id, now))),
    );
  }

  private async store(divisionIds: readonly string[], toEvents: () => MessageEvent[]): Promise<void> {
    const recipients = await this.deliveries.findRecipients(divisionIds);
    if (recipients.length === 0) return;
    const events = toEvents();
    const createdAt = new Date();
    const deliveries = recipients.flatMap((recipient) => toDeliveries(recipient, events, createdAt));
    if (deliveries.length > 0) await this.deliveries.insert(deliveries);
  }
}

function toDeliveries(
  { id: webhookId, divisionId, statuses }: Recipient,
  events: readonly MessageEvent[],
  createdAt: Date,
): NewDelivery[] {
  const wanted = events.filter((event) => event.divisionId === divisionId && statuses.includes(event.status));
  const deliveries: NewDelivery[] = [];
  for (let from = 0; from < wanted.length; from += EVENTS_AT_ONCE) {
    const batch = wanted.slice(from, from + EVENTS_AT_ONCE);
    const body = toBody('message.status', createdAt, { events: batch });
    deliveries.push({
      webhookId,
      type: 'message.status',
      events: batch.length,
      body,
      triedForMs: TRIED_FOR_MS,
    });
  }
  return deliveries;
}

/** The body of a delivery (Standard Webhooks, payload structure). */
export function toBody(type: NewDelivery['type'], createdAt: Date, data: object): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
}
