import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Logger } from '../../../platform/logging/logger.js';
import type { ScheduleOwnerKind } from './schedules.repository.js';

/** One step of the schedule of one campaign or sequence. */
export const CAMPAIGN_SCHEDULE_QUEUE = 'campaign-schedule';

export interface ScheduleJob {
  kind: ScheduleOwnerKind;
  ownerId: string;
}

/** Steps within this time wait in Redis; those that come later are found by the sweeper, which looks more often. */
export const RING_WITHIN_MS = 60_000;

/** Wakes a worker at the moment a step is due. What it says may get lost: the sweeper rings again. */
@Injectable()
export class ScheduleBell {
  constructor(
    @InjectQueue(CAMPAIGN_SCHEDULE_QUEUE) private readonly queue: Queue<ScheduleJob>,
    private readonly logger: Logger,
  ) {}

  /** Never waits for Redis. The same moment is rung for once. */
  ring(job: ScheduleJob, at: Date): void {
    const delay = Math.max(0, at.getTime() - Date.now());
    if (delay > RING_WITHIN_MS) return;
    const jobId = `${job.ownerId}:${at.getTime()}`;
    this.queue
      .add({ ...job }, { jobId, delay, removeOnComplete: true, removeOnFail: true })
      .catch((error: unknown) => {
        this.logger.warn({ err: error, ...job }, 'could not ring for a schedule; the sweeper will');
      });
  }
}
