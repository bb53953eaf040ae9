import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventBus } from '../../platform/events/event-bus.js';
import { AuditTrail, type Caller, type DivisionScope, isInScope } from '../access/index.js';
import type { Campaign } from './campaign-definition.js';
import { MAX_RUNNING_CAMPAIGNS } from './campaign-limits.js';
import { CampaignMoves } from './campaign-moves.service.js';
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

/** Switches campaigns on and off. */
@Injectable()
export class CampaignSwitch {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly moves: CampaignMoves,
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
    if (stepTowards(campaign.status, 'on') === 'none') return this.audit.leaveOut();
    const reasons = await this.explainStart(campaign);
    if (reasons.length > 0) throw campaignRefused(reasons);
    await this.uow.run(async () => {
      await this.campaigns.lock();
      await this.take('start', caller.scope('outbound:whatsAppCampaign:view'), campaign);
    });
  }

  /**
   * Lets a running campaign come to a stop, and turns an invalid one off, which then no longer goes on by itself. Any
   * other is left alone. Throws 404.
   */
  async stop(caller: Caller, id: string): Promise<void> {
    const campaign = await this.campaigns.findOne(caller.scope('outbound:whatsAppCampaign:stop'), id);
    if (!campaign) throw campaignNotFound(id);
    await this.uow.run(() => this.turnOff(campaign));
  }

  /** Every reason in the campaign itself why it can't start. Asks Meta, so never within a transaction. */
  explainStart(campaign: Campaign): Promise<Reason[]> {
    return this.validator.explain(campaign, { scopes: ALL_LISTS, stored: campaign, metaMaxAgeMs: 0 });
  }

  /**
   * Takes a step within the transaction that holds the lock of the campaigns. The definition has been validated, for
   * the version of `campaign`. Other campaigns are named as far as they are within `visible`.
   */
  async take(step: StatusStep, visible: DivisionScope, campaign: Campaign): Promise<void> {
    const { id, status, version } = campaign;
    switch (step) {
      case 'none':
        return;
      case 'start':
        return this.turnOn(visible, campaign);
      case 'stop':
        await this.turnOff(campaign);
        return;
      case 'switch-off':
        if (!(await this.moves.move({ id, from: status, to: 'off', version }))) throw changedMeanwhile();
        return this.audited('Reset', campaign, 'off');
    }
  }

  /** Lets a running campaign come to a stop and turns an invalid one off; false when there was nothing to do. */
  async turnOff(campaign: Campaign): Promise<boolean> {
    const { id } = campaign;
    if (await this.moves.move({ id, from: 'on', to: 'stopping' })) {
      await this.audited('Stop', campaign, 'stopping');
      await this.events.publish(new CampaignStopRequested(id));
      return true;
    }
    if (!(await this.moves.move({ id, from: 'invalid', to: 'off' }))) {
      this.audit.leaveOut();
      return false;
    }
    await this.audited('Stop', campaign, 'off');
    return true;
  }

  /** An invalid campaign that is valid again goes on; false when somebody changed it since it was read. */
  async resume(campaign: Campaign): Promise<boolean> {
    const { id, version } = campaign;
    if (!(await this.moves.move({ id, from: 'invalid', to: 'on', version }))) return false;
    await this.audited('Start', campaign, 'on');
    await this.events.publish(new CampaignStarted(id));
    return true;
  }

  /** Why the campaign can't run beside those that do; within the transaction that holds the lock. */
  async explainNotNow(visible: DivisionScope, { id, contactListId }: Campaign): Promise<Reason[]> {
    const reasons: Reason[] = [];
    const other = await this.campaigns.findOtherRunningOn(contactListId, id);
    if (other) reasons.push(contactListTaken(isInScope(visible, other.divisionId) ? other : undefined));
    const running = await this.campaigns.countOthersRunning(id);
    if (running >= MAX_RUNNING_CAMPAIGNS) reasons.push(tooManyRunning());
    return reasons;
  }

  private async turnOn(visible: DivisionScope, campaign: Campaign): Promise<void> {
    const { id, status, version } = campaign;
    const reasons = await this.explainNotNow(visible, campaign);
    if (reasons.length > 0) throw campaignRefused(reasons);
    if (await this.moves.move({ id, from: status, to: 'on', version })) {
      await this.audited('Start', campaign, 'on');
      await this.events.publish(new CampaignStarted(id));
      return;
    }
    if ((await this.campaigns.holdStatus(id)) !== 'on') throw changedMeanwhile();
    this.audit.leaveOut();
  }

  private async audited(action: string, campaign: Campaign, status: CampaignStatus): Promise<void> {
    const { id, name } = campaign;
    const change = { before: { status: campaign.status }, after: { status } };
    await this.audit.record({ action, entity: 'outbound:whatsAppCampaign', id, name, ...change });
  }
}
