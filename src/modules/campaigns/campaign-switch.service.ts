import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventBus } from '../../platform/events/event-bus.js';
import { AuditTrail, type Caller, isInScope } from '../access/index.js';
import type { Campaign } from './campaign-definition.js';
import { MAX_RUNNING_CAMPAIGNS } from './campaign-limits.js';
import { type CampaignStatus, type StatusStep, stepTowards } from './campaign-status.js';
import { ALL_LISTS, CampaignValidator } from './campaign-validator.service.js';
import {
  campaignNotFound,
  campaignRefused,
  changedMeanwhile,
  contactListTaken,
  tooManyRunning,
} from './campaign.errors.js';
import { CampaignStarted, CampaignStopRequested } from './campaigns.events.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** Switches campaigns on and off for callers. */
@Injectable()
export class CampaignSwitch {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly validator: CampaignValidator,
    private readonly events: EventBus,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Starts a campaign after checking everything again; a running one is left alone.
   * Throws 404, 400 with all reasons, 400 `invalid.update.bad.status.transition` while it is still stopping.
   */
  async start(caller: Caller, id: string): Promise<void> {
    const campaign = await this.campaigns.findOne(caller.scope('outbound:whatsAppCampaign:start'), id);
    if (!campaign) throw campaignNotFound(id);
    if (stepTowards(campaign.status, 'on') === 'none') return;
    const context = { scopes: ALL_LISTS, stored: campaign, metaMaxAgeMs: 0 };
    const reasons = await this.validator.explain(campaign, context);
    if (reasons.length > 0) throw campaignRefused(reasons);
    await this.uow.run(async () => {
      await this.campaigns.lock();
      await this.take('start', caller, campaign);
    });
  }

  /** Lets a running campaign come to a stop; any other is left alone. Throws 404. */
  async stop(caller: Caller, id: string): Promise<void> {
    const campaign = await this.campaigns.findOne(caller.scope('outbound:whatsAppCampaign:stop'), id);
    if (!campaign) throw campaignNotFound(id);
    await this.uow.run(() => this.turnOff(campaign));
  }

  /**
   * Takes a step within the caller's transaction, which holds the lock of the campaigns. The definition has been
   * validated, for the version of `campaign`.
   */
  async take(step: StatusStep, caller: Caller, campaign: Campaign): Promise<void> {
    const { id, status, version } = campaign;
    switch (step) {
      case 'none':
        return;
      case 'start':
        return this.turnOn(caller, campaign);
      case 'stop':
        return this.turnOff(campaign);
      case 'switch-off':
        if (!(await this.campaigns.changeStatus({ id, from: status, to: 'off', version }))) {
          throw changedMeanwhile();
        }
        return this.audited('Reset', campaign, 'off');
    }
  }

  private async turnOn(caller: Caller, campaign: Campaign): Promise<void> {
    const { id, status, version } = campaign;
    const reasons = await this.explainNotNow(caller, campaign);
    if (reasons.length > 0) throw campaignRefused(reasons);
    if (await this.campaigns.changeStatus({ id, from: status, to: 'on', version })) {
      await this.audited('Start', campaign, 'on');
      await this.events.publish(new CampaignStarted(id));
      return;
    }
    const [current] = await this.campaigns.find([id]);
    if (current?.status !== 'on') throw changedMeanwhile();
  }

  private async turnOff(campaign: Campaign): Promise<void> {
    const { id } = campaign;
    if (!(await this.campaigns.changeStatus({ id, from: 'on', to: 'stopping' }))) return;
    await this.audited('Stop', campaign, 'stopping');
    await this.events.publish(new CampaignStopRequested(id));
  }

  private async audited(action: string, campaign: Campaign, status: CampaignStatus): Promise<void> {
    const { id, name } = campaign;
    const change = { before: { status: campaign.status }, after: { status } };
    await this.audit.record({ action, entity: 'outbound:whatsAppCampaign', id, name, ...change });
  }

  /** Why the campaign can't run beside those that do. */
  private async explainNotNow(caller: Caller, { id, contactListId }: Campaign): Promise<Reason[]> {
    const reasons: Reason[] = [];
    const other = await this.campaigns.findOtherRunningOn(contactListId, id);
    if (other) {
      const mayKnow = isInScope(caller.scope('outbound:whatsAppCampaign:view'), other.divisionId);
      reasons.push(contactListTaken(mayKnow ? other : undefined));
    }
    const running = await this.campaigns.countOthersRunning(id);
    if (running >= MAX_RUNNING_CAMPAIGNS) reasons.push(tooManyRunning());
    return reasons;
  }
}
