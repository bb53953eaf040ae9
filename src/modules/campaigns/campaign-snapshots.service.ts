import { Injectable } from '@nestjs/common';
import { CampaignPresenter } from './campaign-presenter.service.js';
import type { CampaignView } from './campaign.view.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** Campaigns as the wire shows them at this moment, for whoever tells others of them. */
@Injectable()
export class CampaignSnapshots {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly presenter: CampaignPresenter,
  ) {}

  /** Undefined when the campaign does not exist. */
  async find(id: string): Promise<CampaignView | undefined> {
    const [campaign] = await this.campaigns.find([id]);
    return campaign && this.presenter.one(campaign);
  }
}
