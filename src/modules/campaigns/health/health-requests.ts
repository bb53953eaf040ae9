import { InjectQueue } from '@nestjs/bull';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bull';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ImportFinished } from '../../imports/index.js';
import { IntegrationStateChanged, TemplateStateChanged } from '../../whatsapp/index.js';
import { CampaignChanged } from '../campaigns.events.js';
import { CampaignHealthRepository } from './campaign-health.repository.js';
import { CAMPAIGN_HEALTH_QUEUE, type HealthJob, healthJobOptions } from './health.jobs.js';

/** Asks for looks at the health of campaigns when something below happens to what they need. */
@Injectable()
export class HealthRequests implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly health: CampaignHealthRepository,
    private readonly logger: Logger,
    @InjectQueue(CAMPAIGN_HEALTH_QUEUE) private readonly queue: Queue<HealthJob>,
  ) {}

  onModuleInit(): void {
    this.events.on(CampaignChanged, ({ campaignId }) => this.request([campaignId]));
    this.events.on(IntegrationStateChanged, ({ integrationId }) =>
      this.requestFound(this.health.findByIntegration(integrationId)),
    );
    this.events.on(TemplateStateChanged, ({ integrationIds, templates }) =>
      this.requestFound(this.health.findByTemplates(integrationIds, templates)),
    );
    this.events.on(ImportFinished, ({ targetId }) => this.requestFound(this.health.findByList(targetId)));
  }

  /** Never waits for Redis; what gets lost is found by the sweeper. */
  request(campaignIds: readonly string[]): void {
    for (const campaignId of campaignIds) {
      this.queue.add({ campaignId }, healthJobOptions(campaignId)).catch((error: unknown) => {
        this.logger.warn(
          { err: error, campaignId },
          'could not ask for a look at a campaign; the sweeper will',
        );
      });
    }
  }

  private async requestFound(campaignIds: Promise<string[]>): Promise<void> {
    this.request(await campaignIds);
  }
}
