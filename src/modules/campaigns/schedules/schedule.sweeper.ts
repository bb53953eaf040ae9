import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { RING_WITHIN_MS, ScheduleBell } from './schedule-bell.js';
import { SchedulesRepository } from './schedules.repository.js';

/** Rings for the steps of the next minute, and for those whose ring was lost. */
@Injectable()
export class ScheduleSweeper extends RepeatingWork {
  protected readonly everyMs = RING_WITHIN_MS / 4;

  constructor(
    private readonly schedules: SchedulesRepository,
    private readonly bell: ScheduleBell,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    for (const { campaignId, at } of await this.schedules.findDue(RING_WITHIN_MS))
      this.bell.ring(campaignId, at);
  }
}
