import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { StatusesRepository } from './statuses.repository.js';

/**
 * Merges statuses that came without our callback data before the answer to the call which says whose they are. Most
 * such statuses are of messages that other programs sent from the same number, and are forgotten after a while.
 */
@Injectable()
export class EarlyStatuses extends RepeatingWork {
  protected readonly everyMs = 5_000;

  constructor(private readonly statuses: StatusesRepository) {
    super();
  }

  async work(): Promise<void> {
    await this.statuses.mergeKept();
  }
}
