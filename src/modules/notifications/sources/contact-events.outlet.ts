import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import { type InteractionChange, type InteractionOutlet, InteractionOutlets } from '../../reporting/index.js';
import { ChannelsRepository } from '../channels/channels.repository.js';
import { type LiveEvent, LiveStream } from '../live/live-stream.js';
import { definitionOf, POST_CONTACT, PRE_CONTACT } from '../topics.js';

const TOPICS = [PRE_CONTACT, POST_CONTACT];

/** Tells of each contact that is being messaged and of each outcome, while somebody listens. */
@Injectable()
export class ContactEvents implements InteractionOutlet, OnModuleInit {
  constructor(
    private readonly outlets: InteractionOutlets,
    private readonly channels: ChannelsRepository,
    private readonly campaigns: CampaignLifecycle,
    private readonly stream: LiveStream,
    private readonly uow: UnitOfWork,
  ) {}

  onModuleInit(): void {
    this.outlets.register(this);
  }

  isWanted(): Promise<boolean> {
    return this.channels.isHeard(TOPICS);
  }

  async take(changes: readonly InteractionChange[]): Promise<void> {
    const campaigns = await this.campaigns.find([...new Set(changes.map(({ campaignId }) => campaignId))]);
    const alwaysRunning = new Set(campaigns.filter((one) => one.alwaysRunning).map(({ id }) => id));
    const events = changes.flatMap((change) => toEvents(change, alwaysRunning.has(change.campaignId)));
    if (events.length > 0) await this.uow.afterCommit(() => this.stream.append(events));
  }
}

/** What a change means for those who listen: the contact was begun with, or the outcome is known, or both at once. */
export function toEvents(change: InteractionChange, isCampaignAlwaysRunning: boolean): LiveEvent[] {
  const { settledAt, startedAt, messageId, disposition } = change;
  const base = {
    outboundCampaignType: 'WHATSAPP',
    whatsAppAttributes: {
      contactPhoneNumber: change.address && `+${change.address}`,
      contactWhatsAppColumnName: change.contactColumn,
      whatsAppIntegrationId: change.integrationId,
    },
    outboundCampaignId: change.campaignId,
    divisionId: change.divisionId,
    contentTemplateId: change.contentTemplateId,
    outboundContactListId: change.contactListId,
    outboundContactId: change.contactId,
    isCampaignAlwaysRunning,
  };
  const event = (topic: string, body: object): LiveEvent => ({
    type: 'event',
    topics: [topic],
    permissions: definitionOf('contact-events').permissions,
    divisionId: change.divisionId,
    body,
  });
  const events: LiveEvent[] = [];
  if (change.isNew) events.push(event(PRE_CONTACT, { eventTime: startedAt.getTime(), ...base }));
  if (disposition !== null && change.previousDisposition === null) {
    const eventTime = (settledAt ?? startedAt).getTime();
    const outcome = { eventTime, conversationId: messageId, ...base, wrapupCode: disposition };
    events.push(event(POST_CONTACT, outcome));
  }
  return events;
}
