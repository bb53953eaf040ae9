import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { RING_WITHIN_MS, ScheduleBell } from './schedule-bell.js';
import { SchedulesRepository, SequenceSchedulesRepository } from './schedules.repository.js';

/** Rings for the steps of the next minute, and for those whose ring was lost. */
@Injectable()
export class ScheduleSweeper extends RepeatingWork {
  protected readonly everyMs = RING_WITHIN_MS / 4;

  constructor(
    private readonly campaigns: SchedulesRepository,
    private readonly sequences: SequenceSchedulesRepository,
    private readonly bell: ScheduleBell,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    for (const schedules of [this.campaigns, this.sequences]) {
      const { kind } = schedules;
      for (const { ownerId, at } of await schedules.findDue(RING_WITHIN_MS))
        this.bell.ring({ kind, ownerId }, at);
    }
  }
}
