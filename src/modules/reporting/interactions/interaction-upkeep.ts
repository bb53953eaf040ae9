import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { AnalyticsJobsRepository } from '../jobs/analytics-jobs.repository.js';
import { InteractionMonths } from './interaction-months.js';
import { InteractionProjector } from './interaction-projector.js';

/** Keeps the interactions up to date, well within the two seconds that statistics may lag behind. */
@Injectable()
export class InteractionKeeper extends RepeatingWork {
  protected readonly everyMs = 250;

  constructor(private readonly projector: InteractionProjector) {
    super();
  }

  protected work(): Promise<boolean> {
    return this.projector.projectNext();
  }
}

/** Makes room for the months to come, drops those that are older than interactions are kept, forgets old jobs. */
@Injectable()
export class InteractionRetention extends RepeatingWork {
  protected readonly everyMs = 600_000;

  constructor(
    private readonly months: InteractionMonths,
    private readonly jobs: AnalyticsJobsRepository,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    await this.months.createMissing();
    await this.jobs.deleteOld();
    const dropped = await this.months.dropOld();
    if (dropped.length > 0)
      this.logger.info({ tables: dropped }, 'dropped months of interactions that are too old');
  }
}
