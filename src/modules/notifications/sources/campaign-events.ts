import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { CampaignEdited, CampaignSnapshots, CampaignStatusChanged } from '../../campaigns/index.js';
import { LiveStream } from '../live/live-stream.js';
import { definitionOf, topicNames } from '../topics.js';

/** Tells of every change of a campaign how the campaign is since. */
@Injectable()
export class CampaignEvents implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly campaigns: CampaignSnapshots,
    private readonly stream: LiveStream,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on(CampaignEdited, ({ campaignId }) => void this.tell(campaignId));
    this.events.on(CampaignStatusChanged, ({ campaignId }) => void this.tell(campaignId));
  }

  private async tell(campaignId: string): Promise<void> {
    try {
      const campaign = await this.campaigns.find(campaignId);
      if (!campaign) return;
      const { whatsAppIntegration: integration, ...config } = campaign.whatsAppConfig;
      await this.stream.append([
        {
          type: 'event',
          topics: topicNames('campaign', campaignId),
          permissions: definitionOf('campaign').permissions,
          divisionId: campaign.division.id,
          body: { ...campaign, whatsAppConfig: { ...config, integration } },
        },
      ]);
    } catch (error) {
      this.logger.debug({ err: error, campaignId }, 'nobody was told of a change of a campaign');
    }
  }
}
