import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { CampaignHealthRepository } from './campaign-health.repository.js';
import { HealthRequests } from './health-requests.js';

/** An outage of WhatsApp that invalidates all campaigns there may be on at a time. */
const MOST_DUE = 50;
/** Campaigns at rest are looked at this often, some of them with each round. */
const IDLE_CHECK_MS = 15 * 60_000;
const IDLE_AT_ONCE = 10;

/** Finds invalid campaigns whose next try is due and campaigns at rest that nobody looked at for long. */
@Injectable()
export class HealthSweeper extends RepeatingWork {
  protected readonly everyMs = 10_000;

  constructor(
    private readonly health: CampaignHealthRepository,
    private readonly requests: HealthRequests,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    this.requests.request(await this.health.findDue(MOST_DUE));
    this.requests.request(await this.health.findUnchecked(IDLE_CHECK_MS, IDLE_AT_ONCE));
  }
}
