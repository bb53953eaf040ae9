import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../access/index.js';
import { EventLog } from '../../event-log/index.js';
import type { Automation } from '../automatic-switch.service.js';
import { CampaignSwitch } from '../campaign-switch.service.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { SequenceSteps, type SwitchedSequence } from './sequence-steps.js';

/** Switches sequences on and off in the name of schedules, and notes it in audit trail and event log. */
@Injectable()
export class AutomaticSequenceSwitch {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly steps: SequenceSteps,
    private readonly power: CampaignSwitch,
    private readonly audit: AuditTrail,
    private readonly eventLog: EventLog,
  ) {}

  /** Switches a sequence on; its current campaign is started at once by a worker, which tells if that can't be. */
  start(id: string, { claim }: Automation): Promise<{ outcome: 'started' | 'running' | 'unclaimed' }> {
    return this.uow.run(async () => {
      await this.campaigns.lock();
      if (!(await claim())) return { outcome: 'unclaimed' };
      const sequence = await this.steps.switchOn(id);
      if (!sequence) return { outcome: 'running' };
      await this.audited('Start', sequence, 'on');
      return { outcome: 'started' };
    });
  }

  /** Switches a sequence off, and lets its running campaign come to a stop; false when another process did it. */
  stop(id: string, { label, claim, entity }: Automation): Promise<boolean> {
    return this.uow.run(async () => {
      // Whoever starts a campaign for a sequence holds this lock, so the row tells what was started.
      await this.campaigns.lock();
      if (!(await claim())) return false;
      const sequence = await this.steps.switchOff(id);
      if (!sequence) return true;
      await this.audited('Stop', sequence, 'off');
      const { name, runningCampaignId } = sequence;
      const [campaign] = runningCampaignId ? await this.campaigns.find([runningCampaignId]) : [];
      if (campaign) await this.power.turnOff(campaign);
      await this.eventLog.record({
        code: 'CAMPAIGN_STOPPED',
        message: 'The sequence "{sequence}" was stopped by {by}.',
        params: { sequence: name, by: label },
        entity: { kind: 'sequence', id, name },
        related: entity,
      });
      return true;
    });
  }

  private async audited(action: string, { id, name }: SwitchedSequence, status: 'on' | 'off'): Promise<void> {
    await this.audit.record({ action, entity: 'outbound:campaignSequence', id, name, after: { status } });
  }
}
