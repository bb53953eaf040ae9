import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Reason } from '../../../kernel/reason.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EVERYWHERE } from '../../access/index.js';
import { EventLog } from '../../event-log/index.js';
import type { Campaign, CampaignDefinition, CampaignProblem } from '../campaign-definition.js';
import { CampaignLifecycle } from '../campaign-lifecycle.service.js';
import { CampaignSwitch } from '../campaign-switch.service.js';
import { ALL_LISTS, CampaignValidator } from '../campaign-validator.service.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { CampaignHealthRepository } from './campaign-health.repository.js';

/** What a campaign needs at every moment while it is on; its lists may empty themselves meanwhile. */
const VITAL_PARTS: (keyof CampaignDefinition)[] = ['integrationId', 'contentTemplateId'];

/**
 * Keeps `errors` of campaigns true: a campaign that is on and can't go on becomes invalid, one that became invalid
 * goes on when the cause is gone, and one at rest shows why it could not start. Safe to run at any time and twice.
 */
@Injectable()
export class CampaignHealth {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly health: CampaignHealthRepository,
    private readonly validator: CampaignValidator,
    private readonly power: CampaignSwitch,
    private readonly lifecycle: CampaignLifecycle,
    private readonly eventLog: EventLog,
  ) {}

  /** Looks at one campaign. Throws 503 when Meta must be asked and can't be; the next look comes anyway. */
  async examine(id: string): Promise<void> {
    const [campaign] = await this.campaigns.find([id]);
    switch (campaign?.status) {
      case 'on':
        return this.examineRunning(campaign);
      case 'invalid':
        return this.examineInvalid(campaign);
      case 'off':
      case 'complete':
      case 'forced_off':
        return this.examineIdle(campaign);
      default:
        return;
    }
  }

  private async examineRunning(campaign: Campaign): Promise<void> {
    const reasons = await this.explainVital(campaign);
    if (reasons.length > 0) await this.lifecycle.markInvalid(campaign.id, toProblems(reasons));
  }

  private async examineInvalid(campaign: Campaign): Promise<void> {
    await this.health.postpone(campaign.id);
    const reasons = await this.explainVital(campaign);
    if (reasons.length > 0) return this.show(campaign, reasons);
    await this.uow.run(async () => {
      await this.campaigns.lock();
      const obstacles = await this.power.explainNotNow(EVERYWHERE, campaign);
      if (obstacles.length > 0) return this.show(campaign, obstacles);
      if (await this.power.resume(campaign)) await this.recovered(campaign);
    });
  }

  private async recovered(campaign: Campaign): Promise<void> {
    await this.health.noteRecovery(campaign.id);
    await this.eventLog.record({
      code: 'CAMPAIGN_INVALIDATED',
      level: 'INFO',
      message: 'The campaign "{campaign}" is valid again and goes on where it was.',
      params: { campaign: campaign.name },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
    });
  }

  private async examineIdle(campaign: Campaign): Promise<void> {
    await this.health.noteChecked(campaign.id);
    await this.show(
      campaign,
      await this.validator.explain(campaign, { scopes: ALL_LISTS, stored: campaign }),
    );
  }

  private explainVital(campaign: Campaign): Promise<Reason[]> {
    const context = { scopes: ALL_LISTS, stored: campaign, parts: VITAL_PARTS, metaMaxAgeMs: 0 };
    return this.validator.explain(campaign, context);
  }

  private async show(campaign: Campaign, reasons: Reason[]): Promise<void> {
    const errors = toProblems(reasons);
    if (!isDeepStrictEqual(errors, campaign.errors)) await this.campaigns.setErrors(campaign, errors);
  }
}

function toProblems(reasons: readonly Reason[]): CampaignProblem[] {
  return reasons.map(({ code, message }) => ({ error: code, details: message }));
}
