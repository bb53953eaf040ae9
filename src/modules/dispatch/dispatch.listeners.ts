import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus.js';
import {
  CampaignChanged,
  CampaignLifecycle,
  CampaignStarted,
  CampaignStopRequested,
} from '../campaigns/index.js';
import { ContactsAdded } from '../contact-lists/index.js';
import { Doorbell } from './doorbell.js';

/** Rings for a campaign when something below happens to it. */
@Injectable()
export class DispatchListeners implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly campaigns: CampaignLifecycle,
    private readonly doorbell: Doorbell,
  ) {}

  onModuleInit(): void {
    this.events.on(CampaignStarted, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(CampaignStopRequested, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(CampaignChanged, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(ContactsAdded, ({ contactListId }) => this.ringForList(contactListId));
  }

  private async ringForList(contactListId: string): Promise<void> {
    const running = await this.campaigns.findRunning();
    for (const campaign of running)
      if (campaign.contactListId === contactListId) this.doorbell.ring(campaign.id);
  }
}
