import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { EVERYWHERE } from '../access/index.js';
import { type EventCode, type EventEntity, EventLog } from '../event-log/index.js';
import type { Campaign } from './campaign-definition.js';
import { stepTowards } from './campaign-status.js';
import { CampaignSwitch } from './campaign-switch.service.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** What switches campaigns without anybody asking at that moment: a schedule, a sequence or a rule. */
export interface Automation {
  /** As the event log names it, for example `the sequence "Autumn"`. */
  label: string;
  entity: EventEntity;
  /** Event that tells that a start was refused. */
  refusedCode: EventCode;
  /**
   * Runs within the transaction that switches; false, and nothing is switched. Whoever remembers here that it is done
   * does it exactly once, whatever crashes and however many processes try.
   */
  claim: () => Promise<boolean>;
  /** Runs within the same transaction when the start of the campaign, given by name, was refused. */
  refused?: (campaign: string, reasons: Reason[]) => Promise<void>;
}

/**
 * What became of a start: `busy` while the campaign is just stopping or ending (nothing was claimed; try again), `unclaimed`
 * when another process did it.
 */
export type AutomaticStart =
  | { outcome: 'started' | 'running' | 'busy' | 'unclaimed' | 'gone' }
  | { outcome: 'refused'; reasons: Reason[] };

/** Switches campaigns on and off in the name of schedules, sequences and rules, and notes refusals in the event log. */
@Injectable()
export class AutomaticSwitch {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly power: CampaignSwitch,
    private readonly eventLog: EventLog,
  ) {}

  /**
   * Starts a campaign, with the same checks as a start by a person. Asks Meta, so never within a transaction.
   * Throws 503 when Meta can't be asked, 409 when somebody changed the campaign meanwhile: nothing was claimed.
   */
  async start(id: string, automation: Automation): Promise<AutomaticStart> {
    const [campaign] = await this.campaigns.find([id]);
    if (!campaign) return { outcome: 'gone' };
    if (campaign.status === 'stopping' || campaign.status === 'forced_stopping') return { outcome: 'busy' };
    const isOn = stepTowards(campaign.status, 'on') === 'none';
    const reasons = isOn ? [] : await this.power.explainStart(campaign);
    return this.uow.run(async () => {
      await this.campaigns.lock();
      // Held, so that the campaign does not end unnoticed while the claim says that it runs.
      if (isOn && (await this.campaigns.holdStatus(id)) !== 'on') return { outcome: 'busy' };
      if (!(await automation.claim())) return { outcome: 'unclaimed' };
      if (isOn) return { outcome: 'running' };
      const obstacles = reasons.length > 0 ? reasons : await this.turnOn(campaign);
      if (obstacles.length === 0) return { outcome: 'started' };
      await this.recordRefusal(campaign, automation, obstacles);
      await automation.refused?.(campaign.name, obstacles);
      return { outcome: 'refused', reasons: obstacles };
    });
  }

  /** Stops a campaign, or turns an invalid one off; false when another process did it. */
  async stop(id: string, automation: Automation): Promise<boolean> {
    return this.uow.run(async () => {
      if (!(await automation.claim())) return false;
      const [campaign] = await this.campaigns.find([id]);
      if (campaign && (await this.power.turnOff(campaign))) await this.recordStop(campaign, automation);
      return true;
    });
  }

  private async turnOn(campaign: Campaign): Promise<Reason[]> {
    const obstacles = await this.power.explainNotNow(EVERYWHERE, campaign);
    if (obstacles.length === 0) await this.power.take('start', EVERYWHERE, campaign);
    return obstacles;
  }

  private async recordRefusal(
    campaign: Campaign,
    { label, entity, refusedCode }: Automation,
    reasons: Reason[],
  ): Promise<void> {
    const isLimit = reasons.some(({ code }) => code === 'active.campaigns.limit.exceeded');
    await this.eventLog.record({
      code: isLimit ? 'ACTIVE_CAMPAIGNS_LIMIT_EXCEEDED' : refusedCode,
      message: 'The campaign "{campaign}" could not be started by {by}: {reasons}',
      params: {
        campaign: campaign.name,
        by: label,
        reasons: reasons.map(({ message }) => message).join(' '),
      },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
      related: entity,
    });
  }

  private async recordStop(campaign: Campaign, { label, entity }: Automation): Promise<void> {
    await this.eventLog.record({
      code: 'CAMPAIGN_STOPPED',
      message: 'The campaign "{campaign}" was stopped by {by}.',
      params: { campaign: campaign.name, by: label },
      entity: { kind: 'messagingCampaign', id: campaign.id, name: campaign.name },
      related: entity,
    });
  }
}

/** True for an error after which the same may be tried again soon. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'unavailable' || error.kind === 'conflict');
}
