import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { RecipientHolds } from './recipient-holds.js';

/** Ends the holds of people whose time is over, so that their contacts can be messaged again. */
@Injectable()
export class RecipientHoldsLifter extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(private readonly holds: RecipientHolds) {
    super();
  }

  protected work(): Promise<boolean> {
    return this.holds.lift();
  }
}
