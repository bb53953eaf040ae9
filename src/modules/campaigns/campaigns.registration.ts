import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { DivisionedObjects, OrganizationLimits } from '../access/index.js';
import {
  CAMPAIGNS_KEY,
  LIMIT_NAMESPACE,
  MAX_CAMPAIGNS,
  MAX_MESSAGES_PER_MINUTE,
  MAX_RUNNING_CAMPAIGNS,
  MESSAGES_PER_MINUTE_KEY,
} from './campaign-limits.js';
import { isRunning } from './campaign-status.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** What the floors below know of campaigns: that they belong to divisions, and their limits. */
@Injectable()
export class CampaignsRegistration implements OnModuleInit {
  constructor(
    private readonly objects: DivisionedObjects,
    private readonly limits: OrganizationLimits,
    private readonly campaigns: CampaignsRepository,
  ) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'MESSAGINGCAMPAIGN',
      aliases: ['CAMPAIGN'],
      label: 'campaigns',
      editPermission: 'outbound:whatsAppCampaign:edit',
      table: 'messaging_campaigns',
      stamp: 'version = version + 1, modified_at = now()',
      explainFixed: (ids) => this.explainRunning(ids),
    });
    this.limits.register(LIMIT_NAMESPACE, {
      [MESSAGES_PER_MINUTE_KEY]: MAX_MESSAGES_PER_MINUTE,
      [CAMPAIGNS_KEY]: MAX_CAMPAIGNS,
      'campaigns.running.max': MAX_RUNNING_CAMPAIGNS,
    });
  }

  // What a run has sent is reported in the division in which the run began.
  private async explainRunning(ids: readonly string[]): Promise<Reason[]> {
    const campaigns = await this.campaigns.find(ids);
    return campaigns
      .filter(({ status }) => isRunning(status))
      .map(({ id, name }) => ({
        code: 'invalid.update.campaign.active',
        entityId: id,
        entityName: name,
        message: `The campaign "${name}" is running; stop it before you move it to another division.`,
      }));
  }
}
