import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventBus } from '../../platform/events/event-bus.js';
import { CampaignStatusChanged } from './campaigns.events.js';
import { CampaignsRepository, type StatusChange } from './campaigns.repository.js';
import { SequenceSteps } from './sequences/sequence-steps.js';
import { CampaignHealthRepository } from './health/campaign-health.repository.js';

/** The one way from a status of a campaign to another: everything that hangs on a status moves with it. */
@Injectable()
export class CampaignMoves {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly health: CampaignHealthRepository,
    private readonly sequences: SequenceSteps,
    private readonly events: EventBus,
  ) {}

  /** False when the campaign no longer has the status (and version) that the move starts from. */
  move(change: StatusChange): Promise<boolean> {
    const { id, from, to } = change;
    return this.uow.run(async () => {
      if (!(await this.campaigns.changeStatus(change))) return false;
      if (to === 'invalid') await this.health.expectRecovery(id);
      else if (from === 'invalid') await this.health.giveUpRecovery(id);
      await this.sequences.follow(id, to);
      await this.events.publish(new CampaignStatusChanged(id, from, to));
      return true;
    });
  }
}
