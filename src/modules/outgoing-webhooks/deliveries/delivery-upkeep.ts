import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const DELETED_AT_ONCE = 1_000;

/** Gives up what stands for too long, and forgets what is old. */
@Injectable()
export class DeliveryUpkeep extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(private readonly deliveries: DeliveriesRepository) {
    super();
  }

  async work(): Promise<boolean> {
    await this.deliveries.expire();
    return (await this.deliveries.deleteOld(DELETED_AT_ONCE)) === DELETED_AT_ONCE;
  }
}
