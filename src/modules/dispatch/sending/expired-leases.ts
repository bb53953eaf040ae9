import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { MessagesRepository } from './messages.repository.js';

/**
 * Deals with what dead workers left in runs that no tick looks at any more: those of campaigns that are off, invalid or
 * deleted, and those that were recycled. Ticks look after theirs sooner.
 */
@Injectable()
export class ExpiredLeases extends RepeatingWork {
  protected readonly everyMs = 5_000;

  constructor(private readonly messages: MessagesRepository) {
    super();
  }

  work(): Promise<boolean> {
    return this.messages.recoverAnyExpired();
  }
}
