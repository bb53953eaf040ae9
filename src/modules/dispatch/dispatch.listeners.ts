import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus.js';
import {
  CallableTimeSetChanged,
  CampaignChanged,
  CampaignLifecycle,
  CampaignStarted,
  CampaignStopRequested,
} from '../campaigns/index.js';
import { ContactsAdded } from '../contact-lists/index.js';
import { PostponedRepository } from './callable-times/postponed.repository.js';
import { Doorbell } from './doorbell.js';

/** Workers may go on with the old times of a callable time set for this long. */
const TIMES_STALE_MS = 1_500;

/** Rings for a campaign when something below happens to it. */
@Injectable()
export class DispatchListeners implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly campaigns: CampaignLifecycle,
    private readonly doorbell: Doorbell,
    private readonly postponed: PostponedRepository,
  ) {}

  onModuleInit(): void {
    this.events.on(CampaignStarted, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(CampaignStopRequested, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(CampaignChanged, ({ campaignId }) => this.doorbell.ring(campaignId));
    this.events.on(CallableTimeSetChanged, ({ callableTimeSetId }) =>
      this.lookAtTimesAnew(callableTimeSetId),
    );
    this.events.on(ContactsAdded, (added) => this.ringForList(added));
  }

  private async lookAtTimesAnew(callableTimeSetId: string): Promise<void> {
    const running = await this.campaigns.findRunning();
    const ids = running
      .filter((campaign) => campaign.callableTimeSetId === callableTimeSetId)
      .map(({ id }) => id);
    if (ids.length > 0) await this.postponed.expireAll(ids, TIMES_STALE_MS);
    for (const id of ids) this.doorbell.ringIn(id, TIMES_STALE_MS);
  }

  private async ringForList({ contactListId, inFront }: ContactsAdded): Promise<void> {
    const running = await this.campaigns.findRunning();
    for (const campaign of running) {
      if (campaign.contactListId !== contactListId) continue;
      if (inFront) this.doorbell.ringForFront(campaign.id, inFront);
      else this.doorbell.ring(campaign.id);
    }
  }
}
