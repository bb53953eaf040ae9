import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import type { StatusItem } from '../../whatsapp/index.js';
import { FailedStatuses } from './failed-statuses.js';
import { type MessageStatus, StatusesRepository } from './statuses.repository.js';

/**
 * Merges statuses that came without our callback data before the answer to the call which says whose they are, and draws
 * from failures what they say about more than their messages. Most such statuses are of messages that other programs sent
 * from the same number, and are forgotten after a while.
 */
@Injectable()
export class EarlyStatuses extends RepeatingWork {
  protected readonly everyMs = 5_000;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly statuses: StatusesRepository,
    private readonly failures: FailedStatuses,
  ) {
    super();
  }

  work(): Promise<void> {
    return this.uow.run(async () => {
      const merged = await this.statuses.mergeKept();
      await this.failures.apply(merged.filter(({ status }) => status === 'failed').map(toItem));
    });
  }
}

function toItem({ wamid, status, at, errorCode, errorText }: MessageStatus): StatusItem {
  const text = errorText ?? '';
  const error = errorCode ? { code: errorCode, title: text, details: text } : undefined;
  return { kind: 'status', wamid, status, at: new Date(at), error };
}
